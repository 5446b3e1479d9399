import NotebookSyntax
import Digests

/// What a step found out, in one form that is hashed, compared, shown, reached by a path and exported.
public enum ResultValue: Sendable {
  /// Not estimable, and why.
  case absent(reason: String)
  /// Finite, or infinite; never NaN.
  case number(Double)
  case count(Int)
  case boolean(Bool)
  case text(String)
  case list([ResultValue])
  case record([Field])
  /// Records addressed by one or several keys: `terms["week"]`, `rows["C", "24"]`.
  case keyed(by: [String], Entries)

  public struct Field: Sendable {
    public let name: String
    public let value: ResultValue

    public init(_ name: String, _ value: ResultValue) {
      self.name = name
      self.value = value
    }
  }

  public struct Entry: Sendable {
    public let keys: [String]
    public let value: ResultValue

    public init(_ keys: [String], _ value: ResultValue) {
      self.keys = keys
      self.value = value
    }
  }

  /// A real number; NaN, which no result may hold, becomes absent.
  public static func real(_ value: Double?, orAbsent reason: String) -> ResultValue {
    guard let value, !value.isNaN else { return .absent(reason: reason) }
    return .number(value)
  }

  public subscript(name: String) -> ResultValue? {
    guard case .record(let fields) = self else { return nil }
    return fields.first { $0.name.isExactly(name) }?.value
  }

  public var double: Double? {
    switch self {
    case .number(let value): return value
    case .count(let value): return Double(value)
    default: return nil
    }
  }

  public var string: String? {
    if case .text(let text) = self { return text }
    return nil
  }
}
