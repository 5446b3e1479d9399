import NotebookSyntax

/// Reads comma- or tab-separated bytes (RFC 4180) into typed columns, in one pass over the bytes.
///
/// Only declared columns are read. Rows may end with LF or CRLF; a byte-order mark is skipped.
public struct CSVReader {
  public static var mostColumns: Int { Limit.columns.value }

  public struct Header: Sendable {
    public let names: [String]
    /// Bytes up to the end of the first record.
    public var length: Int { end }
    let end: Int
    let delimiter: UInt8
  }

  public enum HeaderProblem: Error, Sendable {
    case empty
    case nulByte(line: Int)
    case invalidUTF8
    case quoteNotClosed
    /// Its end is not within the limit: it is long, or a quote in it is never closed.
    case tooLong
    case tooManyColumns(Int)
    case repeatedName(String)
    case emptyName
    /// Lines end with a carriage return alone, as they did on computers of the last century.
    case carriageReturn
  }

  public struct Result: Sendable {
    public var columns: [Column]
    public var rowCount: Int
    /// By declaration: how many cells were set to missing because they lie outside their range, and how many were kept.
    public var outsideRange: [Int]
    /// Cells that a declared rule repaired or set aside.
    public var issues = DataIssues()
    /// Where each row stands among the bytes, its line end left out; empty unless asked for.
    public var records: [Range<Int>] = []
    /// Line of the file on which each row begins.
    public var lines: [Int32]
    /// Cells and rows that do not fit; they stand as missing among the values.
    public var problems: DataProblems
  }

  /// Reads the first record of `bytes`, which may be the beginning of a file only.
  public static func header(_ bytes: [UInt8], delimiter: UInt8) throws(HeaderProblem) -> Header {
    var names: [String] = []
    var seen: Set<[UInt8]> = []
    let start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes.count > start else { throw .empty }
    var splitter = RecordSplitter(start: start, delimiter: delimiter)
    try bytes.withUnsafeBufferPointer { buffer throws(HeaderProblem) in
      splitter.next(buffer)
      let isCut = splitter.position == buffer.count && buffer.last != UInt8(ascii: "\n")
      if isCut || splitter.isQuoteOpen, buffer.count >= Limit.headerBytes.value { throw HeaderProblem.tooLong }
      if splitter.isQuoteOpen { throw HeaderProblem.quoteNotClosed }
      guard splitter.fields.count <= mostColumns else { throw HeaderProblem.tooManyColumns(splitter.fields.count) }
      for field in splitter.fields {
        let raw = splitter.withContent(field, in: buffer) { Array($0) }
        if raw.contains(0) { throw HeaderProblem.nulByte(line: 1) }
        if let index = raw.firstIndex(of: 13), index + 1 == raw.count || raw[index + 1] != 10 {
          throw HeaderProblem.carriageReturn
        }
        guard let name = String(validating: raw, as: UTF8.self) else { throw HeaderProblem.invalidUTF8 }
        guard seen.insert(raw).inserted else { throw HeaderProblem.repeatedName(name) }
        names.append(name)
      }
    }
    // Data without a name cannot be asked for; R writes row names under an empty one.
    if names.count == 1, names[0].isEmpty { throw splitter.position < bytes.count ? .emptyName : .empty }
    return Header(names: names, end: splitter.position, delimiter: delimiter)
  }

