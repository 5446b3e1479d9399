import NotebookSyntax
import Statistics
import Tables

/// Builds a trajectory figure: marks in data units, and the means as results.
struct TrajectoryBuilder {
  static let all = "all"
  private static let fewestForInterval = 3

  private let step: FigureStep
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

  init(step: FigureStep, table: Table, level: Double?) throws(StepFailure) {
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
    if step.isLogarithmic, let row = rows.first(where: { ys[$0] <= 0 }) {
      throw StepFailure(
        Diagnostic(
          "computation", "`\(step.y.text)` is zero or less in row \(row + 1), which a logarithmic axis cannot show",
          at: step.y.span,
          help: "filter such rows out before, or leave out `log: y`"))
    }
  }

  var rowsShown: Int { rows.count }

  var keyNames: [String] {
    (step.panels.map { [$0.text] } ?? []) + [step.color?.text ?? "series", "window"]
  }

  mutating func figure() throws(StepFailure) -> Figure {
    // Levels that no row has take no colour and no legend entry.
    let series = levels(color)
    var built: [Figure.Panel] = []
    for panel in levels(panels) {
      let inPanel = rows.filter { panel.code == nil || code(panels, $0) == panel.code }
      var courses: [Figure.Mark] = []
      var summaries: [Figure.Mark] = []
      for (index, item) in series.enumerated() {
        let inSeries = inPanel.filter { item.code == nil || code(color, $0) == item.code }
        courses += self.courses(inSeries, series: index)
        summaries += try self.summaries(
          inSeries, series: index, keys: (step.panels == nil ? [] : [panel.name]) + [item.name])
      }
      built.append(Figure.Panel(title: panels == nil ? nil : panel.label, marks: courses + summaries))
    }
    let shownXs = rows.map { xs[$0] }
    let subjects = group.map { column in { codes in Set(rows.map { codes[$0] }).count }(Grouping.codes(column).codes) }
    let yAxis = AxisTicks.axis(
      title: y.schema.title, over: rows.map { ys[$0] } + drawn, isLogarithmic: step.isLogarithmic)
    guard let xAxis = AxisTicks.axis(title: x.schema.title, over: shownXs, isLogarithmic: false), let yAxis,
      drawn.allSatisfy(\.isFinite)
    else {
      throw StepFailure(
        Diagnostic(
          "computation", "the values lie too far apart, or too close together, to be drawn on one axis",
          at: step.y.span,
          help: "filter out the extreme ones, or set them to missing where they are loaded"))
    }
    return Figure(
      caption: "\(title(y)) over \(lowered(title(x)))"
        + (color.map { " by \(lowered($0.schema.label ?? $0.schema.name))" } ?? ""),
      alternative: step.alternative ?? alternative(series.map(\.label), subjects: subjects),
      x: xAxis,
      y: yAxis,
      series: color == nil ? [] : series.map(\.label), panels: built, notes: notes(subjects))
  }

  private func title(_ column: Column) -> String { column.schema.label ?? column.schema.name }

  private func lowered(_ text: String) -> String {
    // Abbreviations keep their capitals.
    guard let second = text.dropFirst().first, second.isLowercase else { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
  }

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
    return Array(Set(rows.map { numbers[$0] })).sorted().map { value in
      course(rows.filter { numbers[$0] == value }, series: series)
    }
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
      let values = window.rows.map { step.isLogarithmic ? Elementary.log(ys[$0]) : ys[$0] }
      guard let summary = try? Summary(values), let place = try? Summary(window.rows.map { xs[$0] }) else { continue }
      func back(_ value: Double) -> Double { step.isLogarithmic ? Elementary.exp(value) : value }
      var low: Double?
      var high: Double?
      if let level, let deviation = summary.standardDeviation, summary.count >= Self.fewestForInterval {
        let freedom = Double(summary.count - 1)
        let half =
          Distributions.studentQuantile(0.5 + level / 2, degreesOfFreedom: freedom) * deviation
          / Double(summary.count).squareRoot()
        low = back(summary.mean - half)
        high = back(summary.mean + half)
      }
      let mean = back(summary.mean)
      points.append(Figure.Point(x: place.mean, y: mean))
      if let low, let high { intervals.append(Figure.Interval(x: place.mean, low: low, high: high)) }
      drawn += [mean, low, high].compactMap { $0 }
      let reason = level == nil ? "no interval was asked for" : "fewer than \(Self.fewestForInterval) rows"
      means.append(
        .init(
          keys + [window.name],
          .record([
            .init("n", .count(summary.count)), .init("x", .number(place.mean)), .init("mean", .number(mean)),
            .init("conf_low", .real(low, orAbsent: reason)), .init("conf_high", .real(high, orAbsent: reason)),
            .init("conf_level", .real(level, orAbsent: reason)),
          ])))
    }
    guard !points.isEmpty else { return [] }
    return (intervals.isEmpty ? [] : [.intervals(intervals, series: series)]) + [.mean(points, series: series)]
  }

  private func notes(_ subjects: Int?) -> [String] {
    var parts: [String] = []
    if let subjects, let group {
      parts.append(
        "Thin lines: one for each \(group.schema.label ?? group.schema.name) (\(NumberFormat.count(subjects))).")
    }
    if rowsLeftOut > 0 { parts.append("\(NumberFormat.counted(rowsLeftOut, "row")) with a missing value left out.") }
    if case .none = step.means { return parts }
    let mean = step.isLogarithmic ? "geometric means" : "means"
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
    let entries = means.filter { $0.value["mean"]?.double != nil }
    var seen: [String] = []
    for entry in entries {
      let name = entry.keys.dropLast().joined(separator: ", ")
      guard !seen.contains(name) else { continue }
      seen.append(name)
      let own = entries.filter { $0.keys.dropLast().joined(separator: ", ") == name }
      guard let first = own.first?.value, let last = own.last?.value, let a = first["mean"]?.double,
        let b = last["mean"]?.double,
        let from = first["x"]?.double, let to = last["x"]?.double
      else { continue }
      let who = name == Self.all ? "The mean" : "The mean of \(name)"
      text +=
        " \(who) goes from \(NumberFormat.significant(a, 3)) at \(NumberFormat.significant(from, 3)) to \(NumberFormat.significant(b, 3)) at \(NumberFormat.significant(to, 3))."
    }
    return text
  }
}
