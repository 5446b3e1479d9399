import NotebookSyntax
import Statistics
import Tables

/// Builds a trajectory figure: marks in data units, and the means as results.
struct TrajectoryBuilder {
  static let all = "all"
  private static let fewestForInterval = 3

  private let step: Trajectory
  private let x: Column
  private let y: Column
  private let color: Column?
  private let panels: Column?
  private let group: Column?
  private let level: Double?
  private let rows: [Int]
  private let xs: [Double]
  private let ys: [Double]
  private(set) var means: [ResultValue.Entry] = []
  private let rowsLeftOut: Int
  private var drawn: [Double] = []

  init(step: Trajectory, table: Table, level: Double?) throws(StepFailure) {
    guard let x = table[step.x.text], let y = table[step.y.text], let xs = x.values.numbers, let ys = y.values.numbers
    else {
      throw StepFailure(Diagnostic("type", "an axis is a number", at: step.x.span))
    }
    self.step = step
    self.x = x
    self.y = y
    self.xs = xs
    self.ys = ys
    self.level = level
    color = step.color.flatMap { table[$0.text] }
    panels = step.panels.flatMap { table[$0.text] }
    group = step.group.flatMap { table[$0.text] }
    let needed = [color, panels, group].compactMap { $0 }
    let all = table.rowCount
    rows = (0..<all).filter { row in
      !xs[row].isNaN && !ys[row].isNaN && needed.allSatisfy { !$0.values.isMissing(row) }
    }
    rowsLeftOut = all - rows.count
    guard !rows.isEmpty else {
      throw StepFailure(
        Diagnostic(
          "no-rows", "there is nothing to draw: no row has both `\(step.x.text)` and `\(step.y.text)`", at: step.y.span)
      )
    }
    if step.scale == .logarithmic, let row = rows.first(where: { ys[$0] <= 0 }) {
      throw StepFailure(
        Diagnostic(
          "computation", "`\(step.y.text)` is zero or less in row \(row + 1), which a logarithmic axis cannot show",
          at: step.y.span,
          help: "filter such rows out before, or leave out `log: y`"))
    }
    if step.scale == .squareRoot, let row = rows.first(where: { ys[$0] < 0 }) {
      throw StepFailure(
        Diagnostic(
          "computation", "`\(step.y.text)` is less than zero in row \(row + 1), which has no square root",
          at: step.y.span, help: "filter such rows out before, or leave out `sqrt: y`"))
    }
  }

  var rowsShown: Int { rows.count }
  private var isLogarithmic: Bool { step.scale == .logarithmic }

  var keyNames: [String] {
    (step.panels.map { [$0.text] } ?? []) + [step.color?.text ?? "series", "window"]
  }

