/// The manuals of step kinds as Markdown, made from the kinds themselves.
public enum StepManual {
  public static func text(_ kind: String) -> String? {
    StepCatalog.kinds.first { $0.kind == kind }.map { text($0, level: 1) }
  }

  /// All manuals: what `docs/steps.md` holds.
  public static var reference: String {
    let lines = [
      "# Steps", "", "Printed by `colophon steps --all`; do not edit.", "", "Every cell may also carry these keys:", "",
      keys(Key.common),
    ]
    return lines.joined(separator: "\n") + "\n" + StepCatalog.kinds.map { text($0, level: 2) }.joined(separator: "\n")
  }

  private static func text(_ kind: any Step.Type, level: Int) -> String {
    let heading = String(repeating: "#", count: level)
    return "\(heading) \(kind.kind)\n\n\(kind.summary)\n\n\(keys(kind.keys))\n\(kind.manual)\n"
  }

  private static func keys(_ keys: [Key]) -> String {
    keys.map { "- `\($0.name)`\($0.isRequired ? " (required)" : ""): \($0.form). \($0.documentation)\n" }.joined()
  }

  /// The notebook inside a manual: what a test parses, checks and runs.
  public static func example(_ kind: any Step.Type) -> String {
    let lines = kind.manual.split(separator: "\n", omittingEmptySubsequences: false)
    guard let start = lines.firstIndex(of: "````markdown"), let end = lines.lastIndex(of: "````"), start < end else {
      return ""
    }
    return lines[(start + 1)..<end].joined(separator: "\n") + "\n"
  }
}
