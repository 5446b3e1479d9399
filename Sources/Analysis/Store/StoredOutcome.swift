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
      output: Sealer.outputDigest(outcome), typed: StoredValue.digest(outcome.result))
  }
}

/// A step's outcome as the store writes it: everything but table, model and what was warned of.
enum StoredOutcome {
  static func json(_ outcome: StepOutcome, _ digests: OutcomeDigests) -> JSONValue {
    func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
    func count(_ count: Int?) -> JSONValue { count.map { .integer($0) } ?? .null }
    return [
      "output": .string(digests.output.hex), "typed": .string(digests.typed.hex),
      "result": .string(StoredValue.text(outcome.result)),
      "optimizer": outcome.optimizer.map { .string(StoredValue.text($0)) } ?? .null,
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
    guard let result = json["result"]?.string.flatMap(StoredValue.value),
      let exhibits = json["exhibits"]?.all(Exhibit.init(json:)),
      let publications = json["publications"]?.all({ item -> Publication? in
        guard let parts = item.all({ $0.string }), parts.count == 2 else { return nil }
        return Publication(path: parts[0], text: parts[1])
      }),
      let notices = json["notices"]?.all({ $0.string }), let failures = json["failures"]?.all({ $0.string }),
      let rows = json["rows"]?.array, rows.count == 2, let showsIndividualRows = json["individual"]?.bool
    else { return nil }
    var outcome = StepOutcome(result: result)
    if let optimizer = json["optimizer"]?.string {
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