  /// - Parameter curve: a model's mean, drawn over the range of each series' x.
  mutating func figure(_ curve: ModelCurve?) throws(StepFailure) -> Figure {
    // Levels that no row has take no colour and no legend entry.
    let series = levels(color)
    var built: [Figure.Panel] = []
    for panel in levels(panels) {
      let inPanel = rows.filter { panel.code == nil || code(panels, $0) == panel.code }
      var courses: [Figure.Mark] = []
      var summaries: [Figure.Mark] = []
      var counts: [Figure.Counts] = []
      for (index, item) in series.enumerated() {
        let inSeries = inPanel.filter { item.code == nil || code(color, $0) == item.code }
        courses += self.courses(inSeries, series: index)
        if let curve, let low = inSeries.map({ xs[$0] }).min(), let high = inSeries.map({ xs[$0] }).max() {
          let levels = [step.panels, step.color].compactMap { $0?.text }
          let names = [panel, item].filter { $0.code != nil }.map(\.name)
          let line = try curve.line(from: low, to: high, at: zip(levels, names).map { ($0, $1) }, level: level)
          drawn += line.points.map(\.y) + line.band.flatMap { [$0.low, $0.high] }
          if !line.band.isEmpty { summaries.append(.band(line.band, series: index)) }
          summaries.append(.curve(line.points, series: index))
        }
        let before = means.count
        summaries += try self.summaries(
          inSeries, series: index, keys: (step.panels == nil ? [] : [panel.name]) + [item.name])
        let cells = means[before...].compactMap { entry -> (x: Double, count: Int)? in
          guard let x = entry.value["x"]?.double, let n = entry.value["n"]?.double else { return nil }
          return (x, Int(n))
        }
        if !cells.isEmpty { counts.append(.init(series: index, cells: cells)) }
      }
      built.append(Figure.Panel(title: panels == nil ? nil : panel.label, marks: courses + summaries, counts: counts))
    }
    let shownXs = rows.map { xs[$0] }
    let subjects = group.map { column in { codes in Set(rows.map { codes[$0] }).count }(Grouping.codes(column).codes) }
    if let reference = step.reference { drawn.append(reference) }
    if step.scale == .logarithmic, drawn.contains(where: { $0 <= 0 }) { throw FigureMessages.noAxis(step.y.span) }
    // What is not drawn widens no axis.
    let yValues = group == nil && !drawn.isEmpty ? drawn : rows.map { ys[$0] } + drawn
    let yAxis = AxisTicks.axis(title: y.schema.title, over: yValues, scale: step.scale)
    let xAxis = AxisTicks.visits(title: x.schema.title, over: shownXs)
    guard let xAxis, let yAxis, drawn.allSatisfy(\.isFinite) else { throw FigureMessages.noAxis(step.y.span) }
    if let reference = step.reference {
      let line = Figure.Mark.reference([.init(x: xAxis.low, y: reference), .init(x: xAxis.high, y: reference)])
      for index in built.indices { built[index].marks.insert(line, at: 0) }
    }
    return Figure(
      caption: "\(title(y)) over \(lowered(title(x)))"
        + (color.map { " by \(lowered($0.schema.label ?? $0.schema.name))" } ?? ""),
      alternative: step.alternative ?? alternative(series.map(\.label), subjects: subjects),
      body: .plot(
        .init(
          x: xAxis, y: yAxis, series: color == nil ? [] : series.map(\.label), panels: built,
          countTitle: built.contains { !$0.counts.isEmpty } ? "Number measured" : nil)),
      notes: notes(subjects, curve))
  }

  private func title(_ column: Column) -> String { column.schema.label ?? column.schema.name }

  private func lowered(_ text: String) -> String { FigureWords.lowered(text) }

  private func code(_ column: Column?, _ row: Int) -> Int32? {
    guard let column, case .codes(let codes, _) = column.values else { return nil }
    return codes[row]
  }

  private func levels(_ column: Column?) -> [(name: String, label: String, code: Int32?)] {
    guard let column, let levels = column.schema.type.levels else { return [(Self.all, "", nil)] }
    let used = Set(rows.compactMap { code(column, $0) })
    return levels.indices.filter { used.contains(Int32($0)) }.map {
      (levels[$0], column.schema.label(ofLevel: $0), Int32($0))
    }
  }

  private func courses(_ rows: [Int], series: Int) -> [Figure.Mark] {
    guard let group, case .codes(let codes, _) = group.values else {
      return group == nil ? [] : byNumber(rows, series: series)
    }
    var order: [Int32] = []
    var members: [Int32: [Int]] = [:]
    for row in rows {
      if members[codes[row]] == nil { order.append(codes[row]) }
      members[codes[row], default: []].append(row)
    }
    return order.map { course(members[$0] ?? [], series: series) }
  }

  private func byNumber(_ rows: [Int], series: Int) -> [Figure.Mark] {
    guard let group, let numbers = group.values.numbers else { return [] }
    var members: [Double: [Int]] = [:]
    for row in rows { members[numbers[row], default: []].append(row) }
    return members.keys.sorted().map { course(members[$0] ?? [], series: series) }
  }

  private func course(_ rows: [Int], series: Int) -> Figure.Mark {
    let sorted = rows.enumerated().sorted { (xs[$0.element], $0.offset) < (xs[$1.element], $1.offset) }
    return .course(sorted.map { Figure.Point(x: xs[$0.element], y: ys[$0.element]) }, series: series)
  }

  /// Rows in windows along x, each with the name of its middle.
  private func windows(_ rows: [Int]) -> [(name: String, rows: [Int])] {
    let middle: (Double) -> Double
    switch step.means {
    case .none: return []
    case .each: middle = { $0 }
    case .windows(let width, _, _): middle = { ($0 / width + 0.5).rounded(.down) * width }
    }
    var members: [Double: [Int]] = [:]
    for row in rows { members[middle(xs[row]), default: []].append(row) }
    return members.keys.sorted().map { (ECMAScriptText.of($0), members[$0] ?? []) }
  }

