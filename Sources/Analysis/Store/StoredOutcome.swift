import Digests
import NotebookSyntax
import Tables

/// What stands for an outcome: both are computed once, and stored with it.
public struct OutcomeDigests: Sendable {
  /// Of result and table, as the record has it.
  let output: Digest
  /// Of the result with its types and the order of its fields, which the output digest leaves out: a number is not the text
  /// that looks like it.
  let typed: Digest

  init(output: Digest, typed: Digest) {
    self.output = output
    self.typed = typed
  }

  init(of outcome: StepOutcome) {
    self.init(
      output: Sealer.outputDigest(outcome), typed: Digest(of: "typed", StoredValue.json(outcome.result)))
  }
}

/// A step's outcome as the store writes it: everything but table, model and what was warned of.
enum StoredOutcome {
  static func json(_ outcome: StepOutcome, _ digests: OutcomeDigests) -> JSONValue {
    func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    func count(_ count: Int?) -> JSONValue { count.map { .integer($0) } ?? .null }
    return [
      "output": .string(digests.output.hex), "typed": .string(digests.typed.hex),
      "result": StoredValue.json(outcome.result),
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

  /// A number from its bits as hexadecimal digits.
  private static func number(_ digits: String) -> ResultValue? {
    guard (1...16).contains(digits.utf8.count) else { return nil }
    var bits: UInt64 = 0
    for byte in digits.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): bits = bits << 4 | UInt64(byte - UInt8(ascii: "0"))
      case UInt8(ascii: "a")...UInt8(ascii: "f"): bits = bits << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
      default: return nil
      }
    }
    return .number(Double(bitPattern: bits))
  }

  static func value(_ json: JSONValue) -> ResultValue? {
    guard case .object(let members) = json, let first = members.first else { return nil }
    if members.count == 1 { return single(first) }
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

  private static func single(_ member: JSONValue.Member) -> ResultValue? {
    switch member.key {
    case "n": return member.value.string.flatMap(number)
    case "r":
      return member.value.all { field -> ResultValue.Field? in
        guard let parts = field.array, parts.count == 2, let name = parts[0].string, let value = value(parts[1]) else {
          return nil
        }
        return .init(name, value)
      }.map { .record($0) }
    case "a": return member.value.string.map { .absent(reason: $0) }
    case "c": return member.value.integer.map { .count($0) }
    case "b": return member.value.bool.map { .boolean($0) }
    case "t": return member.value.string.map { .text($0) }
    case "l": return member.value.all(value).map { .list($0) }
    default: return nil
    }
  }
}
