import Analysis
import Testing

/// Figures as values: what is drawn where, in data units.
@Suite struct FigureValueTests {
  private func plot(_ figure: Figure?) throws -> Figure.Plot {
    guard case .plot(let plot)? = figure?.body else { throw Missing() }
    return plot
  }

  private struct Missing: Error {}

  // Tukey's fences of 1 … 10 and 30 by hand: type 7 quartiles 3.5 and 8.5, fences −4 and 16.
  @Test func box() throws {
    let box = try #require(BoxFigure.box([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 30], at: 2))
    #expect(box.quartiles == 3.5...8.5)
    #expect(box.median == 6)
    #expect(box.whiskers == 1...10)
    #expect(box.beyond == [30])
    #expect(BoxFigure.box([], at: 0) == nil)
    // No value lies within the fences below the first quartile: the whisker ends at the box.
    let one = try #require(BoxFigure.box([5], at: 0))
    #expect(one.whiskers == 5...5 && one.beyond.isEmpty)
  }

  @Test(arguments: [nil, 4, 7, 30] as [Int?]) func everyValueIsInOneBin(bins: Int?) throws {
    let values = FigureSamples.numbers(500, 77).map { 3 + 4 * $0 } + [3, 7]
    let plot = try plot(
      HistogramFigure.build(
        caption: "", title: "", panels: [(nil, values)], scale: .linear, bins: bins))
    guard case .bars(let bars, _)? = plot.panels[0].marks.first else { throw Missing() }
    #expect(bars.reduce(0) { $0 + $1.height } == Double(values.count))
    for bar in bars {
      let isLast = bar.to == bars.map(\.to).max()
      let inside = values.count { $0 >= bar.from && ($0 < bar.to || (isLast && $0 <= bar.to)) }
      #expect(Double(inside) == bar.height, "from \(bar.from) to \(bar.to)")
    }
    if let bins { #expect(bars.count <= bins) }
  }

  @Test func logarithmicBinsHoldTheirValues() throws {
    let values = FigureSamples.numbers(300, 5).map { 0.1 + 900 * $0 * $0 * $0 }
    let plot = try plot(
      HistogramFigure.build(caption: "", title: "", panels: [(nil, values)], scale: .logarithmic, bins: nil))
    guard case .bars(let bars, _)? = plot.panels[0].marks.first else { throw Missing() }
    #expect(bars.reduce(0) { $0 + $1.height } == 300)
    #expect(plot.x.scale == .logarithmic && plot.x.low > 0)
  }

  @Test(arguments: [Figure.Axis.Scale.linear, .logarithmic], [0.5, 90] as [Double])
  func aReferenceBesideTheValuesWidensTheAxis(scale: Figure.Axis.Scale, reference: Double) throws {
    let values = FigureSamples.numbers(200, 3).map { 20 + 20 * $0 }
    let plot = try plot(
      HistogramFigure.build(
        caption: "", title: "", panels: [(nil, values)], scale: scale, bins: nil, reference: reference))
    #expect(plot.x.low < min(20, reference) && plot.x.high > max(39, reference))
    #expect(plot.x.ticks.contains { $0.value < 20 || $0.value > 40 }, "no tick on the line's side of the values")
    guard case .reference(let line)? = plot.panels[0].marks.last else { throw Missing() }
    #expect(line.map(\.x) == [reference, reference])
  }

  @Test func valuesThatDoNotDifferHaveNoHistogram() {
    #expect(
      HistogramFigure.build(caption: "", title: "", panels: [(nil, [2, 2])], scale: .linear, bins: nil) == nil)
  }

  // One interval a hundred times as wide as the others does not make them dots: it is cut, and its end stays a value.
  @Test func wideIntervalsAreCut() throws {
    func row(_ name: String, _ low: Double, _ high: Double) -> ForestFigure.Row {
      .init(keys: [name], estimate: (low + high) / 2, low: low, high: high, p: nil)
    }
    let plot = try plot(
      ForestFigure.build(
        caption: "", quantity: "", rows: [row("a", -1, 1), row("b", 0, 2), row("c", -99, 101)], isRatio: false,
        reference: 0, level: 0.95))
    #expect(plot.x.high < 20 && plot.x.low > -20)
    guard case .estimates(let drawn, _)? = plot.panels[0].marks.last else { throw Missing() }
    #expect(drawn[2].high == 101 && drawn[2].low == -99)
    #expect(plot.columns.count == 1, "no P values, no column of them")
  }

  @Test func rowsOfOneKeyStandUnderIt() throws {
    let plot = try plot(FigureSamples.forest)
    #expect(plot.y.ticks.filter(\.isHeading).map(\.label) == ["week 4", "week 24"])
    #expect(plot.y.ticks.filter { !$0.isHeading }.map(\.label) == ["C − D", "A − B", "C − D", "A − B"])
    #expect(plot.columns[0].cells.map(\.label).last == "not estimable")
    guard case .estimates(let drawn, _)? = plot.panels[0].marks.last else { throw Missing() }
    #expect(drawn.map(\.y) == [1, 2, 4], "what is not estimable has no mark")
  }