  private mutating func summaries(_ rows: [Int], series: Int, keys: [String]) throws(StepFailure) -> [Figure.Mark] {
    var points: [Figure.Point] = []
    var intervals: [Figure.Interval] = []
    for window in windows(rows) {
      let values = window.rows.map { isLogarithmic ? Elementary.log(ys[$0]) : ys[$0] }
      guard let summary = try? Summary(values), let place = try? Summary(window.rows.map { xs[$0] }) else { continue }
      func back(_ value: Double) -> Double { isLogarithmic ? Elementary.exp(value) : value }
      var low: Double?
      var high: Double?
      var mean = back(summary.mean)
      if step.isMedian {
        let own = window.rows.map { ys[$0] }
        mean = (try? Summary(own))?.median ?? mean
        let interval = level.flatMap { MedianInterval.interval(own, level: $0) }
        (low, high) = (interval?.low, interval?.high)
      } else if let level, let deviation = summary.standardDeviation, summary.count >= Self.fewestForInterval {
        let freedom = Double(summary.count - 1)
        let half =
          Distributions.studentQuantile(0.5 + level / 2, degreesOfFreedom: freedom) * deviation
          / Double(summary.count).squareRoot()
        low = back(summary.mean - half)
        high = back(summary.mean + half)
      }
      points.append(Figure.Point(x: place.mean, y: mean))
      if let low, let high { intervals.append(Figure.Interval(x: place.mean, low: low, high: high)) }
      drawn += [mean, low, high].compactMap { $0 }
      let few = step.isMedian ? "too few rows for this level" : "fewer than \(Self.fewestForInterval) rows"
      let reason = level == nil ? "no interval was asked for" : few
      means.append(
        .init(
          keys + [window.name],
          .record([
            .init("n", .count(summary.count)), .init("x", .number(place.mean)), .init(average, .number(mean)),
            .init("conf_low", .real(low, orAbsent: reason)), .init("conf_high", .real(high, orAbsent: reason)),
            .init("conf_level", .real(level, orAbsent: reason)),
          ])))
    }
    guard !points.isEmpty else { return [] }
    return (intervals.isEmpty ? [] : [.intervals(intervals, series: series)]) + [.mean(points, series: series)]
  }

  private var average: String { step.isMedian ? "median" : "mean" }

  private func notes(_ subjects: Int?, _ curve: ModelCurve?) -> [String] {
    var parts: [String] = []
    if let subjects, let group {
      parts.append(
        "Thin lines: one for each \(group.schema.label ?? group.schema.name) (\(NumberFormat.count(subjects))).")
    }
    if rowsLeftOut > 0 { parts.append("\(NumberFormat.counted(rowsLeftOut, "row")) with a missing value left out.") }
    if let curve { parts.append(curve.note(level)) }
    if case .none = step.means { return parts }
    let mean = step.isMedian ? "medians" : isLogarithmic ? "geometric means" : "means"
    let percent =
      level.map { " with their \(NumberFormat.percent($0))% confidence intervals, each time by itself" }
      ?? ""
    parts.append("Points: \(mean)\(percent).")
    return parts
  }

  private func alternative(_ series: [String], subjects: Int?) -> String {
    var text = "Line chart of \(title(y)) against \(title(x))"
    if let subjects { text += ", \(subjects) thin lines" }
    text += ", \(rows.count) measurements."
    let entries = means.filter { $0.value[average]?.double != nil }
    var seen: [String] = []
    for entry in entries {
      let name = entry.keys.dropLast().joined(separator: ", ")
      guard !seen.contains(name) else { continue }
      seen.append(name)
      let own = entries.filter { $0.keys.dropLast().joined(separator: ", ") == name }
      guard let first = own.first?.value, let last = own.last?.value, let a = first[average]?.double,
        let b = last[average]?.double,
        let from = first["x"]?.double, let to = last["x"]?.double
      else { continue }
      let who = name == Self.all ? "The \(average)" : "The \(average) of \(name)"
      text +=
        " \(who) goes from \(NumberFormat.significant(a, 3)) at \(NumberFormat.significant(from, 3)) to \(NumberFormat.significant(b, 3)) at \(NumberFormat.significant(to, 3))."
    }
    return text
  }
}
