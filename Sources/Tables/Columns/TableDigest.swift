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
        ] + (schema.isSensitive ? [.string("sensitive")] : [])
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
        let texts = levels.map { text -> [UInt8] in
          let utf8 = Array(text.utf8)
          return withUnsafeBytes(of: UInt32(utf8.count).littleEndian) { Array($0) } + utf8
        }
        var bytes: [UInt8] = []
        for code in codes {
          if code < 0 { bytes += [255, 255, 255, 255] } else { bytes += texts[Int(code)] }
          if bytes.count > 1 << 16 {
            hasher.update(bytes)
            bytes.removeAll(keepingCapacity: true)
          }
        }
        hasher.update(bytes)
      }
    }
    return hasher.finish()
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
