import NotebookSyntax
import Digests

/// What a step found out, in one form that is hashed, compared, shown, reached by a path and exported.
public indirect enum ResultValue: Sendable {
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
  case keyed(by: [String], [Entry])

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

/// The one JSON form. A keyed result is `{"key": […], "rows": [{"names": […], "value": …}]}`; what is absent is
/// `null` with its `reason` beside it; infinity is the string `"Infinity"`.
extension ResultValue {
  public var json: JSONValue {
    switch self {
    case .absent(let reason): return .object([.init("reason", .string(reason)), .init("value", .null)])
    case .number(let value):
      if value.isInfinite { return .string(value < 0 ? "-Infinity" : "Infinity") }
      return .number(value == 0 ? 0 : value)
    case .count(let value): return .integer(value)
    case .boolean(let value): return .bool(value)
    case .text(let text): return .string(text)
    case .list(let values): return .array(values.map(\.json))
    case .record(let fields): return .object(Self.members(of: fields))
    case .keyed(let names, let entries):
      let rows = entries.map { entry -> JSONValue in
        ["names": .array(entry.keys.map { .string($0) }), "value": entry.value.json]
      }
      return .object([.init("key", .array(names.map { .string($0) })), .init("rows", .array(rows))])
    }
  }

  private static func members(of fields: [Field]) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var reasons: [String] = []
    for field in fields {
      if case .absent(let reason) = field.value {
        members.append(.init(field.name, .null))
        if !reasons.contains(reason) { reasons.append(reason) }
      } else {
        members.append(.init(field.name, field.value.json))
      }
    }
    if !reasons.isEmpty { members.append(.init("reason", .string(reasons.joined(separator: "; ")))) }
    return members
  }
}
