import Analysis

/// Figures that nobody would draw on purpose.
enum RandomFigure {
  private struct Source {
    var state: UInt64

    mutating func next(_ below: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(max(1, below)))
    }

    mutating func value() -> Double { Double(next(1_000_000)) / 1_000_000 }

    mutating func name() -> String {
      let words = [
        "A", "Placebo", "long therapy", "D-penicillamine 250 mg twice a day", "Übelkeit und Erbrechen", "χ²",
        "SYN-LF-001", "W", "Hepatocellular carcinoma with portal vein thrombosis", "iii", "肝硬変", "0", "<b>&",
      ]
      return (0...next(3)).map { _ in words[next(words.count)] }.joined(separator: " ")
    }
  }

  static func make(_ seed: UInt64) -> Figure? {
    var source = Source(state: seed &* 0x9E37_79B9_7F4A_7C15)
    switch seed % 6 {
    case 0: return trajectory(&source)
    case 1: return forest(&source)
    case 2: return means(&source)
    case 3: return flow(&source)
    case 4: return boxes(&source)
    default: return missingness(&source)
    }
  }

  private static func trajectory(_ source: inout Source) -> Figure? {
    let scale = [1e-3, 1, 1000, 2e6][source.next(4)]
    let isLogarithmic = source.next(2) == 0
    let places = (0...(1 + source.next(16))).map { _ in Double(source.next(60)) }
    let series = (0..<source.next(8)).map { _ in source.name() }
    var values: [Double] = []
    let panels = (0...source.next(12)).map { _ -> Figure.Panel in
      var marks: [Figure.Mark] = []
      var counts: [Figure.Counts] = []
      for index in 0..<max(1, series.count) {
        let points = places.sorted().map { Figure.Point(x: $0, y: scale * (0.01 + source.value())) }
        values += points.map(\.y)
        marks.append(.mean(points, series: index))
        counts.append(.init(series: index, cells: places.sorted().map { ($0, source.next(2000)) }))
      }
      return .init(title: source.next(2) == 0 ? nil : source.name(), marks: marks, counts: counts)
    }
    guard let x = AxisTicks.visits(title: source.name(), over: places),
      let y = AxisTicks.axis(title: source.name(), over: values, scale: isLogarithmic ? .logarithmic : .linear)
    else { return nil }
    return Figure(
      caption: "Random", alternative: "Random.",
      body: .plot(
        .init(
          x: x, y: y, series: series, panels: panels, countTitle: source.next(2) == 0 ? "Number measured" : nil)))
  }

  private static func forest(_ source: inout Source) -> Figure? {
    let isRatio = source.next(2) == 0
    let rows = (0...source.next(30)).map { _ -> ForestFigure.Row in
      let value = source.value() + 0.01
      let width = source.value() * [0.1, 1, 50][source.next(3)]
      return .init(
        keys: (0...source.next(2)).map { _ in source.name() }, estimate: value,
        low: isRatio ? value / (1 + width) : value - width, high: source.next(9) == 0 ? nil : value + width,
        p: source.value())
    }
    return ForestFigure.build(
      caption: "Random", quantity: source.name(), rows: rows, isRatio: isRatio, reference: isRatio ? 1 : 0, level: 0.95)
  }

  private static func means(_ source: inout Source) -> Figure? {
    let isNumeric = source.next(2) == 0
    let names = (0...(1 + source.next(9))).map { isNumeric ? "\($0 * (1 + source.next(3)))" : source.name() + "\($0)" }
    let series = (0...source.next(5)).map { source.name() + " \($0)" }
    let rows = series.flatMap { series in
      names.map { name -> MeansFigure.Row in
        let value = source.value()
        return .init(x: name, series: series, panel: nil, estimate: value, low: value - 0.1, high: value + 0.1)
      }
    }
    return MeansFigure.build(
      caption: "Random", xTitle: source.name(), yTitle: source.name(), rows: rows, level: 0.95)
  }

  private static func flow(_ source: inout Source) -> Figure {
    func stage(_ depth: Int, _ source: inout Source) -> FlowFigure.Stage {
      let exclusions = (0..<source.next(4)).map { _ in FlowFigure.Exclusion(source.name(), source.next(100)) }
      let next = depth == 0 ? [] : (0..<source.next(4)).map { _ in stage(depth - 1, &source) }
      return .init(source.name(), source.next(3000), excluded: next.isEmpty ? [] : exclusions, next: next)
    }
    return FlowFigure.build(caption: "Random", from: stage(3, &source))
  }

  private static func boxes(_ source: inout Source) -> Figure? {
    let names = (0...source.next(12)).map { source.next(2) == 0 ? "\($0)" : source.name() }
    let series = (0..<source.next(4)).map { _ in source.name() }
    var groups: [BoxFigure.Group] = []
    for x in names.indices {
      for index in 0..<max(1, series.count) {
        groups.append(
          .init(x: x, series: index, panel: 0, values: (0...source.next(20)).map { _ in 1 + 100 * source.value() }))
      }
    }
    return BoxFigure.build(
      caption: "Random", xTitle: source.name(), yTitle: source.name(), names: names, series: series, panels: [nil],
      groups: groups, scale: [.linear, .logarithmic, .squareRoot][source.next(3)])
  }

  private static func missingness(_ source: inout Source) -> Figure {
    let variables = (0...source.next(12)).map { _ in source.name() }
    let columns = (0...source.next(14)).map { source.next(2) == 0 ? "\($0)" : source.name() }
    return MissingnessFigure.build(
      caption: "Random", variables: variables, columns: columns, columnTitle: source.name(),
      cells: variables.map { _ in
        columns.map { _ in
          let total = 1 + source.next(1000)
          return source.next(8) == 0 ? nil : .init(missing: source.next(total + 1), of: total)
        }
      })
  }
}
