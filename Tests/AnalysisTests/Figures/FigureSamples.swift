import Analysis

/// One figure of each kind, of invented numbers.
enum FigureSamples {
  static let all: [(name: String, figure: Figure)] = [
    ("trajectory", trajectory), ("panels", panels), ("model", model), ("means", means), ("forest", forest),
    ("ratios", ratios), ("caterpillar", caterpillar), ("box", box), ("histogram", histogram), ("residuals", residuals),
    ("quantiles", quantiles), ("missingness", missingness), ("flow", flow),
  ]

  /// Numbers that look like chance and are the same everywhere.
  static func numbers(_ count: Int, _ seed: UInt64) -> [Double] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      let bits = (state >> 33) ^ (state >> 13)
      return Double(bits % 10_000) / 10_000
    }
  }

  private static let weeks = [0.0, 1, 2, 4, 8, 12, 24]

  private static func plot(_ figure: Figure?) -> Figure {
    figure ?? Figure(caption: "none", alternative: "none", body: .flow(.init(root: .init(lines: ["nothing"]))))
  }

  private static func marks(_ series: Int, _ level: Double, courses: Int) -> [Figure.Mark] {
    var marks: [Figure.Mark] = []
    for subject in 0..<courses {
      let noise = numbers(weeks.count, UInt64(series * 100 + subject + 1))
      marks.append(
        .course(zip(weeks, noise).map { .init(x: $0, y: level * (0.6 + 0.8 * $1) - $0) }, series: series))
    }
    marks.append(.intervals(weeks.map { .init(x: $0, low: 0.9 * level - $0, high: 1.1 * level - $0) }, series: series))
    marks.append(.mean(weeks.map { .init(x: $0, y: level - $0) }, series: series))
    return marks
  }

  private static func counts(_ series: Int) -> Figure.Counts {
    .init(series: series, cells: weeks.map { ($0, 31 - Int($0) / 2 - series) })
  }

  private static func axes(_ series: [String], _ panels: [Figure.Panel]) -> Figure.Plot {
    .init(
      x: AxisTicks.visits(title: "Planned week (weeks)", over: weeks) ?? AxisTicks.categories(title: "", []),
      y: AxisTicks.axis(title: "Albumin (g/L)", over: [0, 70]) ?? AxisTicks.categories(title: "", []), series: series,
      panels: panels, countTitle: "Number measured")
  }

  static let trajectory = Figure(
    caption: "Albumin by group", alternative: "Line chart of albumin against week.",
    body: .plot(
      axes(
        ["Long therapy", "Short therapy", "None"],
        [
          .init(
            title: nil, marks: marks(0, 40, courses: 12) + marks(1, 37, courses: 12) + marks(2, 36.5, courses: 12),
            counts: [counts(0), counts(1), counts(2)])
        ])))

  static let panels = Figure(
    caption: "Albumin by group and disease", alternative: "Line charts of albumin against week, in six panels.",
    body: .plot(
      axes(
        ["A: failure, long therapy", "B: failure, short therapy"],
        (0..<6).map { index in
          .init(
            title: "Site \(index + 1), a name that is rather long",
            marks: marks(0, 40 - Double(index), courses: 4) + marks(1, 30, courses: 4), counts: [counts(0), counts(1)])
        })))

  static let model = Figure(
    caption: "Model", alternative: "Line chart of a model's mean.",
    body: .plot(
      axes(
        ["C", "D"],
        [
          .init(
            title: nil,
            marks: (0..<2).flatMap { series -> [Figure.Mark] in
              let level = 50.0 - 8 * Double(series)
              return [
                .band(weeks.map { .init(x: $0, low: level - 6 - $0 / 2, high: level + 6 - $0 / 2) }, series: series),
                .curve(weeks.map { .init(x: $0, y: level - $0 / 2) }, series: series),
              ]
            })
        ])))

  static let means = plot(
    MeansFigure.build(
      caption: "Estimated means", xTitle: "Week", yTitle: "Estimated mean of albumin (g/L)",
      rows: ["C", "D"].flatMap { group in
        ["0", "4", "8", "12", "24"].map { week in
          let value = 30 + (Double(week) ?? 0) / 4 + (group == "C" ? 2.0 : 0)
          return .init(x: week, series: group, panel: nil, estimate: value, low: value - 2, high: value + 2)
        }
      }, level: 0.95))

  static let forest = plot(
    ForestFigure.build(
      caption: "Differences", quantity: "Difference in albumin (g/L)",
      rows: [
        .init(keys: ["week 4", "C − D"], estimate: 0.8, low: -0.6, high: 2.2, p: 0.26),
        .init(keys: ["week 4", "A − B"], estimate: 1.4, low: 0.1, high: 2.7, p: 0.035),
        .init(keys: ["week 24", "C − D"], estimate: 2.1, low: 0.9, high: 3.3, p: 0.0007),
        .init(keys: ["week 24", "A − B"], estimate: nil, low: nil, high: nil, p: nil),
      ], isRatio: false, reference: 0, level: 0.95))

  static let ratios = plot(
    ForestFigure.build(
      caption: "Odds ratios", quantity: "Odds ratio",
      rows: [
        .init(keys: ["Age, for each ten years"], estimate: 1.21, low: 1.02, high: 1.43, p: 0.028),
        .init(keys: ["Male sex"], estimate: 0.54, low: 0.21, high: 1.41, p: 0.21),
        .init(keys: ["Bilirubin, doubled"], estimate: 1.84, low: 1.4, high: 2.42, p: 0.00001),
        .init(keys: ["A rare finding"], estimate: 3.1, low: 0.002, high: 9000, p: 0.9),
        .init(keys: ["An interval without an end"], estimate: 2, low: 0.9, high: nil, p: 0.1),
      ], isRatio: true, reference: 1, level: 0.95))

  static let caterpillar = plot(
    CaterpillarFigure.build(
      caption: "Random effects", group: "patient",
      terms: [
        .init(
          name: "(Intercept)",
          effects: numbers(20, 5).enumerated().map { ("SYN-\(100 + $0)", 2 * $1 - 1, 0.2 + 0.01 * Double($0)) }),
        .init(
          name: "week",
          effects: numbers(20, 6).enumerated().map { ("SYN-\(100 + $0)", 0.02 * $1 - 0.01, 0.003) }),
      ], level: 0.95, half: 1.959963984540054))

  static let box = plot(
    BoxFigure.build(
      caption: "Bilirubin", xTitle: "Planned week (weeks)", yTitle: "Bilirubin (µmol/L)", names: ["0", "4", "24"],
      series: ["Liver failure", "Cirrhosis"], panels: [nil],
      groups: (0..<6).map { index in
        .init(
          x: index % 3, series: index / 3, panel: 0,
          values: numbers(30, UInt64(index + 40)).map { 20 + 300 * $0 * $0 } + [900])
      }, scale: .logarithmic))

  static let histogram = plot(
    HistogramFigure.build(
      caption: "Ages", title: "Age (years)",
      panels: [(nil, numbers(200, 9).map { 20 + 50 * ($0 + $0 * $0) / 2 })], scale: .linear, bins: nil, reference: 40))

  static let residuals = plot(
    ResidualFigure.build(
      caption: "Residuals", x: "Fitted value", y: "Residual",
      points: zip(numbers(80, 21), numbers(80, 22)).map { ($0 * 5, $1 * 2 - 1, 0) }))

  static let quantiles = plot(
    QuantileFigure.build(
      caption: "Quantiles", quantity: "Residual", panels: [(nil, numbers(60, 31).map { $0 * $0 - 0.3 })], level: 0.95))

  static let missingness = MissingnessFigure.build(
    caption: "Missing values", variables: ["Bilirubin", "Albumin", "A laboratory value with a long name"],
    columns: ["0", "4", "12", "24"], columnTitle: "Planned week",
    cells: [
      [
        .init(missing: 0, of: 123), .init(missing: 1, of: 123), .init(missing: 40, of: 123),
        .init(missing: 56, of: 123),
      ],
      [
        .init(missing: 2, of: 123), .init(missing: 30, of: 123), .init(missing: 80, of: 123),
        .init(missing: 122, of: 123),
      ],
      [nil, .init(missing: 123, of: 123), .init(missing: 61, of: 123), .init(missing: 12, of: 123)],
    ])

  static let flow = FlowFigure.build(
    caption: "Participants", noun: "patients",
    from: .init(
      "Received stem cells", 513,
      excluded: [
        .init("Criteria not met", 170), .init("Records incomplete", 60), .init("Lost before week 4", 100),
        .init("Exactly 4 weeks of therapy, which no group covers", 60),
      ],
      next: [
        .init(
          "Analysed", 123,
          next: [
            .init(
              "Liver failure", 64,
              next: [
                .init("A: long", 33),
                .init("B: short", 31, excluded: [.init("Died", 4)], next: [.init("At week 24", 27)]),
              ]),
            .init("Cirrhosis", 59, next: [.init("C: long", 30), .init("D: short", 29)]),
          ])
      ]))
}
