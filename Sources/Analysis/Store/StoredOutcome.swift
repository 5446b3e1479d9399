import Digests
import NotebookSyntax
import Tables

/// A step's outcome as the store writes it: everything but table, model and what was warned of.
enum StoredOutcome {
  static func json(_ outcome: StepOutcome, output: Digest) -> JSONValue {
    func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    func count(_ count: Int?) -> JSONValue { count.map { .integer($0) } ?? .null }
    return [
      "output": .string(output.hex), "result": StoredValue.json(outcome.result),
      "optimizer": outcome.optimizer.map(StoredValue.json) ?? .null,
      "content": outcome.content.map { content in
        [
          "rows": .integer(content.rowCount),
          "columns": .array(content.columns.map { [.string($0.name), .string($0.digest.hex)] }),
        ]
      } ?? .null,
      "upstream": outcome.upstream.map { [.string($0.path), .string($0.core)] } ?? .null,
      "exhibits": .array(outcome.exhibits.map(\.json)),
      "publications": .array(
        outcome.publications.map { [.string($0.path), .string(String(decoding: $0.bytes, as: UTF8.self))] }),
      "notices": texts(outcome.notices), "failures": texts(outcome.failures),
      "rows": [count(outcome.rowsIn), count(outcome.rowsOut)], "individual": .bool(outcome.showsIndividualRows),
    ]
  }

  /// Nil where the JSON is no outcome.
  static func outcome(_ json: JSONValue) -> StepOutcome? {
    guard let result = json["result"].flatMap(StoredValue.value),
      let exhibits = json["exhibits"]?.all(Exhibit.init(json:)),
      let publications = json["publications"]?.all({ item -> Publication? in
        guard let parts = item.all({ $0.string }), parts.count == 2 else { return nil }
        return Publication(path: parts[0], text: parts[1])
      }),
      let notices = json["notices"]?.all({ $0.string }), let failures = json["failures"]?.all({ $0.string }),
      let rows = json["rows"]?.array, rows.count == 2, let showsIndividualRows = json["individual"]?.bool
    else { return nil }
    var outcome = StepOutcome(result: result)
    if let optimizer = json["optimizer"], optimizer.object != nil {
      guard let value = StoredValue.value(optimizer) else { return nil }
      outcome.optimizer = value
    }
    if let content = json["content"], content.object != nil {
      guard let rowCount = content["rows"]?.integer,
        let columns = content["columns"]?.all({ item -> (name: String, digest: Digest)? in
          guard let parts = item.all({ $0.string }), parts.count == 2, let digest = Digest(hex: parts[1]) else {
            return nil
          }
          return (parts[0], digest)
        })
      else { return nil }
      outcome.content = TableContent(rowCount: rowCount, columns: columns)
    }
    if let parts = json["upstream"]?.all({ $0.string }), parts.count == 2 {
      outcome.upstream = UpstreamRun(path: parts[0], core: parts[1])
    }
    outcome.exhibits = exhibits
    outcome.publications = publications
    outcome.notices = notices
    outcome.failures = failures
    outcome.rowsIn = rows[0].integer
    outcome.rowsOut = rows[1].integer
    outcome.showsIndividualRows = showsIndividualRows
    return outcome
  }
}

/// Results with their types and the order of their fields, which the JSON form of `results.json` does not keep.
enum StoredValue {
  static func json(_ value: ResultValue) -> JSONValue {
    switch value {
    case .absent(let reason): return ["a": .string(reason)]
    case .number(let number): return ["n": .string(String(number.bitPattern, radix: 16))]
    case .count(let count): return ["c": .integer(count)]
    case .boolean(let value): return ["b": .bool(value)]
    case .text(let text): return ["t": .string(text)]
    case .list(let values): return ["l": .array(values.map(json))]
    case .record(let fields): return ["r": .array(fields.map { [.string($0.name), json($0.value)] })]
    case .keyed(let names, let entries):
      return [
        "k": .array(names.map { .string($0) }),
        "e": .array(entries.map { [.array($0.keys.map { .string($0) }), json($0.value)] }),
      ]
    }
  }

  static func value(_ json: JSONValue) -> ResultValue? {
    if let reason = json["a"]?.string { return .absent(reason: reason) }
    if let bits = json["n"]?.string { return UInt64(bits, radix: 16).map { .number(Double(bitPattern: $0)) } }
    if let count = json["c"]?.integer { return .count(count) }
    if let value = json["b"]?.bool { return .boolean(value) }
    if let text = json["t"]?.string { return .text(text) }
    if let values = json["l"] { return values.all(value).map { .list($0) } }
    if let fields = json["r"] {
      return fields.all { field -> ResultValue.Field? in
        guard let parts = field.array, parts.count == 2, let name = parts[0].string, let value = value(parts[1]) else {
          return nil
        }
        return .init(name, value)
      }.map { .record($0) }
    }
    guard let names = json["k"]?.all({ $0.string }),
      let entries = json["e"]?.all({ entry -> ResultValue.Entry? in
        guard let parts = entry.array, parts.count == 2, let keys = parts[0].all({ $0.string }),
          let value = value(parts[1])
        else { return nil }
        return .init(keys, value)
      })
    else { return nil }
    return .keyed(by: names, entries)
  }
}
