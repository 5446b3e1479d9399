import Statistics
import Tables

/// Boxes of values, side by side.
public enum BoxFigure {
  public struct Group: Sendable {
    /// Indices into the names of x, the series and the panels.
    public var x: Int
    public var series: Int
    public var panel: Int
    /// Finite, not empty.
    public var values: [Double]

    public init(x: Int, series: Int, panel: Int, values: [Double]) {
      self.x = x
      self.series = series
      self.panel = panel
      self.values = values
    }
  }

  /// Quartiles are of type 7 of Hyndman & Fan (1996).
  public static func box(_ values: [Double], at x: Double) -> Figure.Box? {
    guard let summary = try? Summary(values) else { return nil }
    let low = summary.quantile(0.25)
    let high = summary.quantile(0.75)
    let reach = 1.5 * (high - low)
    let within = values.filter { $0 >= low - reach && $0 <= high + reach }
    return Figure.Box(
      x: x, whiskers: min(low, within.min() ?? low)...max(high, within.max() ?? high), quartiles: low...high,
      median: summary.median, beyond: values.filter { $0 < low - reach || $0 > high + reach }.sorted())
  }

  /// - Returns: nil where no axis can hold the values.
  public static func build(
    caption: String, xTitle: String, yTitle: String, names: [String], series: [String], panels: [String?],
    groups: [Group], scale: Figure.Axis.Scale, reference: Double? = nil, alternative: String? = nil,
    notes: [String] = []
  ) -> Figure? {
    let all = groups.flatMap(\.values) + (reference.map { [$0] } ?? [])
    guard !all.isEmpty, let y = AxisTicks.axis(title: yTitle, over: all, scale: scale) else { return nil }
    let x = AxisTicks.categories(title: xTitle, names)
    var sentences: [String] = []
    let built = panels.indices.map { panel -> Figure.Panel in
      var marks: [Figure.Mark] = []
      if let reference {
        marks.append(.reference([.init(x: x.low, y: reference), .init(x: x.high, y: reference)]))
      }
      var counts: [Figure.Counts] = []
      for index in 0..<max(1, series.count) {
        let own = groups.filter { $0.panel == panel && $0.series == index }
        let boxes = own.compactMap { box($0.values, at: Double($0.x)) }
        if !boxes.isEmpty { marks.append(.boxes(boxes, series: index)) }
        counts.append(.init(series: index, cells: own.map { (Double($0.x), $0.values.count) }))
        for (group, box) in zip(own, boxes) {
          let who = [panels[panel], series.isEmpty ? nil : series[index], names[group.x]].compactMap { $0 }
            .filter { !$0.isEmpty }.joined(separator: ", ")
          sentences.append(
            "\(who.isEmpty ? "All" : who): median \(FigureWords.number(box.median)), quartiles \(FigureWords.number(box.quartiles.lowerBound)) and \(FigureWords.number(box.quartiles.upperBound)), n \(NumberFormat.count(group.values.count))."
          )
        }
      }
      return .init(title: panels[panel], marks: marks, counts: counts)
    }
    let most = 16
    let more = sentences.count > most ? " And \(sentences.count - most) more." : ""
    return Figure(
      caption: caption,
      alternative: alternative
        ?? "Box plot of \(FigureWords.lowered(yTitle))\(xTitle.isEmpty ? "" : " by \(FigureWords.lowered(xTitle))"). "
        + sentences.prefix(most).joined(separator: " ") + more,
      body: .plot(.init(x: x, y: y, series: series, panels: built, countTitle: "n")),
      notes: notes + [
        "Boxes: median and quartiles; lines: to the last values within 1.5 interquartile ranges; circles: values beyond."
      ])
  }
}

/// Counts of values in bins.
public enum HistogramFigure {
  private static let mostBins = 60

