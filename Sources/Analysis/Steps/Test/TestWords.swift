import Statistics
import Tables

/// The sentences of a test.
struct TestWords {
  let design: TestDesign
  let settings: TestSettings
  let table: Table

  private var outcome: String { title(design.outcome.text) }

  private func title(_ name: String) -> String { table[name]?.schema.title ?? name }

  private func name(_ column: String) -> String { table[column]?.schema.label ?? column }

  func label(_ level: String, of column: String) -> String {
    guard let schema = table[column]?.schema, let index = schema.type.levels?.firstIndex(ofExactly: level) else {
      return level
    }
    return schema.label(ofLevel: index)
  }

  /// The level whose shares are compared, as a sentence says it: `cured`, `not cured`, `severe`.
  private func event(_ record: TestRecord) -> String? {
    record.event.map { event in
      guard table[design.outcome.text]?.schema.type == .boolean else { return label(event, of: design.outcome.text) }
      return event == "true" ? name(design.outcome.text) : "not \(name(design.outcome.text))"
    }
  }

  /// `Albumin (g/L) by Group`
  var caption: String {
    switch design.form {
    case .mu, .alone: "Test of \(outcome)"
    case .with: "\(outcome) and \(title(design.second?.text ?? ""))"
    case .groups, .paired: "\(outcome) by \(name(design.groups?.text ?? ""))"
    }
  }

  func estimate(_ records: [TestRecord]) -> String {
    let events = records.compactMap(event)
    return settings.method.estimate(design.form, event: events.first) ?? "Estimate"
  }

  func comparison(_ record: TestRecord) -> String {
    let labels = record.sample.groups.map(\.label)
    guard labels.count == 2 else { return labels.joined(separator: ", ") }
    switch settings.method {
    case .student, .welch, .rankSum, .signedRank: return "\(labels[0]) − \(labels[1])"
    case .chiSquare, .fisher, .mcNemar: return "\(labels[0]) : \(labels[1])"
    default: return labels.joined(separator: ", ")
    }
  }

  /// What was asked, in a sentence.
  func question(_ records: [TestRecord], by: [String]) -> String {
    let each = by.isEmpty ? "" : ", for each \(by.map(name).joined(separator: " and "))"
    let sets = records.map { $0.sample.groups.map(\.label) }
    let isOne = sets.allSatisfy { $0 == sets.first }
    let column = name(design.groups?.text ?? "")
    let groups = isOne ? list(sets.first ?? []) : "the levels of \(column)"
    let text: String
    switch settings.method {
    case .student, .welch:
      switch design.form {
      case .mu, .alone: text = "whether the mean of \(outcome) is \(design.mu?.written.description ?? "0")"
      case .groups: text = "whether the mean of \(outcome) is the same in \(groups)"
      case .paired, .with: text = "whether the mean difference of \(pair(groups)) is zero"
      }
    case .signedRank:
      text =
        design.form == .mu
        ? "whether \(outcome) is symmetric about \(design.mu?.written.description ?? "0")"
        : "whether the differences of \(pair(groups)) are symmetric about zero"
    case .rankSum: text = "whether \(outcome) tends to be larger in one of \(groups)"
    case .anova, .welchAnova: text = "whether the means of \(outcome) are the same in \(groups)"
    case .kruskalWallis: text = "whether \(outcome) tends to be larger in some of \(groups)"
    case .chiSquare, .fisher:
      let event = records.compactMap(event).first
      text =
        isOne && event != nil
        ? "whether \(event ?? "") is as frequent in \(groups)"
        : "whether \(name(design.outcome.text)) and \(column) are independent"
    case .mcNemar:
      let event = records.compactMap(event).first ?? name(design.outcome.text)
      text =
        design.form == .with
        ? "whether \(event) is as frequent in \(list([design.outcome.text, design.second?.text ?? ""].map(title)))"
        : "whether \(event) is as frequent at \(groups), in pairs of one \(name(design.subject?.text ?? ""))"
    case .shapiroWilk: text = "whether \(outcome) is normally distributed"
    case .pearson, .spearman, .kendall: text = "whether \(pair(groups)) are correlated"
    }
    return "Tested \(text)\(each)."
  }

