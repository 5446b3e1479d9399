import Statistics

/// Residuals against fitted values or another quantity, with a smooth line.
public enum ResidualFigure {
  /// Fewer points have no smooth line.
  private static let fewestForSmooth = 10

  /// - Parameters:
  ///   - points: x, residual and the index of a series.
  ///   - reference: where a horizontal line stands; nil for none.
  /// - Returns: nil where no axis can hold the values.
  public static func build(
    caption: String, x xTitle: String, y yTitle: String, points: [(x: Double, y: Double, series: Int)],
    series: [String] = [], reference: Double? = 0, alternative: String? = nil, notes: [String] = []
  ) -> Figure? {
    let ys = points.map(\.y) + (reference.map { [$0] } ?? [])
    guard !points.isEmpty, let xAxis = AxisTicks.tight(title: xTitle, over: points.map(\.x)),
      let yAxis = AxisTicks.tight(title: yTitle, over: ys)
    else { return nil }
    var marks: [Figure.Mark] = []
    if let reference {
      marks.append(.reference([.init(x: xAxis.low, y: reference), .init(x: xAxis.high, y: reference)]))
    }
    for index in 0..<max(1, series.count) {
      let own = points.filter { $0.series == index }.map { Figure.Point(x: $0.x, y: $0.y) }
      if !own.isEmpty { marks.append(.points(own, series: index)) }
    }
    var notes = notes
    var words = ""
    if points.count >= fewestForSmooth,
      let smooth = LocalRegression.smooth(x: points.map(\.x), y: points.map(\.y), span: 2.0 / 3, at: 50)
    {
      // One line for all: what is asked is whether their mean depends on x.
      marks.append(.smooth(smooth.map { .init(x: $0.x, y: $0.y) }))
      notes.append("Line: local linear regression over two thirds of the points (tricube weights).")
      if let low = smooth.map(\.y).min(), let high = smooth.map(\.y).max() {
        words = " The smooth line stays between \(FigureWords.number(low)) and \(FigureWords.number(high))."
      }
    }
    let range = points.map(\.y)
    return Figure(
      caption: caption,
      alternative: alternative
        ?? "Scatter plot of \(FigureWords.lowered(yTitle)) against \(FigureWords.lowered(xTitle)), \(NumberFormat.counted(points.count, "point")), from \(FigureWords.number(range.min() ?? 0)) to \(FigureWords.number(range.max() ?? 0)).\(words)",
      body: .plot(.init(x: xAxis, y: yAxis, series: series, panels: [.init(title: nil, marks: marks)])), notes: notes)
  }
}