  /// - Parameters:
  ///   - declarations: each one's source must stand in the header.
  ///   - corrections: by row, counted from 1.
  ///   - keepsRecords: whether to say where each row stands.
  ///   - progress: called now and then with the fraction read.
  public static func read(
    _ bytes: [UInt8], header: Header, declarations: [ColumnDeclaration], missing: [String],
    corrections: [Int: [CellCorrection]] = [:], keepsRecords: Bool = false, progress: (Double) -> Void = { _ in }
  ) -> Result {
    var builders = declarations.map { ColumnBuilder($0, missing: missing) }
    var targets = [[Int]](repeating: [], count: header.names.count)
    for (index, declaration) in declarations.enumerated() {
      if let field = header.names.firstIndex(where: { $0.isExactly(declaration.source.text) }) {
        targets[field].append(index)
      }
    }
    // The field that holds the unit of a column, and what it says in the row at hand.
    let unitFields = declarations.enumerated().compactMap { index, declaration in
      declaration.unitSource.flatMap { source in header.names.firstIndex { $0.isExactly(source.text) } }
        .map { (column: index, field: $0) }
    }
    var units = [[UInt8]?](repeating: nil, count: declarations.count)
    var issues = DataIssues()
    var records: [Range<Int>] = []
    var problems = DataProblems()
    let longestField = Limit.fieldBytes.value
    var lines: [Int32] = []
    bytes.withUnsafeBufferPointer { buffer in
      let isPlainText = !buffer.contains { $0 == 0 || $0 >= 0x80 }
      var splitter = RecordSplitter(start: header.end, delimiter: header.delimiter)
      splitter.line = 1 + buffer[..<header.end].count(where: { $0 == UInt8(ascii: "\n") })
      var row = 0
      while splitter.position < buffer.count {
        let start = splitter.position
        splitter.next(buffer)
        // A blank line holds no record, unless one empty field is what a record is.
        if splitter.fields.count == 1, splitter.fields[0].isEmpty, header.names.count > 1 { continue }
        row += 1
        if row & 0x3FFF == 0 { progress(Double(splitter.position) / Double(buffer.count)) }
        lines.append(Int32(clamping: splitter.recordLine))
        if keepsRecords { records.append(Self.record(buffer, start..<splitter.position)) }
        if let rule = splitter.fault(expected: header.names.count) {
          problems.add(DataProblem(row: row, line: splitter.recordLine, column: nil, value: nil, rule: rule))
          for index in builders.indices { builders[index].appendMissing() }
          // The rest of the file is inside the quote.
          if case .quoteNotClosed = rule { break }
          continue
        }
        for (column, field) in unitFields {
          units[column] = splitter.withContent(splitter.fields[field], in: buffer) { Array($0) }
        }
        let corrected = corrections.isEmpty ? nil : corrections[row]
        for field in targets.indices {
          let place = (row: row, line: splitter.recordLine, column: header.names[field])
          splitter.withContent(splitter.fields[field], in: buffer) { content in
            func report(_ rule: DataProblem.Rule) {
              let value = String(decoding: content.prefix(80), as: UTF8.self)
              problems.add(
                DataProblem(row: place.row, line: place.line, column: place.column, value: value, rule: rule))
            }
            func refuse(_ rule: DataProblem.Rule) {
              report(rule)
              for index in targets[field] { builders[index].appendMissing() }
            }
            if content.count > longestField { return refuse(.fieldTooLong(limit: longestField)) }
            if !isPlainText {
              if content.contains(0) { return refuse(.nulByte) }
              if String(validating: content, as: UTF8.self) == nil { return refuse(.invalidUTF8) }
            }
            for index in targets[field] {
              if let correction = corrected?.first(where: { $0.column == index }) {
                guard content.elementsEqual(correction.received) else {
                  report(.correction(expected: String(decoding: correction.received, as: UTF8.self)))
                  builders[index].appendMissing()
                  continue
                }
                let remark = correction.value.withUnsafeBufferPointer { builders[index].append($0, unit: units[index]) }
                if case .problem(let rule) = remark { report(rule) }
                issues.add(row: row, column: index, .corrected, received: content, rule: correction.rule)
                continue
              }
              switch builders[index].append(content, unit: units[index]) {
              case nil: break
              case .problem(let rule): report(rule)
              case .issue(let kinds, let rule):
                issues.add(row: row, column: index, kinds, received: content, rule: rule)
              }
            }
          }
        }
      }
    }
    return Result(
      columns: builders.map { $0.column }, rowCount: lines.count, outsideRange: builders.map(\.outsideCount),
      issues: issues, records: records,
      lines: lines, problems: problems)
  }

