import Digests
import NotebookSyntax

/// The one JSON form. A keyed result is `{"key": […], "rows": [{"names": […], "value": …}]}`; what is absent is
/// `null` with its `reason` beside it (`reasons` by name where a record has several); infinity is the string `"Infinity"`.
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

  /// The canonical bytes of `json`, without the tree.
  public func write(to sink: inout ByteSink) {
    switch self {
    case .number(let value) where value.isFinite: sink.number(value)
    case .list(let values): sink.array(values.count) { values[$1].write(to: &$0) }
    case .record(let fields):
      guard let sorted = Self.inOrder(fields) else { return sink.json(json) }
      sink.object(sorted.count) { sink, index in
        sink.member(sorted[index].name)
        sorted[index].value.write(to: &sink)
      }
    case .keyed(let names, let entries):
      sink.object(2) { sink, index in
        sink.member(index == 0 ? "key" : "rows")
        guard index == 1 else { return sink.array(names.count) { $0.string(names[$1]) } }
        sink.array(entries.count) { entries[$1].write(to: &$0) }
      }
    default: sink.json(json)
    }
  }

  /// Fields as an object has its members, or nil where something is absent: reasons stand beside it then.
  private static func inOrder(_ fields: [Field]) -> [Field]? {
    for field in fields { if case .absent = field.value { return nil } }
    let isSorted = zip(fields, fields.dropFirst()).allSatisfy { ByteSink.precedesAsUTF16($0.name, $1.name) }
    return isSorted ? fields : fields.sorted { ByteSink.precedesAsUTF16($0.name, $1.name) }
  }

  private static func members(of fields: [Field]) -> [JSONValue.Member] {
    var members: [JSONValue.Member] = []
    var absent: [(name: String, reason: String)] = []
    for field in fields {
      if case .absent(let reason) = field.value {
        members.append(.init(field.name, .null))
        absent.append((field.name, reason))
      } else {
        members.append(.init(field.name, field.value.json))
      }
    }
    var reasons: [String] = []
    for (_, reason) in absent where !reasons.containsExactly(reason) { reasons.append(reason) }
    if !reasons.isEmpty { members.append(.init("reason", .string(reasons.joined(separator: "; ")))) }
    if reasons.count > 1 {
      members.append(.init("reasons", .object(absent.map { .init($0.name, .string($0.reason)) })))
    }
    return members
  }

  /// The value that a JSON form stands for, as far as showing it goes: fields come in JSON's order, a whole number is a
  /// count, and the text `Infinity` a number. Formats treat these alike.
  public init(json: JSONValue) {
    switch json {
    case .null: self = .absent(reason: "no reason is given")
    case .bool(let value): self = .boolean(value)
    case .integer(let value): self = .count(value)
    case .number(let value): self = .number(value)
    case .string("Infinity"): self = .number(.infinity)
    case .string("-Infinity"): self = .number(-.infinity)
    case .string(let text): self = .text(text)
    case .array(let values): self = .list(values.map(ResultValue.init(json:)))
    case .object(let members): self = Self.read(json, members)
    case .writing: self = .absent(reason: "it writes itself")
    }
  }

  private static func read(_ json: JSONValue, _ members: [JSONValue.Member]) -> ResultValue {
    if let names = json["key"]?.array, let rows = json["rows"]?.array {
      return .keyed(
        by: names.compactMap(\.string),
        rows.map { row in
          .init(row["names"]?.array?.compactMap(\.string) ?? [], ResultValue(json: row["value"] ?? .null))
        })
    }
    // Variables may have these names too; reasons are texts, and stand where something is absent.
    let common = json["reason"]?.string
    let reasons = common == nil ? nil : json["reasons"]
    func reason(_ name: String) -> String { reasons?[name]?.string ?? common ?? "no reason is given" }
    if members.count == 2, let common, case .null? = json["value"] { return .absent(reason: common) }
    let fields = members.filter { common == nil || !["reason", "reasons"].contains($0.key) }.map { member in
      if case .null = member.value { return Field(member.key, .absent(reason: reason(member.key))) }
      return Field(member.key, ResultValue(json: member.value))
    }
    // What is absent comes as its reasons were written one after the other, which is the order of the fields.
    let order = sequence(of: fields.compactMap(\.absence), in: common ?? "")
    return .record(
      order.flatMap { reason in fields.filter { $0.absence?.isExactly(reason) == true } }
        + fields.filter { $0.absence == nil })
  }

  /// Reasons in the order in which a text joins them; those that it does not hold come last.
  private static func sequence(of reasons: [String], in text: String) -> [String] {
    var left: [String] = []
    for reason in reasons where !left.containsExactly(reason) { left.append(reason) }
    var rest = text.utf8[...]
    var order: [String] = []
    while true {
      let fitting = left.filter { rest.starts(with: $0.utf8) }
      guard let next = fitting.max(by: { $0.utf8.count < $1.utf8.count }) else { return order + left }
      order.append(next)
      left.removeAll { $0.isExactly(next) }
      rest = rest.dropFirst(next.utf8.count + 2)
    }
  }
}

extension ResultValue.Entry {
  fileprivate func write(to sink: inout ByteSink) {
    sink.object(2) { sink, index in
      sink.member(index == 0 ? "names" : "value")
      if index == 0 { sink.array(keys.count) { $0.string(keys[$1]) } } else { value.write(to: &sink) }
    }
  }
}

extension ResultValue.Field {
  /// Why the field is absent, if it is.
  fileprivate var absence: String? {
    if case .absent(let reason) = value { return reason }
    return nil
  }
}
