import Digests

/// A self-test with what ran it: the rows that every way of printing it shows.
public struct SelftestReport: Sendable {
  /// What is said of the program and the machine, in order: a name and its value.
  public let engine: [(name: String, value: String)]
  public let outcomes: [SetOutcome]

  public init(engine: [(name: String, value: String)], outcomes: [SetOutcome]) {
    self.engine = engine
    self.outcomes = outcomes
  }

  public var passed: Bool { !outcomes.isEmpty && outcomes.allSatisfy(\.agrees) }

  /// Quantities that were compared, and those of them that agree.
  public var counts: (quantities: Int, agreeing: Int) {
    let all = outcomes.flatMap(\.quantities)
    return (all.count, all.count { $0.agrees })
  }

  /// `… of … quantities of … sets agree to the digits that are required`: the last line.
  public var verdict: String {
    let (quantities, agreeing) = counts
    return "\(agreeing) of \(quantities) quantities of \(outcomes.count) sets agree to the digits that are required"
  }

  /// For a terminal.
  public var text: String {
    var text = engine.map { Self.padded($0.name, 21) + $0.value + "\n" }.joined()
    for kind in CertifiedSet.Kind.allCases {
      let sets = outcomes.filter { $0.set.kind == kind }
      if sets.isEmpty { continue }
      text += "\n" + Self.padded(kind.rawValue, 50) + "digits  required\n"
      for set in sets {
        for (index, quantity) in set.quantities.enumerated() {
          text += "  " + Self.padded(index == 0 ? set.set.name : "", 26) + Self.padded(quantity.name.rawValue, 22)
          text += Self.leading(Agreement.text(quantity.digits), 6) + Self.leading(Agreement.text(quantity.required), 10)
          text += quantity.agrees ? "\n" : "  NOT REACHED\n"
        }
        if let failure = set.failure { text += "  not computed: \(failure)\n" }
      }
    }
    return text + "\n\(verdict)\n"
  }

  public var json: JSONValue {
    .object(
      engine.map { .init($0.name, .string($0.value)) } + [
        .init("passed", .bool(passed)),
        .init("sets", .array(outcomes.map(Self.json))),
      ])
  }

  private static func json(_ outcome: SetOutcome) -> JSONValue {
    [
      "name": .string(outcome.set.name), "kind": .string(outcome.set.kind.rawValue),
      "model": .string(outcome.set.model), "origin": .string(outcome.set.origin),
      "authority": .string(outcome.set.authority), "agrees": .bool(outcome.agrees),
      "failure": outcome.failure.map { .string("\($0)") } ?? .null,
      "quantities": .array(
        outcome.quantities.map { quantity in
          [
            "name": .string(quantity.name.rawValue), "digits": .number(quantity.digits),
            "required": .number(quantity.required), "agrees": .bool(quantity.agrees),
            "computed": .array(quantity.computed.map { $0.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }),
            "certified": .array(quantity.certified.map { .string($0) }),
          ]
        }),
    ]
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }

  private static func leading(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(1, width - text.count)) + text
  }
}
