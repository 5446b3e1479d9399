/// Estimated means with their intervals, over visits or groups.
public enum MeansFigure {
  public struct Row: Sendable {
    public var x: String
    public var series: String
    public var panel: String?
    public var estimate: Double?
    public var low: Double?
    public var high: Double?

    public init(x: String, series: String, panel: String?, estimate: Double?, low: Double?, high: Double?) {
      self.x = x
      self.series = series
      self.panel = panel
      self.estimate = estimate
      self.low = low
      self.high = high
    }
  }

  /// Where all names of x are numbers they stand at their place on a linear axis, joined by lines; else side by side.
  ///
  /// - Parameter level: of the intervals; nil where none are drawn.
  /// - Returns: nil where no axis can hold the values.
  public static func build(
    caption: String, xTitle: String, yTitle: String, rows: [Row], scale: Figure.Axis.Scale = .linear, level: Double?,
    reference: Double? = nil, alternative: String? = nil, notes: [String] = []
  ) -> Figure? {
    func distinct(_ names: [String]) -> [String] { names.reduce(into: []) { if !$0.contains($1) { $0.append($1) } } }
    let names = distinct(rows.map(\.x))
    let series = distinct(rows.map(\.series))
    let panels = distinct(rows.map { $0.panel ?? "" })
    let numbers = names.compactMap { Double($0) }
    let isNumeric = numbers.count == names.count && numbers.allSatisfy(\.isFinite) && names.count > 1
    let place: (String) -> Double = { name in
      isNumeric ? Double(name) ?? 0 : Double(names.firstIndex(of: name) ?? 0)
    }
    let values =
      rows.flatMap { [$0.estimate, $0.low, $0.high].compactMap { $0 } }.filter(\.isFinite)
      + (reference.map { [$0] } ?? [])
    guard !values.isEmpty, scale != .logarithmic || values.allSatisfy({ $0 > 0 }),
      let y = AxisTicks.axis(title: yTitle, over: values, scale: scale),
      let x = isNumeric ? AxisTicks.visits(title: xTitle, over: numbers) : AxisTicks.categories(title: xTitle, names)
    else { return nil }
    let built = panels.map { panel -> Figure.Panel in
      var marks: [Figure.Mark] = []
      if let reference {
        marks.append(.reference([.init(x: x.low, y: reference), .init(x: x.high, y: reference)]))
      }
      for (index, name) in series.enumerated() {
        let own = rows.filter { $0.series == name && ($0.panel ?? "") == panel }
        let intervals = own.compactMap { row -> Figure.Interval? in
          guard level != nil, let low = row.low, let high = row.high, low.isFinite, high.isFinite else { return nil }
          return .init(x: place(row.x), low: low, high: high)
        }
        let points = own.compactMap { row in row.estimate.map { Figure.Point(x: place(row.x), y: $0) } }
        if !intervals.isEmpty { marks.append(.intervals(intervals, series: index)) }
        // Names that are no numbers have no order that a line could follow.
        if isNumeric {
          if !points.isEmpty { marks.append(.mean(points, series: index)) }
        } else {
          marks += points.map { .mean([$0], series: index) }
        }
      }
      return .init(title: panel.isEmpty ? nil : panel, marks: marks)
    }
    let interval = level.map { "with \(NumberFormat.percent($0))% confidence intervals" }
    return Figure(
      caption: caption,
      alternative: alternative ?? self.alternative(xTitle, yTitle, rows, series: series, panels: panels),
      body: .plot(.init(x: x, y: y, series: series.count == 1 && series[0].isEmpty ? [] : series, panels: built)),
      notes: notes + ["Points: estimated means\(interval.map { " \($0)" } ?? "")."])
  }

  private static func alternative(
    _ xTitle: String, _ yTitle: String, _ rows: [Row], series: [String], panels: [String]
  ) -> String {
    var text =
      "Estimated means of \(FigureWords.lowered(yTitle)) by \(FigureWords.lowered(xTitle)), \(NumberFormat.counted(rows.count, "estimate"))."
    for panel in panels {
      for name in series {
        let own = rows.filter { $0.series == name && ($0.panel ?? "") == panel && $0.estimate != nil }
        guard let first = own.first, let last = own.last, let from = first.estimate, let to = last.estimate else {
          continue
        }
        let who = [panel, name].filter { !$0.isEmpty }.joined(separator: ", ")
        text +=
          own.count == 1
          ? " \(who.isEmpty ? "The mean" : who) at \(first.x) is \(FigureWords.number(from))."
          : " \(who.isEmpty ? "The mean" : who) goes from \(FigureWords.number(from)) at \(first.x) to \(FigureWords.number(to)) at \(last.x)."
      }
    }
    return text
  }
}
