import Digests
import NotebookSyntax

/// Digests of tables as typed values: the same for the same values, however the file that held them was written.
extension Column {
  /// Over name, type, levels, labels, row count and values in order. Labels change no value, but what is shown.
  public var digest: Digest {
    var hasher = DigestHasher(domain: "column")
    let type = schema.type
    hasher.update(
      JSONValue.array(
        [
          .string(schema.name), .string(type.canonicalName), .integer(values.count),
          schema.label.map { .string($0) } ?? .null,
          schema.levelLabels.map { .array($0.map { .string($0) }) } ?? .null,
        ] + (schema.isSensitive ? [.string("sensitive")] : []) + factor
      ).canonicalBytes + [0])
    switch values {
    case .numbers(let numbers), .days(let numbers): hasher.update(Self.bits(numbers))
    case .censored(let limits, let marks):
      hasher.update(Self.bits(limits))
      hasher.update(marks.map { UInt8(bitPattern: $0) })
    case .codes(let codes, let levels):
      if type.levels != nil {
        hasher.update(codes.map { $0.littleEndian })
      } else {
        // Codes of text depend on the order of first appearance in the file, so the text itself is hashed.
        hasher.update(texts: codes, levels)
      }
    }
    return hasher.finish()
  }

  /// A declared factor changes what is computed from the same values. (A conventional one goes with the name, which stands in
  /// the key under which a result is stored.)
  private var factor: [JSONValue] {
    guard let analyte = schema.analyte, !analyte.isConventional else { return [] }
    return [.string("of \(analyte.text)")]
  }

  /// One NaN stands for missing, whatever bits it came with.
  private static func bits(_ numbers: [Double]) -> [UInt64] {
    let missing = Double.nan.bitPattern
    return numbers.map { ($0.isNaN ? missing : $0.bitPattern).littleEndian }
  }
}

/// What a table holds, as digests: of each column, and of all in order. Each column is hashed once, however many steps
/// read it.
public struct TableContent: Sendable {
  public let rowCount: Int
  public let columns: [(name: String, digest: Digest)]

  public init(rowCount: Int, columns: [(name: String, digest: Digest)]) {
    self.rowCount = rowCount
    self.columns = columns
  }

  public init(of table: Table) {
    self.init(rowCount: table.rowCount, columns: table.columns.map { ($0.schema.name, $0.digest) })
  }

  /// Of a table that begins with the columns of another one, whose content is known.
  public init(of table: Table, after known: TableContent?) {
    guard let known, known.rowCount == table.rowCount,
      known.columns.map(\.name) == table.columns.prefix(known.columns.count).map(\.schema.name)
    else {
      self.init(of: table)
      return
    }
    let added = table.columns.dropFirst(known.columns.count)
    self.init(rowCount: table.rowCount, columns: known.columns + added.map { ($0.schema.name, $0.digest) })
  }

  /// Over the digests of all columns in order.
  public var digest: Digest { digest("table", columns.map(\.digest)) }

  /// Over those of the named columns, in the order of the names.
  public func digest(of names: [String]) -> Digest {
    digest("columns", names.compactMap { name in columns.first { $0.name.isExactly(name) }?.digest })
  }

  private func digest(_ kind: String, _ digests: [Digest]) -> Digest {
    Digest(of: kind, .array([.integer(rowCount), .array(digests.map { .string($0.hex) })]))
  }
}

extension DigestHasher {
  /// Texts by their codes: each with its length before it, missing as a length that no text has.
  fileprivate mutating func update(texts codes: [Int32], _ levels: [String]) {
    var pool: [UInt8] = []
    var ends = [0]
    for level in levels {
      let utf8 = Array(level.utf8)
      pool += withUnsafeBytes(of: UInt32(utf8.count).littleEndian) { Array($0) } + utf8
      ends.append(pool.count)
    }
    let longest = max(4, zip(ends, ends.dropFirst()).map { $1 - $0 }.max() ?? 0)
    var buffer = [UInt8](repeating: 0, count: (1 << 16) + longest)
    var filled = 0
    for code in codes {
      if filled >= 1 << 16 {
        buffer.withUnsafeBytes { update(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
        filled = 0
      }
      buffer.withUnsafeMutableBufferPointer { buffer in
        pool.withUnsafeBufferPointer { pool in
          if code < 0 {
            for place in filled..<(filled + 4) { buffer[place] = 255 }
            filled += 4
          } else {
            let start = ends[Int(code)]
            let count = ends[Int(code) + 1] - start
            for offset in 0..<count { buffer[filled + offset] = pool[start + offset] }
            filled += count
          }
        }
      }
    }
    buffer.withUnsafeBytes { update(UnsafeRawBufferPointer(rebasing: $0[..<filled])) }
  }
}
