import Digests
import NotebookSyntax

/// `intervals: profile`, or `intervals: {bootstrap: 1000, seed: 20260101}`.
enum IntervalRequest: Sendable {
  case profile
  /// The stream is the name of the step, which has random numbers of its own: another step beside it changes nothing.
  case bootstrap(replicates: Int, seed: Int, stream: String)

  static let key = Key.optional(
    "intervals", "profile, or a mapping of bootstrap and seed",
    "Intervals of all parameters. `profile`: by the profile likelihood, of the ML fit. `{bootstrap: 1000, seed: 20260101}`: percentiles of so many refits to data drawn from the fitted model. Default: none."
  )

  private static let replicates = 100...100_000
  private static let help = "write `intervals: profile` or `intervals: {bootstrap: 1000, seed: 20260101}`"

  /// nil where the key is not written, or is reported.
  init?(_ cell: inout CellDecoder, step: String) {
    // Noted only where it is written: without it the step is what it was before there were intervals.
    guard let node = cell.node("intervals") else { return nil }
    if node.scalar?.text == "profile" {
      cell.record("intervals", .string("profile"))
      self = .profile
      return
    }
    guard
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
    self = .bootstrap(replicates: replicates, seed: seed, stream: step)
    cell.record(
      "intervals", ["bootstrap": .integer(replicates), "seed": .integer(seed), "stream": .string(step)])
  }

  /// The key of the random streams: a digest of seed and step name.
  static func randomKey(seed: Int, stream: String) -> [UInt64] {
    let digest = Digest(of: "random-stream", Array("\(seed)\u{0}\(stream)".utf8)).hex
    return stride(from: 0, to: 64, by: 16).map { start in
      let from = digest.index(digest.startIndex, offsetBy: start)
      return UInt64(digest[from..<digest.index(from, offsetBy: 16)], radix: 16) ?? 0
    }
  }
}
