internal import CSQLite

/// Reads the rows of one SELECT from an SQLite database that is held in memory: the very bytes that were hashed.
///
/// Nothing but reading is allowed, and of functions those whose value depends on their arguments alone; so no clock, no
/// randomness, no extension, no other file. Rows are sorted by the key, because a database has no order of its own.
public enum SQLiteReader {
  public enum Problem: Error, Sendable {
    case notADatabase
    /// What SQLite says of the statement.
    case sql(String)
    case notOneSelect
    case function(String)
    /// A recursive query, which need not end.
    case recursion
    case keyNotSelected(String)
    case blob(column: String)
    case infinite(column: String)
    case tooLarge(limit: Int)
    /// The database is damaged, or memory is short.
    case reading(String)
  }

  /// The functions that a statement may use, besides operators and casts.
  public static let functions = [
    "abs", "char", "coalesce", "count", "glob", "hex", "ifnull", "iif", "instr", "length", "like", "lower", "ltrim",
    "max",
    "min", "nullif", "quote", "replace", "rtrim", "substr", "substring", "trim", "typeof", "unicode", "upper",
  ]

  /// The rows as CSV with a header; NULL becomes the empty field.
  /// - Parameters:
  ///   - key: names of selected columns; rows are sorted by them, and rows of one key by all their values.
  ///   - limit: how many bytes may come out.
  public static func csv(
    _ bytes: [UInt8], select: String, key: [String], limit: Int
  ) throws(Problem) -> [UInt8] {
    guard bytes.count >= 100, bytes.starts(with: Array("SQLite format 3\0".utf8)) else { throw .notADatabase }
    var copy = bytes
    // A database in write-ahead mode cannot be opened from memory; without a -wal file beside it, it is whole as it stands.
    if copy[18] == 2 { copy[18] = 1 }
    if copy[19] == 2 { copy[19] = 1 }
    var rows = Rows()
    var problem: Problem?
    copy.withUnsafeMutableBufferPointer { buffer in
      problem = read(buffer, select, limit, into: &rows)
    }
    if let problem { throw problem }
    var order: [Int] = []
    for name in key {
      guard let index = rows.names.firstIndex(where: { $0.isExactly(name) }) else { throw .keyNotSelected(name) }
      order.append(index)
    }
    order += rows.names.indices.filter { !order.contains($0) }
    return rows.csv(sortedBy: order)
  }

  /// What the authorizer refused, kept across C.
  private final class Refusal {
    var problem: Problem?
  }

  private static func read(
    _ bytes: UnsafeMutableBufferPointer<UInt8>, _ select: String, _ limit: Int, into rows: inout Rows
  ) -> Problem? {
    var handle: OpaquePointer?
    defer { sqlite3_close_v2(handle) }
    guard sqlite3_open_v2(":memory:", &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, nil) == SQLITE_OK,
      colophon_sqlite_be_defensive(handle) == SQLITE_OK,
      sqlite3_deserialize(
        handle, "main", bytes.baseAddress, Int64(bytes.count), Int64(bytes.count),
        UInt32(SQLITE_DESERIALIZE_READONLY)) == SQLITE_OK
    else { return .reading(message(handle)) }
    sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
    let refusal = Refusal()
    sqlite3_set_authorizer(handle, authorize, Unmanaged.passUnretained(refusal).toOpaque())
    return withExtendedLifetime(refusal) {
      var statement: OpaquePointer?
      defer { sqlite3_finalize(statement) }
      var hasMore = false
      let status = select.withCString { text -> Int32 in
        var tail: UnsafePointer<CChar>?
        let status = sqlite3_prepare_v2(handle, text, -1, &statement, &tail)
        hasMore = tail.map { String(cString: $0).contains { !" \n\t\r;".contains($0) } } ?? false
        return status
      }
      if let problem = refusal.problem { return problem }
      guard status == SQLITE_OK else { return .sql(message(handle)) }
      guard !hasMore, statement != nil, sqlite3_column_count(statement) > 0, sqlite3_stmt_readonly(statement) != 0
      else {
        return .notOneSelect
      }
      rows.names = (0..<sqlite3_column_count(statement)).map { index in
        sqlite3_column_name(statement, index).map { String(cString: $0) } ?? ""
      }
      return rows.read(statement, limit) ?? refusal.problem
    }
  }