  private static func record(_ buffer: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    if end > range.lowerBound, buffer[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    if end > range.lowerBound, buffer[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return range.lowerBound..<end
  }
}

/// Finds the fields of one record after another.
struct RecordSplitter {
  struct Field {
    var start: Int
    var end: Int
    /// Whether the field is quoted and holds doubled quotes.
    var hasEscapes: Bool
    var isEmpty: Bool { start == end }
  }

  private let delimiter: UInt8
  private(set) var position: Int
  var line = 1
  private(set) var recordLine = 1
  private(set) var fields: [Field] = []
  private(set) var isQuoteOpen = false
  private var hasTextAfterQuote = false
  private var unescaped: [UInt8] = []

  init(start: Int, delimiter: UInt8) {
    position = start
    self.delimiter = delimiter
  }

  /// Splits the record that begins at `position` and moves behind it.
  mutating func next(_ bytes: UnsafeBufferPointer<UInt8>) {
    fields.removeAll(keepingCapacity: true)
    isQuoteOpen = false
    hasTextAfterQuote = false
    recordLine = line
    var index = position
    let count = bytes.count
    while true {
      if index < count, bytes[index] == UInt8(ascii: "\"") {
        index = quoted(bytes, from: index + 1)
      } else {
        let start = index
        while index < count, bytes[index] != delimiter, bytes[index] != UInt8(ascii: "\n") { index &+= 1 }
        var end = index
        if end > start, index == count || bytes[index] == UInt8(ascii: "\n"), bytes[end - 1] == UInt8(ascii: "\r") {
          end -= 1
        }
        fields.append(Field(start: start, end: end, hasEscapes: false))
      }
      guard index < count, bytes[index] == delimiter else { break }
      index += 1
    }
    if index < count { line += 1 }
    position = min(index + 1, count)
  }

  /// A quoted field whose content begins at `start`; returns the offset of the delimiter or line end behind it.
  private mutating func quoted(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    let count = bytes.count
    var hasEscapes = false
    while index < count {
      if bytes[index] == UInt8(ascii: "\"") {
        guard index + 1 < count, bytes[index + 1] == UInt8(ascii: "\"") else { break }
        hasEscapes = true
        index += 1
      } else if bytes[index] == UInt8(ascii: "\n") {
        line += 1
      }
      index += 1
    }
    if index >= count { isQuoteOpen = true }
    fields.append(Field(start: start, end: min(index, count), hasEscapes: hasEscapes))
    index = min(index + 1, count)
    if index < count, bytes[index] == UInt8(ascii: "\r"), index + 1 == count || bytes[index + 1] == UInt8(ascii: "\n") {
      index += 1
    }
    while index < count, bytes[index] != delimiter, bytes[index] != UInt8(ascii: "\n") {
      hasTextAfterQuote = true
      index += 1
    }
    return index
  }

  func fault(expected: Int) -> DataProblem.Rule? {
    if isQuoteOpen { return .quoteNotClosed }
    if hasTextAfterQuote { return .textAfterQuote }
    if fields.count != expected { return .fieldCount(found: fields.count, expected: expected) }
    return nil
  }

  /// Calls `body` with the bytes a field stands for, quotes undoubled.
  mutating func withContent<Value>(
    _ field: Field, in bytes: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) -> Value
  ) -> Value {
    guard field.hasEscapes else { return body(UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])) }
    unescaped.removeAll(keepingCapacity: true)
    var index = field.start
    while index < field.end {
      unescaped.append(bytes[index])
      index += bytes[index] == UInt8(ascii: "\"") ? 2 : 1
    }
    return unescaped.withUnsafeBufferPointer(body)
  }
}
