import NotebookSyntax
import Tables
import Testing

/// A small generator with a named seed, so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }
}

@Suite("CSV")
struct CSVTests {
  private func declaration(_ name: String, _ text: String) throws -> ColumnDeclaration {
    func sourced(_ text: String) -> SourcedText { SourcedText(text, span: Span(0, 0), verbatimStart: nil) }
    return try ColumnDeclarationParser.parse(name: sourced(name), sourced(text))
  }

  private func read(_ text: String, _ declarations: [ColumnDeclaration]) throws -> CSVReader.Result {
    let bytes = Array(text.utf8)
    let header = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
    return CSVReader.read(bytes, header: header, declarations: declarations, missing: [""])
  }

  private func texts(_ column: Column) -> [String?] { (0..<column.values.count).map { column.text($0) } }

  /// What is written reads back to the same values: numbers bit for bit, text byte for byte.
  @Test(arguments: [UInt64(1), 2, 3, 4, 5, 6, 7, 8])
  func randomTablesReadBack(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let rows = Int.random(in: 1...200, using: &random)
    let alphabet = ["a", "é", "e\u{301}", ",", "\"", "\n", " ", "=", "😂", "\r", "0", "-", "@"]
    let numbers = (0..<rows).map { _ -> Double in
      let value = Double(bitPattern: random.next())
      return value.isFinite ? (value == 0 ? 0 : value) : .nan
    }
    let words = (0..<rows).map { _ in
      (0..<Int.random(in: 1...6, using: &random)).map { _ in
        alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
      }.joined()
    }
    var distinct: [[UInt8]] = []
    var levels: [String] = []
    let codes = words.map { word -> Int32 in
      let bytes = Array(word.utf8)
      if let index = distinct.firstIndex(of: bytes) { return Int32(index) }
      distinct.append(bytes)
      levels.append(word)
      return Int32(distinct.count - 1)
    }
    let csv = CSVWriter.text(
      header: ["x", "w"],
      rows: (0..<rows).map { row in [numbers[row].isNaN ? "" : ECMAScriptText.of(numbers[row]), words[row]] })
    let result = try read(csv, [declaration("x", "number"), declaration("w", "text")])
    #expect(result.problems.count == 0)
    #expect(result.rowCount == rows)
    let back = result.columns[0].values.numbers ?? []
    #expect(zip(back, numbers).allSatisfy { $0 == $1 || ($0.isNaN && $1.isNaN) })
    guard case .codes(let read, let texts) = result.columns[1].values else {
      Issue.record("text is coded")
      return
    }
    #expect(read == codes)
    #expect(texts.map { Array($0.utf8) } == levels.map { Array($0.utf8) })
  }

  @Test func decimalsAreTheNearestDoubles() throws {
    var random = SplitMix64(seed: 4180)
    var lines = "x\n"
    var wanted: [Double] = []
    for _ in 0..<20_000 {
      let digits = (0..<Int.random(in: 1...25, using: &random)).map { _ in String(Int.random(in: 0...9, using: &random))
      }.joined()
      let point = Int.random(in: 0...digits.count, using: &random)
      var text = String(digits.prefix(point)) + "." + String(digits.dropFirst(point))
      if text.hasSuffix(".") { text.removeLast() }
      if Bool.random(using: &random) { text += "e" + String(Int.random(in: -30...30, using: &random)) }
      if text.hasPrefix(".") { text = "0" + text }
      guard let value = Double(text) else { continue }
      wanted.append(value)
      lines += text + "\n"
    }
    let result = try read(lines, [declaration("x", "number")])
    #expect(result.columns[0].values.numbers == wanted)
  }

  @Test(arguments: [
    "nan", "inf", "Infinity", "0x1p3", "+5", "1_000", "1,5", "1e", "e5", "-", ".", " 5", "5 ", "1e999", "٣",
  ])
  func whatIsNoDecimalIsNoNumber(_ text: String) throws {
    let quoted = "\"" + text + "\""
    #expect(try read("x\n\(quoted)\n", [declaration("x", "number")]).problems.count == 1)
  }

  @Test func lineEndsMarksAndQuotes() throws {
    let text = "\u{FEFF}a,b\r\n1,\"x\r\ny\"\r\n2,\"\"\"q\"\"\"\r\n\r\n3,z"
    let result = try read(text, [declaration("a", "integer"), declaration("b", "text")])
    #expect(result.problems.count == 0)
    #expect(result.columns[0].values.numbers == [1, 2, 3])
    #expect(texts(result.columns[1]) == ["x\r\ny", "\"q\"", "z"])
    #expect(result.lines == [2, 4, 6])
  }

  @Test func severalColumnsMayComeFromOne() throws {
    let result = try read(
      "g\n0\n1\n", [declaration("a", "category [0 = no, 1 = yes] from g"), declaration("b", "integer from g")])
    #expect(texts(result.columns[0]) == ["no", "yes"])
    #expect(result.columns[1].values.numbers == [0, 1])
  }

  @Test func headersThatCannotBeUsed() {
    func problem(_ bytes: [UInt8]) -> CSVReader.HeaderProblem? {
      do throws(CSVReader.HeaderProblem) {
        _ = try CSVReader.header(bytes, delimiter: UInt8(ascii: ","))
        return nil
      } catch { return error }
    }
    #expect(problem([]) != nil)
    #expect(problem([0xEF, 0xBB, 0xBF]) != nil)
    #expect(problem(Array("a,a\n".utf8)) != nil)
    #expect(problem(Array("a,\"b\n".utf8)) != nil)
    #expect(problem([0x61, 0, 0x0A]) != nil)
    #expect(problem([0xFF, 0x0A]) != nil)
    #expect(problem(Array((0...CSVReader.mostColumns).map { "c\($0)" }.joined(separator: ",").utf8)) != nil)
    // Two spellings that look alike are two names.
    #expect(problem(Array("\u{e9},e\u{301}\n".utf8)) == nil)
  }

  @Test func formulasAreNotPublishedAsFormulas() {
    for text in ["=1+1", "+1", "-1", "@x", "\tx"] { #expect(CSVWriter.guarded(text) == "'" + text) }
    #expect(CSVWriter.guarded("x=1") == "x=1")
  }
}
