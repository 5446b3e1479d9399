/// How to read tests.
extension TestStep: Explaining {
  public func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String] {
    var text: [String] = []
    if case .keyed(_, let entries)? = result["rows"] {
      for entry in entries.prefix(EstimateReading.most) {
        if let sentence = sentence(entry.value, context) {
          text.append("`\(entry.keys.joined(separator: ", "))`: \(sentence)")
        }
      }
      if entries.count > EstimateReading.most {
        text.append("The other \(NumberFormat.count(entries.count - EstimateReading.most)) rows are read alike.")
      }
      if adjustment != nil {
        text.append("Intervals are for one test each and are not adjusted.")
      } else if entries.count > 1 {
        text.append(
          "There are \(NumberFormat.count(entries.count)) tests and nothing is adjusted: were there no difference anywhere, about \(NumberFormat.significant(Double(entries.count) * (1 - context.level), 2)) of them would have P below \(NumberFormat.significant(1 - context.level, 1)) by chance."
        )
      }
    } else if let sentence = sentence(result, context) {
      text.append(sentence.prefix(1).uppercased() + sentence.dropFirst())
    }
    if !text.isEmpty {
      text.append(
        "P is how often a result at least so far from the hypothesis would come about by chance alone if it held. A large P does not show that it holds, and a small one says nothing of how much it matters: the estimate and its interval do."
      )
    }
    return text
  }

  private func sentence(_ record: ResultValue, _ context: ExplanationContext) -> String? {
    guard let p = record["p_value"]?.double else { return nil }
    let shown = record["p_adjusted"]?.double
    let value = NumberFormat.pValue(shown ?? p)
    let pText =
      (value.hasPrefix("<") || value.hasPrefix(">") ? "P \(value)" : "P = \(value)")
      + (shown == nil ? "" : " (adjusted)")
    guard let estimate = record["estimate"]?.double else { return "this test estimates no difference. \(pText)." }
    func number(_ value: Double) -> String { NumberFormat.significant(value, 3) }
    var text = "\(meaning(estimate)), \(pText)."
    if let low = record["conf_low"]?.double, let high = record["conf_high"]?.double {
      let none = isRatio ? 1.0 : design.form == .mu ? design.mu?.value ?? 0 : 0
      let holds = low <= none && high >= none
      text +=
        " The \(context.percent)% interval reaches from \(number(low)) to \(number(high)); \(number(none)) is \(holds ? "in it, so these data do not tell on which side the truth lies" : "not in it")."
    }
    return text
  }

  private var isRatio: Bool { settings.method == .fisher || settings.method == .mcNemar }

  private func meaning(_ estimate: Double) -> String {
    let outcome = "`\(design.outcome.text)`"
    let size = NumberFormat.significant(estimate.magnitude, 3)
    let side = estimate == 0 ? "no different" : "\(size) \(estimate < 0 ? "lower" : "higher")"
    switch settings.method {
    case .pearson, .spearman, .kendall:
      return
        "the correlation is \(NumberFormat.significant(estimate, 3)), where −1 and 1 are perfect and 0 is none of this kind"
    case .fisher, .mcNemar:
      return "the odds in the first are \(NumberFormat.significant(estimate, 3)) times those in the second"
    case .chiSquare:
      return
        estimate == 0
        ? "the share in the first is no different from that in the second"
        : "the share in the first is \(NumberFormat.significant(100 * estimate.magnitude, 3)) percentage points \(estimate < 0 ? "lower" : "higher") than in the second"
    case .rankSum:
      return
        "\(outcome) is \(side) in the first (the median of all differences between the two): shifting the second by this would make both alike"
    case .signedRank where design.form == .mu:
      return "the pseudomedian of \(outcome) is \(NumberFormat.significant(estimate, 3))"
    case .signedRank:
      return "within pairs \(outcome) is \(side) in the first (the median of pairwise means of the differences)"
    default:
      if design.form == .mu { return "the mean of \(outcome) is \(NumberFormat.significant(estimate, 3))" }
      if design.form == .groups { return "the mean of \(outcome) is \(side) in the first than in the second" }
      return "within pairs the mean of \(outcome) is \(side) in the first than in the second"
    }
  }
}