  private static let authorize:
    @convention(c) (
      UnsafeMutableRawPointer?, Int32, UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<CChar>?,
      UnsafePointer<CChar>?
    ) -> Int32 = { context, action, _, name, _, _ in
      func refuse(_ problem: Problem) -> Int32 {
        if let context { Unmanaged<Refusal>.fromOpaque(context).takeUnretainedValue().problem = problem }
        return SQLITE_DENY
      }
      switch action {
      case SQLITE_SELECT, SQLITE_READ: return SQLITE_OK
      case SQLITE_FUNCTION:
        let function = name.map { String(cString: $0) } ?? ""
        return functions.contains(function.lowercased()) ? SQLITE_OK : refuse(.function(function))
      case SQLITE_RECURSIVE: return refuse(.recursion)
      default: return refuse(.notOneSelect)
      }
    }

  static func message(_ handle: OpaquePointer?) -> String {
    handle.flatMap(sqlite3_errmsg).map { String(cString: $0) } ?? "out of memory"
  }

  enum Value {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
  }
}

extension SQLiteReader {
  /// Rows as the database gave them.
  struct Rows {
    var names: [String] = []
    private var values: [[Value]] = []

    fileprivate mutating func read(_ statement: OpaquePointer?, _ limit: Int) -> Problem? {
      var size = names.reduce(0) { $0 + $1.utf8.count }
      while true {
        switch sqlite3_step(statement) {
        case SQLITE_DONE: return nil
        case SQLITE_ROW: break
        default: return .reading(SQLiteReader.message(sqlite3_db_handle(statement)))
        }
        var row: [Value] = []
        row.reserveCapacity(names.count)
        for (index, name) in names.enumerated() {
          let column = Int32(index)
          switch sqlite3_column_type(statement, column) {
          case SQLITE_NULL: row.append(.null)
          case SQLITE_INTEGER: row.append(.integer(sqlite3_column_int64(statement, column)))
          case SQLITE_FLOAT:
            let value = sqlite3_column_double(statement, column)
            guard value.isFinite else { return .infinite(column: name) }
            row.append(.real(value))
          case SQLITE_TEXT:
            let count = Int(sqlite3_column_bytes(statement, column))
            let start = sqlite3_column_text(statement, column)
            row.append(.text(Array(UnsafeBufferPointer(start: start, count: start == nil ? 0 : count))))
            size += count
          default: return .blob(column: name)
          }
        }
        size += 16 * names.count
        guard size <= limit else { return .tooLarge(limit: limit) }
        values.append(row)
      }
    }

    /// - Parameter order: the columns to sort by, the first as most important.
    func csv(sortedBy order: [Int]) -> [UInt8] {
      let sorted = values.sorted { a, b in
        for index in order {
          switch Self.compare(a[index], b[index]) {
          case 0: continue
          case let difference: return difference < 0
          }
        }
        return false
      }
      var bytes: [UInt8] = []
      func add(_ texts: some Sequence<[UInt8]>) {
        for (index, text) in texts.enumerated() {
          if index > 0 { bytes.append(UInt8(ascii: ",")) }
          let isPlain = !text.contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") || $0 == 10 || $0 == 13 }
          if isPlain {
            bytes += text
          } else {
            bytes.append(UInt8(ascii: "\""))
            for byte in text { bytes += byte == UInt8(ascii: "\"") ? [byte, byte] : [byte] }
            bytes.append(UInt8(ascii: "\""))
          }
        }
        bytes.append(UInt8(ascii: "\n"))
      }
      add(names.map { Array($0.utf8) })
      for row in sorted { add(row.map(Self.text)) }
      return bytes
    }

    private static func text(_ value: Value) -> [UInt8] {
      switch value {
      case .null: return []
      case .integer(let value): return Array(String(value).utf8)
      case .real(let value): return Array(ECMAScriptText.of(value).utf8)
      case .text(let bytes): return bytes
      }
    }

    /// As SQLite sorts: NULL, then numbers by value, then text by its bytes.
    private static func compare(_ a: Value, _ b: Value) -> Int {
      func rank(_ value: Value) -> Int {
        switch value {
        case .null: return 0
        case .integer, .real: return 1
        case .text: return 2
        }
      }
      switch (a, b) {
      case (.integer(let x), .integer(let y)): return x < y ? -1 : x > y ? 1 : 0
      case (.text(let x), .text(let y)):
        return x.lexicographicallyPrecedes(y) ? -1 : y.lexicographicallyPrecedes(x) ? 1 : 0
      case (.real, .real), (.real, .integer), (.integer, .real):
        let (x, y) = (number(a), number(b))
        return x < y ? -1 : x > y ? 1 : 0
      default: return rank(a) - rank(b)
      }
    }

    private static func number(_ value: Value) -> Double {
      switch value {
      case .integer(let value): return Double(value)
      case .real(let value): return value
      default: return .nan
      }
    }
  }
}
