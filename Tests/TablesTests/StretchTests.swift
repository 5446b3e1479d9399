import NotebookSyntax
import Tables
import Testing

/// A file that is read in parts side by side, column by column, gives what one gives whose every field is quoted, which is read
/// record by record with care.
@Suite("Reading in parts")
struct StretchTests {
  private static let columns = [
    ("id", "id"), ("value", "number umol/L, 0 ... 900 else missing"), ("count", "integer"),
    ("group", "category [A, B, C]"), ("word", "text"), ("day", "date"),
  ]

  private func declarations() throws -> [ColumnDeclaration] {
    func sourced(_ text: String) -> SourcedText { SourcedText(text, span: Span(0, 0), verbatimStart: nil) }
    return try Self.columns.map { try ColumnDeclarationParser.parse(name: sourced($0.0), sourced($0.1)) }
  }

  /// Some two megabytes: several parts, with records that do not fit, blank lines, both line ends and letters beyond ASCII.
  private func records(seed: UInt64) -> [(fields: [String], end: String)] {
    var random = SplitMix64(seed: seed)
    func chance(_ parts: Int) -> Bool { Int.random(in: 0..<parts, using: &random) == 0 }
    return (0..<40_000).map { row in
      let number = Double(Int.random(in: 0...99_999, using: &random)) / 100
      var fields = [
        "SYNTHETIC-\(row / 7)", "\(number)", "\(Int.random(in: -50...50, using: &random))",
        ["A", "B", "C"][Int.random(in: 0..<3, using: &random)],
        ["", "x", "é", "müde", "a longer text of several words"][Int.random(in: 0..<5, using: &random)],
        "2024-0\(1 + row % 9)-1\(row % 10)",
      ]
      if chance(3000) { fields[1] = ["<5", "1;0", "n/a", "1e400", "-3"][row % 5] }
      if chance(3000) { fields[2] = "1.5" }
      if chance(3000) { fields[3] = "D" }
      if chance(3000) { fields[5] = "2024-02-31" }
      if chance(2000) { fields.append("one too many") }
      if chance(2000) { fields.removeLast() }
      return (fields, (chance(2) ? "\r\n" : "\n") + (chance(1000) ? "\n" : ""))
    }
  }

  private func text(_ records: [(fields: [String], end: String)], isQuoted: Bool) -> [UInt8] {
    func field(_ text: String) -> String { isQuoted ? "\"\(text)\"" : text }
    var text = Self.columns.map(\.0).joined(separator: ",") + "\n"
    for record in records { text += record.fields.map(field).joined(separator: ",") + record.end }
    return Array(text.utf8)
  }

  private func read(_ records: [(fields: [String], end: String)], isQuoted: Bool) throws -> CSVReader.Result {
    let bytes = text(records, isQuoted: isQuoted)
    let header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
    return CSVReader.read(
      bytes, header: header, declarations: try declarations(), missing: [""], keepsRecords: true)
  }

  @Test(arguments: [UInt64(11), 12, 13])
  func isReadingWithCare(seed: UInt64) throws {
    // Where no quote stands in the file, it is divided.
    let records = records(seed: seed)
    let parts = try read(records, isQuoted: false)
    let careful = try read(records, isQuoted: true)
    #expect(parts.rowCount == careful.rowCount && parts.rowCount == records.count, "seed \(seed)")
    #expect(parts.lines == careful.lines, "seed \(seed)")
    #expect(parts.outsideRange == careful.outsideRange && parts.outsideRange[1] > 0, "seed \(seed)")
    for (left, right) in zip(parts.columns, careful.columns) {
      let rows = 0..<parts.rowCount
      #expect(rows.allSatisfy { left.text($0) == right.text($0) }, "seed \(seed), \(left.schema.name)")
    }
    #expect(parts.problems.count == careful.problems.count && parts.problems.count > 20, "seed \(seed)")
    for (left, right) in zip(parts.problems.first, careful.problems.first) {
      #expect(left.row == right.row && left.line == right.line && left.column == right.column, "seed \(seed)")
      #expect(left.value == right.value, "seed \(seed)")
    }
    let written = (plain: self.text(records, isQuoted: false), quoted: self.text(records, isQuoted: true))
    #expect(parts.records.count == records.count && careful.records.count == records.count, "seed \(seed)")
    for (left, right) in zip(parts.records, careful.records) {
      #expect(written.quoted[right].filter { $0 != UInt8(ascii: "\"") } == Array(written.plain[left]), "seed \(seed)")
    }
    #expect(parts.issues.count == careful.issues.count && parts.issues.count > 0, "seed \(seed)")
    for index in 0..<min(parts.issues.count, careful.issues.count) {
      let (left, right) = (parts.issues[index], careful.issues[index])
      #expect(left.row == right.row && left.column == right.column && left.received == right.received, "seed \(seed)")
    }
  }

  /// A byte that is no text is seen wherever it stands, also where a block of records ends within eight bytes.
  @Test func everyByteIsLookedAt() throws {
    for length in 1...9 {
      for row in [255, 256, 257, 512] {
        var bytes = Array("id,id2\n".utf8)
        for number in 0..<600 {
          let text = Array(String(repeating: "x", count: number == 0 ? length : 3).utf8)
          bytes += (number == row ? [0xE9] : []) + text + Array(",y\n".utf8)
        }
        let header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
        func sourced(_ text: String) -> SourcedText { SourcedText(text, span: Span(0, 0), verbatimStart: nil) }
        // Two columns read the field, and it is said once.
        let read = CSVReader.read(
          bytes, header: header,
          declarations: [
            try ColumnDeclarationParser.parse(name: sourced("a"), sourced("id from id")),
            try ColumnDeclarationParser.parse(name: sourced("b"), sourced("text from id")),
          ], missing: [""])
        #expect(read.problems.count == 1, "length \(length), row \(row)")
        #expect(read.problems.first.first?.row == row + 1)
      }
    }
  }
}
