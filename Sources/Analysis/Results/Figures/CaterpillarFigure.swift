/// Predicted random effects with their intervals, from the least to the greatest.
public enum CaterpillarFigure {
  /// Effects of one coefficient.
  public struct Term: Sendable {
    public var name: String
    /// The group's level, its predicted effect and the conditional standard deviation.
    public var effects: [(level: String, estimate: Double, deviation: Double)]

    public init(name: String, effects: [(level: String, estimate: Double, deviation: Double)]) {
      self.name = name
      self.effects = effects
    }
  }

  /// More levels than these are not named.
  private static let mostNames = 30

  /// - Parameters:
  ///   - group: what has the effects: `patient`.
  ///   - half: how many standard deviations an interval reaches: the normal quantile of `level`.
  /// - Returns: nil where the effects lie too far apart, or too close together, for an axis.
  public static func build(
    caption: String, group: String, terms: [Term], level: Double, half: Double, alternative: String? = nil,
    notes: [String] = []
  ) -> Figure? {
    var panels: [Figure.Panel] = []
    var sentences: [String] = []
    for term in terms {
      let sorted = term.effects.enumerated().sorted {
        ($1.element.estimate, $0.offset) < ($0.element.estimate, $1.offset)
      }.map(\.element)
      guard !sorted.isEmpty else { return nil }
      let estimates = sorted.enumerated().map { row, effect in
        Figure.Estimate(
          y: Double(row), value: effect.estimate, low: effect.estimate - half * effect.deviation,
          high: effect.estimate + half * effect.deviation)
      }
      let ends = [0.0] + estimates.compactMap(\.low) + estimates.compactMap(\.high)
      guard ends.allSatisfy(\.isFinite), let x = AxisTicks.tight(title: "Effect", over: ends) else { return nil }
      var y = AxisTicks.categories(title: "", sorted.count <= mostNames ? sorted.map(\.level) : [])
      y.high = Double(sorted.count) - 0.5
      panels.append(
        .init(
          title: term.name,
          marks: [
            .reference([.init(x: 0, y: y.low), .init(x: 0, y: y.high)]), .estimates(estimates, series: 0),
          ], x: x, y: y))
      let apart = estimates.filter { ($0.low ?? 0) > 0 || ($0.high ?? 0) < 0 }.count
      if let first = sorted.first, let last = sorted.last {
        sentences.append(
          "\(term.name): from \(FigureWords.number(last.estimate)) (\(last.level)) to \(FigureWords.number(first.estimate)) (\(first.level)), \(NumberFormat.count(apart)) intervals without zero."
        )
      }
    }
    guard let x = panels.first?.x, var y = panels.first?.y else { return nil }
    let count = terms.map(\.effects.count).max() ?? 0
    let names = count <= mostNames
    if !names {
      y.title = "\(group), in order of the effect"
      for index in panels.indices { panels[index].y?.title = y.title }
    }
    let percent = NumberFormat.percent(level)
    return Figure(
      caption: caption,
      alternative: alternative
        ?? "Caterpillar plot of the random effects of \(NumberFormat.count(count)) levels of \(group), ordered, with \(percent)% intervals. "
        + sentences.joined(separator: " "),
      body: .plot(.init(x: x, y: y, series: [], panels: panels)),
      notes: notes + [
        "Points: conditional modes; lines: \(percent)% intervals from conditional standard deviations, each by itself."
      ])
  }
}