  private func pair(_ groups: String) -> String {
    design.form == .with
      ? "\(outcome) and \(title(design.second?.text ?? ""))"
      : "\(outcome) at \(groups)"
  }

  private func list(_ labels: [String]) -> String {
    guard let last = labels.last, labels.count > 1 else { return labels.first ?? "" }
    return labels.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The groups of a single test.
  func samples(_ record: TestRecord) -> [String] {
    if settings.method == .mcNemar { return pairs(record) }
    let decimals =
      settings.method.countsLevels
      ? 0 : record.sample.groups.map { NumberSummary($0.values, rows: Array($0.values.indices)).decimals }.max() ?? 1
    let texts = record.sample.groups.map { group -> String in
      let name = design.form == .mu || design.form == .alone ? "" : "\(group.label): "
      guard !settings.method.countsLevels else { return name + shares(group) }
      let summary = NumberSummary(group.values, rows: Array(group.values.indices))
      var parts = ["n = \(NumberFormat.count(summary.count))"]
      if let found = summary.summary {
        parts.append("mean \(NumberFormat.fixed(found.mean, decimals))")
        if let deviation = found.standardDeviation { parts.append("SD \(NumberFormat.fixed(deviation, decimals))") }
        parts.append("median \(NumberFormat.fixed(found.median, decimals))")
      }
      return name + parts.joined(separator: ", ")
    }
    return [texts.joined(separator: "; ") + "."]
  }

  private func shares(_ group: TestSample.Group) -> String {
    guard let schema = table[design.outcome.text]?.schema, let levels = schema.type.levels else { return "" }
    let total = group.values.count
    return levels.indices.compactMap { code -> String? in
      let count = group.values.count { $0 == Double(code) }
      return "\(schema.label(ofLevel: code)) \(TableCell.share(count, of: total).display)"
    }.joined(separator: ", ")
  }

  private func pairs(_ record: TestRecord) -> [String] {
    let (first, second) = (record.sample.groups[0], record.sample.groups[1])
    guard let event = record.event, let levels = table[design.outcome.text]?.schema.type.levels,
      let code = levels.firstIndex(ofExactly: event).map(Double.init)
    else { return [] }
    let pairs = Array(zip(first.values, second.values))
    let (gained, lost) = (pairs.count { $0.0 == code && $0.1 != code }, pairs.count { $0.0 != code && $0.1 == code })
    let name = self.event(record) ?? ""
    func count(_ value: Int) -> String { NumberFormat.count(value) }
    return [
      "\(NumberFormat.counted(pairs.count, "pair")): \(name) at \(first.label) alone in \(count(gained)), at \(second.label) alone in \(count(lost)), the same at both in \(count(pairs.count - gained - lost))."
    ]
  }

  /// The methods that were used, each once, with how often where they differ.
  func methods(_ records: [TestRecord]) -> String {
    var names: [(name: String, count: Int)] = []
    for record in records {
      guard let method = record.method else { continue }
      if let index = names.firstIndex(where: { $0.name == method }) {
        names[index].count += 1
      } else {
        names.append((method, 1))
      }
    }
    let texts = names.map { names.count > 1 ? "\($0.name) (\(NumberFormat.counted($0.count, "test")))" : $0.name }
    let text = texts.joined(separator: "; ")
    return text.prefix(1).uppercased() + text.dropFirst() + "."
  }

  var direction: String {
    let first = design.form == .mu ? design.outcome.text : "the first"
    let than = design.form == .mu ? design.mu?.written.description ?? "0" : "the second"
    guard !settings.method.isCorrelation else {
      return
        "One-sided: the alternative is a \(settings.alternative == .greater ? "positive" : "negative") correlation."
    }
    let word = settings.alternative == .greater ? "larger" : "smaller"
    return "One-sided: the alternative is that \(first) is \(word) than \(than); the interval has one end."
  }

  /// What is subtracted from what.
  var sign: String? {
    switch (settings.method, design.form) {
    case (.student, .with), (.signedRank, .with):
      "The difference is \(name(design.outcome.text)) minus \(name(design.second?.text ?? ""))."
    case (.fisher, _), (.chiSquare, _):
      nil
    case (.mcNemar, _): "The odds ratio is that of pairs which differ: first only to second only."
    default: nil
    }
  }
}
