import Digests
import NotebookSyntax

/// `intervals: {bootstrap: 1000, seed: 20260101}`.
struct BootstrapRequest: Sendable {
  let replicates: Int
  let seed: Int
  /// The name of the step, which has a stream of its own: another step beside it changes nothing.
  let stream: String

  static let key = Key.optional(
    "intervals", "mapping of bootstrap and seed",
    "`{bootstrap: 1000, seed: 20260101}`: percentile intervals of all parameters from so many refits to data drawn from the fitted model. Default: none."
  )

  private static let replicates = 100...100_000
  private static let help = "write `intervals: {bootstrap: 1000, seed: 20260101}`"

  /// nil where the key is not written, or is reported.
  init?(_ cell: inout CellDecoder, step: String) {
    // Noted only where it is written: without it the step is what it was before there were intervals.
    guard let node = cell.node("intervals"),
      let entries = cell.mapping(node, "intervals", help: Self.help)
    else { return nil }
    let names = ["bootstrap", "seed"]
    for entry in entries where !names.contains(entry.key.text) {
      cell.report(
        "unknown-key", "`intervals` has no key `\(entry.key.text)`", entry.key.span,
        help: Suggestion.help(for: entry.key.text, among: names))
    }
    func integer(_ name: String, _ range: ClosedRange<Int>) -> Int? {
      guard let value = entries.first(where: { $0.key.text == name })?.value else {
        cell.report("missing-key", "`intervals` needs `\(name)`", node.span, help: Self.help)
        return nil
      }
      guard let written = cell.text(value, name) else { return nil }
      guard let number = Int(written.text), range.contains(number) else {
        cell.report(
          "type",
          "`\(name)` is a whole number from \(range.lowerBound) to \(range.upperBound), and this is `\(written.text)`",
          written.span)
        return nil
      }
      return number
    }
    guard let replicates = integer("bootstrap", Self.replicates), let seed = integer("seed", 0...999_999_999_999) else {
      return nil
    }
    self.replicates = replicates
    self.seed = seed
    stream = step
    cell.record(
      "intervals", ["bootstrap": .integer(replicates), "seed": .integer(seed), "stream": .string(step)])
  }

  /// The key of the random streams: a digest of seed and step name.
  var randomKey: [UInt64] {
    let digest = Digest(of: "random-stream", Array("\(seed)\u{0}\(stream)".utf8)).hex
    return stride(from: 0, to: 64, by: 16).map { start in
      let from = digest.index(digest.startIndex, offsetBy: start)
      return UInt64(digest[from..<digest.index(from, offsetBy: 16)], radix: 16) ?? 0
    }
  }
}
