import NotebookSyntax

/// Reads comma- or tab-separated bytes (RFC 4180) into typed columns, part by part.
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

  /// Stretches that are read before they are put together: what bounds the memory beside the columns.
  private static let waveLength = 32

  /// - Parameters:
  ///   - declarations: each one's source must stand in the header.
  ///   - corrections: by row, counted from 1.
  ///   - keepsRecords: whether to say where each row stands.
  ///   - progress: called now and then with the fraction read.
  public static func read(
    _ bytes: [UInt8], header: Header, declarations: [ColumnDeclaration], missing: [String],
    corrections: [Int: [CellCorrection]] = [:], keepsRecords: Bool = false, progress: (Double) -> Void = { _ in }
  ) -> Result {
    bytes.withUnsafeBufferPointer { buffer in
      nonisolated(unsafe) let buffer = buffer
      let empty = StretchReader(
        header: header, declarations: declarations, missing: missing, corrections: corrections,
        keepsRecords: keepsRecords)
      // Corrections name rows by their number, which a part of a file does not know.
      let stretches = Stretches(buffer, from: header.end, isWhole: !corrections.isEmpty)
      let count = stretches.ranges.count
      var whole = empty
      whole.skip(lines: buffer[..<header.end].count(where: { $0 == UInt8(ascii: "\n") }))
      for start in stride(from: 0, to: count, by: waveLength) {
        // A wave of stretches is read side by side and put together in their order before the next begins.
        let wave = stretches.ranges[start..<min(start + waveLength, count)]
        let parts = Parallel.map(wave.count) { index in
          var part = empty
          part.read(buffer, wave[start + index], hasNUL: stretches.hasNUL)
          return part
        }
        if start == 0 { whole.reserve(parts, of: count) }
        for part in parts { whole.absorb(part) }
        progress(Double(start + wave.count) / Double(count))
      }
      return whole.result
    }
  }
}
