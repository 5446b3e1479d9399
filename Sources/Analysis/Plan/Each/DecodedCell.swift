import Digests
import NotebookSyntax

extension Planner {
  struct Decoded {
    let cell: Cell
    var step: (any Step)?
    /// Whether the step is what was meant: with mistakes in its body it is checked, but nothing is concluded from it.
    var isSound = true
    var references: [Reference]
    var parameters: JSONValue
    var caption: String?
    var note: String?
    var show: String
  }

  /// A cell as its key has it: an instance for each value, or the only one.
  struct DecodedCell {
    var each: EachKey?
    var instances: [Decoded]

    var isSound: Bool { instances.allSatisfy(\.isSound) }

    /// What the instances read, each once.
    var references: [Reference] {
      instances.flatMap(\.references).reduce(into: []) { all, reference in
        if !all.contains(where: { $0.name == reference.name && $0.span == reference.span }) { all.append(reference) }
      }
    }
  }
}
