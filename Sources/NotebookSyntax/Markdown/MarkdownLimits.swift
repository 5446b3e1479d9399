/// What a notebook's Markdown may ask of its parser, found before the parser sees it.
///
/// Three things make little text into much work: cmark walks up to the root for every node it adds, so text at the
/// bottom of a thousand quotations costs a thousand times as much; it copies a link's address to every place that names
/// it; and it fills every row of a table to the width of its header.
struct MarkdownLimits {
  /// Markers of lists and quotations that one line begins with.
  static let deepestLine = 40
  /// Blanks before or between them.
  static let widestIndent = 400
  /// Cells of all tables.
  static var mostTableCells: Int { Limit.markdownTableCells.value }
  /// Bytes of the longest block of link definitions, times the brackets that could name one of them.
  static let largestExpansion = 16 << 20

  private let bytes: ArraySlice<UInt8>
  private var problem: Diagnostic?
  /// Columns of the delimiter row above, zero where no table can be.
  private var columns = 0
  private var cells = 0
  private var brackets = 0
  private var definition: (start: Int, isOpen: Bool) = (0, false)
  private var longest = Span(0, 0)

  /// The first limit that the text behind `start` exceeds.
  static func check(_ bytes: [UInt8], from start: Int) -> Diagnostic? {
    var limits = MarkdownLimits(bytes: bytes[start...])
    limits.check()
    return limits.problem
  }

  private init(bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  private mutating func check() {
    var start = bytes.startIndex
    while start < bytes.endIndex, problem == nil {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.endIndex
      check(line: start..<end)
      start = end + 1
    }
    close(at: bytes.endIndex)
    guard problem == nil else { return }
    if (longest.end - longest.start) * brackets > Self.largestExpansion {
      problem = Diagnostic(
        "limit", "these link definitions are too long for how often the notebook could use them", at: longest,
        help: "put a blank line between definitions, and shorten the addresses")
    }
  }

  private mutating func check(line: Range<Int>) {
    let text = beginning(of: line)
    guard text < line.upperBound else {
      columns = 0
      return close(at: line.lowerBound)
    }
    checkTable(line)
    for index in line where bytes[index] == UInt8(ascii: "]") {
      brackets += 1
      // Wherever a definition begins, its label ends so; it goes no further than its paragraph.
      guard !definition.isOpen, index + 1 < line.upperBound, bytes[index + 1] == UInt8(ascii: ":") else { continue }
      definition = (line.lowerBound, true)
    }
  }

  /// The offset behind the markers of lists and quotations that a line begins with.
  private mutating func beginning(of line: Range<Int>) -> Int {
    var index = line.lowerBound
    var markers = 0
    var blanks = 0
    func byte(_ offset: Int) -> UInt8 { offset < line.upperBound ? bytes[offset] : 0x20 }
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    scan: while index < line.upperBound {
      switch bytes[index] {
      case 0x20, 0x0D: blanks += 1
      case 0x09: blanks += 4
      case UInt8(ascii: ">"): markers += 1
      case UInt8(ascii: "-"), UInt8(ascii: "*"), UInt8(ascii: "+"):
        guard isBlank(byte(index + 1)) else { break scan }
        markers += 1
      case UInt8(ascii: "0")...UInt8(ascii: "9"):
        var end = index
        while Lexer.isDigit(byte(end)) { end += 1 }
        guard byte(end) == UInt8(ascii: ".") || byte(end) == UInt8(ascii: ")"), isBlank(byte(end + 1)) else {
          break scan
        }
        markers += 1
        index = end
      default: break scan
      }
      index += 1
    }
    if markers > Self.deepestLine || (markers > 0 && blanks > Self.widestIndent) {
      problem = Diagnostic(
        "limit", "this line begins more than \(Self.deepestLine) lists and quotations, or is too far to the right",
        at: Span(line.lowerBound, line.upperBound))
    }
    return index
  }

  /// Counts the cells that this line adds, where a delimiter row stands above it in its paragraph.
  private mutating func checkTable(_ line: Range<Int>) {
    cells += columns
    if cells > Self.mostTableCells {
      problem = Diagnostic(
        "limit", "the tables of this notebook have more than \(Self.mostTableCells) cells",
        at: Span(line.lowerBound, line.upperBound),
        help: Limit.markdownTableCells.help("move data into files, which `table` steps show"))
    }
    guard bytes[line].allSatisfy({ " \t\r>|:-*+".utf8.contains($0) }) else { return }
    let bars = bytes[line].count(where: { $0 == UInt8(ascii: "|") })
    if bars > 0 { columns = max(columns, bars + 1) }
  }

  private mutating func close(at offset: Int) {
    guard definition.isOpen else { return }
    definition.isOpen = false
    if offset - definition.start > longest.end - longest.start { longest = Span(definition.start, offset) }
  }
}
