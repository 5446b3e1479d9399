/// A cell or a row of a data file that does not fit what was declared.
public struct DataProblem: Sendable {
  public enum Rule: Error, Sendable {
    case notANumber, notAWholeNumber, notABoolean
    case notADate(format: String)
    /// `<5`, and no rule says what it means.
    case belowLimit, aboveLimit
    case decimalComma
    /// Letters behind a number.
    case flag(String)
    case unitMissing
    case unknownUnit(String, suggestion: String?)
    case unitDoesNotConvert(String, to: Unit, analyte: Analyte?)
    /// Something else stands where a correction expects what was received.
    case correction(expected: String)
    case notALevel(codes: [String])
    case outside(ClosedRange<Double>)
    case missingInKey
    case repeatedKey(firstRow: Int)
    case fieldCount(found: Int, expected: Int)
    case quoteNotClosed
    case textAfterQuote
    case fieldTooLong(limit: Int)
    case invalidUTF8, nulByte

    /// Whether the field itself is at fault, whatever its column.
    var isOfField: Bool {
      switch self {
      case .fieldTooLong, .nulByte, .invalidUTF8: true
      default: false
      }
    }
  }

  /// Counted from 1, the header not counted.
  public let row: Int
  /// Line of the file on which the row begins, from 1.
  public let line: Int
  /// The column's name in the file; nil where the row itself is at fault.
  public let column: String?
  public let value: String?
  public let rule: Rule

  public init(row: Int, line: Int, column: String?, value: String?, rule: Rule) {
    self.row = row
    self.line = line
    self.column = column
    self.value = value
    self.rule = rule
  }
}

/// Everything in a file that does not fit: the first problems, and how many there are.
public struct DataProblems: Error, Sendable {
  public static let shown = 20

  public private(set) var first: [DataProblem] = []
  public private(set) var count = 0

  public init() {}

  /// Adds problems of rows that come behind `rowCount` others on `lines` lines.
  mutating func add(_ next: DataProblems, behind rowCount: Int, lines: Int) {
    count += next.count
    for problem in next.first where first.count < Self.shown {
      first.append(
        DataProblem(
          row: problem.row + rowCount, line: problem.line + lines, column: problem.column, value: problem.value,
          rule: problem.rule))
    }
  }

  public mutating func add(_ problem: @autoclosure () -> DataProblem) {
    count += 1
    if first.count < Self.shown { first.append(problem()) }
  }
}
