/// Something a step shows in the report, as a value that knows nothing of HTML.
public enum Exhibit: Sendable {
  case table(TableExhibit)
  case figure(Figure)
  /// A sentence or two: what was done, what was found odd.
  case statement(String)
  /// Text under a title of its own: a question, a hint, how to read a table.
  case passage(Passage)
}

/// Text under a title, closed until clicked or open.
public struct Passage: Sendable {
  public var title: String
  public let paragraphs: [String]
  public let isFolded: Bool

  public init(_ title: String, _ paragraphs: [String], isFolded: Bool) {
    self.title = title
    self.paragraphs = paragraphs
    self.isFolded = isFolded
  }
}

public struct TableExhibit: Sendable {
  public struct Heading: Sendable {
    public let text: String
    public let isNumeric: Bool

    public init(_ text: String, isNumeric: Bool = true) {
      self.text = text
      self.isNumeric = isNumeric
    }
  }

  public struct Row: Sendable {
    public let cells: [TableCell]
    /// 0 for a row of its own, 1 for one that belongs under the row above.
    public let indent: Int

    public init(_ cells: [TableCell], indent: Int = 0) {
      self.cells = cells
      self.indent = indent
    }
  }

  public var caption: String
  public var headings: [Heading]
  public var rows: [Row]
  public var notes: [String]

  public init(caption: String, headings: [Heading], rows: [Row], notes: [String] = []) {
    self.caption = caption
    self.headings = headings
    self.rows = rows
    self.notes = notes
  }
}

public enum TableCell: Sendable {
  case empty
  case text(String)
  case count(Int)
  case number(Double, decimals: Int)
  case pValue(Double)
  /// `low to high`
  case interval(Double, Double, decimals: Int)
  /// `mean (SD)`
  case meanDeviation(Double, Double, decimals: Int)
  /// `median [first quartile, third quartile]`
  case quartiles(Double, Double, Double, decimals: Int)
  /// `n (percent)`
  case share(Int, of: Int)
  /// Not estimable, and why.
  case absent(String)

  /// A number so small that its zeros would fill the column is written with a power of ten.
  private static func text(_ value: Double, _ decimals: Int) -> String {
    decimals > 7 ? NumberFormat.significant(value, 3) : NumberFormat.fixed(value, decimals)
  }

  /// As the report prints it.
  public var display: String {
    switch self {
    case .empty: return ""
    case .text(let text): return text
    case .count(let count): return NumberFormat.count(count)
    case .number(let value, let decimals): return Self.text(value, decimals)
    case .pValue(let p): return NumberFormat.pValue(p)
    case .interval(let low, let high, let decimals):
      return "\(Self.text(low, decimals)) to \(Self.text(high, decimals))"
    case .meanDeviation(let mean, let deviation, let decimals):
      return "\(Self.text(mean, decimals)) (\(Self.text(deviation, decimals)))"
    case .quartiles(let median, let low, let high, let decimals):
      let range = "\(Self.text(low, decimals)), \(Self.text(high, decimals))"
      return "\(Self.text(median, decimals)) [\(range)]"
    case .share(let count, let total):
      guard total > 0 else { return "0" }
      return "\(NumberFormat.count(count)) (\(NumberFormat.fixed(100 * Double(count) / Double(total), 1))%)"
    case .absent(let reason): return reason
    }
  }
}
