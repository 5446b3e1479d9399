/// The documentation of all scores as Markdown, made from the scores themselves: what `docs/scores.md` holds.
public enum ScoreManual {
  public static var reference: String {
    var lines = [
      "# Clinical scores", "", "Printed by `colophon steps --scores`; do not edit.", "",
      "Functions of expressions. All arguments are named, and each is brought to the unit that the score is defined in,",
      "so columns may be declared in any unit of the same quantity; between mass and substance goes the conventional factor",
      "of the analyte, or the column's own. A value is missing where an argument is, and a number that is not above zero",
      "stops the run. Where a score has several variants, `variant =` names the one that is meant.", "",
      "```yaml", "columns:",
      "  meld: meld(bilirubin = tbil, creatinine = creat, inr = inr, dialysis = dialysis, variant = unos)", "```", "",
      "A score summarises what it was fitted to. It is no diagnosis, and none of these functions says more of a patient",
      "than its inputs do.",
    ]
    for score in ClinicalScore.all { lines += text(score) }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(_ score: ClinicalScore) -> [String] {
    var lines = ["", "## `\(score.name)`", "", "\(score.title). \(score.source)", "", score.documentation, ""]
    lines += ["| variant | value |", "|---|---|"]
    for variant in score.variants { lines.append("| `\(variant.name)` | \(variant.documentation) |") }
    lines += ["", "| argument | unit | |", "|---|---|---|"]
    var seen: [String] = []
    for argument in score.variants.flatMap(\.arguments) where !seen.contains(argument.name) {
      seen.append(argument.name)
      let users = score.variants.filter { $0.arguments.contains { $0.name == argument.name } }
      let only =
        users.count == score.variants.count ? "" : "only " + users.map { "`\($0.name)`" }.joined(separator: ", ")
      let text = [argument.documentation, only].filter { !$0.isEmpty }.joined(separator: "; ")
      lines.append("| `\(argument.name)` | \(argument.form) | \(text) |")
    }
    return lines
  }
}

extension ClinicalScore.Argument {
  fileprivate var form: String {
    switch kind {
    case .number(let unit, let analyte):
      return unit == "1" ? "a pure number" : "`\(unit)`" + (analyte.map { $0 == name ? "" : " of \($0)" } ?? "")
    case .condition: return "true or false"
    case .levels(let levels): return levels.map { "`\($0.level)`" }.joined(separator: ", ")
    }
  }
}
