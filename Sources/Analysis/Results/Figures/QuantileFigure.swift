import Statistics
import Tables

/// Ordered values against normal quantiles.
public enum QuantileFigure {
  /// Probabilities are those of `Distributions.normalScores`. The line goes through the quartiles. The band is pointwise: z times the standard error of an order statistic of normal
  /// values, (slope / φ(q)) √(p(1 − p)/n) (Fox, 2016, Applied Regression Analysis, 12.1).
  ///
  /// - Parameters:
  ///   - values: finite, of each panel.
  ///   - level: of the band; nil for none.
  /// - Returns: nil where there are fewer than three values, or no axis can hold them.
  public static func build(
    caption: String, quantity: String, panels: [(title: String?, values: [Double])], level: Double?,
    alternative: String? = nil, notes: [String] = []
  ) -> Figure? {
    var built: [Figure.Panel] = []
    var xs: [Double] = []
    var ys: [Double] = []
    var sentences: [String] = []
    for panel in panels {
      guard let plot = self.panel(panel.values, level: level) else { return nil }
      built.append(.init(title: panel.title, marks: plot.marks))
      xs += plot.xs
      ys += plot.ys
      sentences.append(
        "\(panel.title.map { "\($0): " } ?? "")\(NumberFormat.count(panel.values.count)) values from \(FigureWords.number(panel.values.min() ?? 0)) to \(FigureWords.number(panel.values.max() ?? 0))\(level.map { ", \(NumberFormat.count(plot.outside)) of them outside the \(NumberFormat.percent($0))% band" } ?? "")."
      )
    }
    guard let x = AxisTicks.tight(title: "Normal quantile", over: xs), ys.allSatisfy(\.isFinite),
      let y = AxisTicks.tight(title: quantity, over: ys)
    else { return nil }
    var words = ["Line: through the quartiles of values and normal distribution."]
    if let level { words.append("Band: \(NumberFormat.percent(level))%, at each point by itself.") }
    return Figure(
      caption: caption,
      alternative: alternative ?? "Normal quantile plot of \(quantity). " + sentences.joined(separator: " "),
      body: .plot(.init(x: x, y: y, series: [], panels: built)), notes: notes + words)
  }

  private static func panel(
    _ values: [Double], level: Double?
  ) -> (marks: [Figure.Mark], xs: [Double], ys: [Double], outside: Int)? {
    let n = Double(values.count)
    guard values.count > 2, let summary = try? Summary(values) else { return nil }
    let sorted = values.sorted()
    let scores = Distributions.normalScores(count: sorted.count)
    let quantiles = scores.map(\.quantile)
    let quarter = Distributions.normalQuantile(0.75)
    let slope = (summary.quantile(0.75) - summary.quantile(0.25)) / (2 * quarter)
    let intercept = (summary.quantile(0.75) + summary.quantile(0.25)) / 2
    var marks: [Figure.Mark] = []
    var ys = sorted
    var outside = 0
    if let level, slope > 0 {
      let z = Distributions.normalQuantile(0.5 + level / 2)
      let band = scores.map { p, q -> Figure.Interval in
        let density = Elementary.exp(-q * q / 2) / (2 * Double.pi).squareRoot()
        let half = z * slope / density * (p * (1 - p) / n).squareRoot()
        return .init(x: q, low: intercept + slope * q - half, high: intercept + slope * q + half)
      }
      outside = zip(band, sorted).count { $1 < $0.low || $1 > $0.high }
      // A hundred places draw the band as well as thousands.
      let stride = max(1, band.count / 100)
      let drawn = band.indices.filter { $0 % stride == 0 || $0 == band.count - 1 }.map { band[$0] }
      marks.append(.band(drawn, series: 0))
      ys += drawn.flatMap { [$0.low, $0.high] }
    }
    if let first = quantiles.first, let last = quantiles.last {
      marks.append(
        .reference([
          .init(x: first, y: intercept + slope * first), .init(x: last, y: intercept + slope * last),
        ]))
    }
    marks.append(.points(zip(quantiles, sorted).map { .init(x: $0, y: $1) }, series: 0))
    return (marks, quantiles, ys, outside)
  }
}