  @Test func anImpossibleRatioIsRefused() {
    let row = ForestFigure.Row(keys: ["a"], estimate: -1, low: -2, high: 1, p: nil)
    #expect(
      ForestFigure.build(caption: "", quantity: "", rows: [row], isRatio: true, reference: 1, level: 0.95) == nil)
  }

  @Test func effectsStandInTheirOrder() throws {
    let plot = try plot(FigureSamples.caterpillar)
    #expect(plot.panels.count == 2)
    for panel in plot.panels {
      guard case .estimates(let effects, _)? = panel.marks.last else { throw Missing() }
      #expect(effects.map(\.value) == effects.map(\.value).sorted(by: >))
      #expect(effects.map(\.y) == (0..<20).map(Double.init))
      for effect in effects {
        // 1.96 conditional standard deviations to both sides, to rounding.
        let half = ((effect.high ?? 0) - (effect.low ?? 0)) / 2
        #expect(half > 0 && abs((effect.low ?? 0) + half - effect.value) < 1e-12)
      }
    }
  }

  // R: ppoints(11)[c(1, 6)], qnorm of them; the line through the quartiles as qqline draws it.
  @Test func quantilesAreThoseOfR() throws {
    let values = [3.1, 2.2, 5.4, 4.4, 1.0, 7.7, 6.1, 2.9, 3.8, 4.0, 5.0]
    let plot = try plot(
      QuantileFigure.build(caption: "", quantity: "", panels: [(nil, values)], level: 0.95))
    guard case .points(let points, _)? = plot.panels[0].marks.last else { throw Missing() }
    #expect(points.map(\.y) == values.sorted())
    #expect(abs(points[0].x + 1.6906216295848977) < 1e-12)
    #expect(abs(points[5].x) < 1e-15)
    guard
      case .reference(let line)? = plot.panels[0].marks.first(where: { if case .reference = $0 { true } else { false } }
      )
    else { throw Missing() }
    let slope = (line[1].y - line[0].y) / (line[1].x - line[0].x)
    // (quantile(x, .75) − quantile(x, .25)) / (2 qnorm(.75)) = (5.2 − 3.0) / 1.3489795003921634
    #expect(abs(slope - 2.2 / 1.3489795003921634) < 1e-12)
  }

  @Test func missingSharesAreNeverRoundedToNothingOrAll() throws {
    let plot = try plot(FigureSamples.missingness)
    guard case .tiles(let tiles)? = plot.panels[0].marks.first else { throw Missing() }
    #expect(tiles.map(\.label).prefix(4) == ["0", "< 1", "33", "46"])
    #expect(tiles[7].label == "> 99" && tiles[8].label == "100")
    #expect(tiles.count == 11, "where nothing could be missing there is no tile")
  }

  @Test func theFlowCountsItsExclusions() throws {
    guard case .flow(let chart) = FigureSamples.flow.body else { throw Missing() }
    #expect(chart.root.lines == ["Received stem cells", "n = 513"])
    #expect(chart.root.excluded.first == "Excluded (n = 390)")
    #expect(
      FigureSamples.flow.alternative.contains("Analysed: 123; divided into Liver failure (64), Cirrhosis (59)."))
  }

  @Test func axesOfVisitsHaveATickForEach() throws {
    let axis = try #require(AxisTicks.visits(title: "", over: [0, 24, 4, 8, 4, 0]))
    #expect(axis.ticks.map(\.value) == [0, 4, 8, 24])
    #expect(axis.low < 0 && axis.high > 24)
    // Too many places for names: round numbers.
    let many = try #require(AxisTicks.visits(title: "", over: (0...100).map { Double($0) * 1.37 }))
    #expect(many.ticks.count < 12)
  }

  @Test(arguments: [
    ([0.9, 1.1], Figure.Axis.Scale.logarithmic), ([1, 1.0000001], .logarithmic), ([0.003, 4000], .logarithmic),
    ([0, 90], .squareRoot), ([25, 78], .linear), ([5, 5], .linear), ([-1e-7, 1e-7], .linear),
  ])
  func ticksLieWithinTheirAxis(values: [Double], scale: Figure.Axis.Scale) throws {
    for axis in [
      AxisTicks.axis(title: "", over: values, scale: scale), AxisTicks.tight(title: "", over: values, scale: scale),
    ] {
      let axis = try #require(axis)
      #expect(axis.ticks.count >= 2 && axis.ticks.count < 15, "\(axis.ticks.map(\.label))")
      // To rounding of the ticks, which are whole numbers of steps.
      let slack = 1e-12 * max(axis.low.magnitude, axis.high.magnitude)
      #expect(axis.ticks.allSatisfy { $0.value >= axis.low - slack && $0.value <= axis.high + slack })
      #expect(Set(axis.ticks.map(\.label)).count == axis.ticks.count, "\(axis.ticks.map(\.label))")
      #expect(values.allSatisfy { $0 >= axis.low && $0 <= axis.high })
    }
  }
}
