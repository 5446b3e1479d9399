/// An expression over columns or over results, as written; its types are checked where it is used.
public struct Expression: Sendable {
  public indirect enum Node: Sendable {
    case number(Double, unit: UnitCode?)
    case text(String)
    case boolean(Bool)
    case name(String)
    case list([Expression])
    case group(Expression)
    case negation(Expression)
    case not(Expression)
    case binary(BinaryOperator, Expression, Expression)
    /// `x in [a, b]`
    case membership(Expression, [Expression], isNegated: Bool)
    /// `x is missing`, `x is present`
    case presence(Expression, isMissing: Bool)
    /// `x is censored`
    case censored(Expression)
    /// A unit as an argument: `convert(day, a)`.
    case unit(UnitCode)
    /// A word that is an argument and no column: `missing = skip`.
    case word(String)
    case call(String, at: Span, [Argument])
    case member(Expression, String, at: Span)
    case index(Expression, [Expression])
  }

  /// A unit written after a number: `3 mg/dL`.
  public struct UnitCode: Sendable {
    public let code: String
    public let span: Span

    public init(code: String, span: Span) {
      self.code = code
      self.span = span
    }
  }

  public struct Argument: Sendable {
    /// Set for `missing = skip`.
    public let name: String?
    public let value: Expression

    public init(name: String?, value: Expression) {
      self.name = name
      self.value = value
    }
  }

  public let node: Node
  public let span: Span

  public init(_ node: Node, at span: Span) {
    self.node = node
    self.span = span
  }

  /// The expression without the parentheses around it.
  public var ungrouped: Expression {
    if case .group(let inner) = node { return inner.ungrouped }
    return self
  }
}

public enum BinaryOperator: String, Sendable {
  case or, and
  case equal = "==", unequal = "!="
  case less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case add = "+", subtract = "-", multiply = "*", divide = "/", power = "^"

  public var isComparison: Bool {
    switch self {
    case .equal, .unequal, .less, .lessOrEqual, .greater, .greaterOrEqual: return true
    default: return false
    }
  }

  public var isLogical: Bool { self == .or || self == .and }
}

/// The canonical spelling: what R's `deparse` writes where R has the construct, so that terms carry R's names.
extension Expression: CustomStringConvertible {
  public var description: String {
    switch node {
    case .number(let value, let unit):
      return NumberText.shortest(value) + (unit.map { " \($0.code)" } ?? "")
    case .text(let text): return NumberText.quoted(text)
    case .boolean(let value): return value ? "true" : "false"
    case .name(let name): return name
    case .list(let elements): return "[" + elements.map(\.description).joined(separator: ", ") + "]"
    case .group(let inner): return "(\(inner))"
    case .negation(let inner): return "-\(inner)"
    case .not(let inner): return "not \(inner)"
    case .binary(let binary, let left, let right):
      let isTight = binary == .divide || binary == .power
      return isTight ? "\(left)\(binary.rawValue)\(right)" : "\(left) \(binary.rawValue) \(right)"
    case .membership(let value, let elements, let isNegated):
      let list = elements.map(\.description).joined(separator: ", ")
      return "\(value) \(isNegated ? "not in" : "in") [\(list)]"
    case .presence(let value, let isMissing): return "\(value) is \(isMissing ? "missing" : "present")"
    case .censored(let value): return "\(value) is censored"
    case .unit(let unit): return unit.code
    case .word(let word): return word
    case .call(let name, _, let arguments):
      let list = arguments.map { ($0.name.map { "\($0) = " } ?? "") + $0.value.description }
      return "\(name)(\(list.joined(separator: ", ")))"
    case .member(let value, let name, _): return "\(value).\(name)"
    case .index(let value, let indices): return "\(value)[\(indices.map(\.description).joined(separator: ", "))]"
    }
  }
}

/// Numbers and text as the notebook language writes them.
public enum NumberText {
  /// The shortest decimal that reads back to the same double, whole numbers without a point.
  public static func shortest(_ value: Double) -> String {
    if value == value.rounded(), value.magnitude < 1e15 { return String(Int(value)) }
    return value.description
  }

  public static func quoted(_ text: String) -> String {
    "\"" + text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : String($0) }.joined() + "\""
  }
}