  /// The ends of bins over values on the scale of the axis, ascending: of the width of Freedman & Diaconis (1981),
  /// 2·IQR/∛n, made round; or so many bins.
  static func edges(_ values: [Double], bins: Int?) -> [Double]? {
    guard let summary = try? Summary(values) else { return nil }
    let range = summary.maximum - summary.minimum
    guard range > 0, range.isFinite, range > 1e-12 * max(summary.maximum.magnitude, summary.minimum.magnitude) else {
      return nil
    }
    let spread = summary.quantile(0.75) - summary.quantile(0.25)
    var width = 2 * spread / Elementary.power(Double(values.count), 1.0 / 3)
    if let bins {
      width = range / Double(bins)
      return (0...bins).map { summary.minimum + Double($0) * width }
    }
    width = AxisTicks.step(max(width, range / Double(mostBins)))
    let first = (summary.minimum / width).rounded(.down)
    let last = (summary.maximum / width).rounded(.down) + 1
    return (0...Int(last - first)).map { (first + Double($0)) * width }
  }

  /// - Returns: nil where the values do not differ, or no axis can hold them.
  public static func build(
    caption: String, title: String, panels: [(title: String?, values: [Double])], scale: Figure.Axis.Scale, bins: Int?,
    reference: Double? = nil, alternative: String? = nil, notes: [String] = []
  ) -> Figure? {
    func forward(_ value: Double) -> Double { scale == .logarithmic ? Elementary.log10(value) : value }
    func back(_ value: Double) -> Double { scale == .logarithmic ? Elementary.power(10, value) : value }
    let all = panels.flatMap(\.values)
    guard let edges = edges(all.map(forward), bins: bins), let first = edges.first, let last = edges.last else {
      return nil
    }
    let ends = edges.map(back)
    var most = 0
    var sentences: [String] = []
    var built: [Figure.Panel] = []
    for panel in panels {
      var counts = [Int](repeating: 0, count: edges.count - 1)
      for value in panel.values.map(forward) {
        // The greatest belongs to the last bin.
        var bin = Int(Double(counts.count) * (value - first) / (last - first))
        bin = min(counts.count - 1, max(0, bin))
        if value < edges[bin], bin > 0 { bin -= 1 }
        if value >= edges[bin + 1], bin < counts.count - 1 { bin += 1 }
        counts[bin] += 1
      }
      most = max(most, counts.max() ?? 0)
      built.append(
        .init(
          title: panel.title,
          marks: [
            .bars(
              counts.indices.filter { counts[$0] > 0 }.map {
                .init(from: ends[$0], to: ends[$0 + 1], height: Double(counts[$0]))
              }, series: 0)
          ]))
      if let summary = try? Summary(panel.values), let peak = counts.indices.max(by: { counts[$0] < counts[$1] }) {
        sentences.append(
          "\(panel.title.map { "\($0): " } ?? "")\(NumberFormat.counted(panel.values.count, "value")) from \(FigureWords.number(summary.minimum)) to \(FigureWords.number(summary.maximum)), median \(FigureWords.number(summary.median)); most, \(NumberFormat.count(counts[peak])), lie from \(FigureWords.number(ends[peak])) to \(FigureWords.number(ends[peak + 1]))."
        )
      }
    }
    if let reference { guard reference.isFinite, scale != .logarithmic || reference > 0 else { return nil } }
    guard
      var x = AxisTicks.axis(
        title: title, over: [ends[0], ends[ends.count - 1]] + (reference.map { [$0] } ?? []), scale: scale),
      var y = AxisTicks.axis(title: "Number", over: [0, Double(max(1, most))])
    else { return nil }
    if scale != .logarithmic {
      let (low, high) = (min(first, reference ?? first), max(last, reference ?? last))
      let margin = (high - low) * 0.02
      x.low = low - margin
      x.high = high + margin
      x.ticks = x.ticks.filter { (x.low...x.high).contains($0.value) }
    }
    y.ticks = y.ticks.filter { $0.value == $0.value.rounded() }
    if let reference {
      for index in built.indices {
        built[index].marks.append(.reference([.init(x: reference, y: y.low), .init(x: reference, y: y.high)]))
      }
    }
    return Figure(
      caption: caption,
      alternative: alternative ?? "Histogram of \(FigureWords.lowered(title)). " + sentences.joined(separator: " "),
      body: .plot(.init(x: x, y: y, series: [], panels: built)), notes: notes)
  }
}
