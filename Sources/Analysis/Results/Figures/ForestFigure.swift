import Tables

/// Estimates with their intervals, one under the other.
public enum ForestFigure {
  public struct Row: Sendable {
    /// What it is called: one word for each key.
    public var keys: [String]
    public var estimate: Double?
    /// An end that is nil does not exist.
    public var low: Double?
    public var high: Double?
    public var p: Double?

    public init(keys: [String], estimate: Double?, low: Double?, high: Double?, p: Double?) {
      self.keys = keys
      self.estimate = estimate
      self.low = low
      self.high = high
      self.p = p
    }
  }

  /// - Parameters:
  ///   - quantity: what is estimated, the title of the axis.
  ///   - isRatio: whether the axis is logarithmic; estimates are then positive.
  ///   - reference: where a line stands that means no difference.
  ///   - level: of the intervals.
  ///   - pTitle: over the P values; nil for none.
  /// - Returns: nil where the numbers lie too far apart for an axis, or there are none.
  public static func build(
    caption: String, quantity: String, rows: [Row], isRatio: Bool, reference: Double?, level: Double,
    pTitle: String? = "P", alternative: String? = nil, notes: [String] = []
  ) -> Figure? {
    let placed = places(rows)
    let ends = rows.flatMap { [$0.estimate, $0.low, $0.high].compactMap { $0 } }
    let within = limits(rows, isRatio: isRatio)
    let shown = ends.filter { within.contains($0) } + (reference.map { [$0] } ?? [])
    guard ends.allSatisfy(\.isFinite), !shown.isEmpty, !isRatio || ends.allSatisfy({ $0 > 0 }),
      let x = AxisTicks.tight(title: quantity, over: shown, scale: isRatio ? .logarithmic : .linear)
    else { return nil }
    let estimates = zip(rows, placed.rows).compactMap { row, y -> Figure.Estimate? in
      row.estimate.map { .init(y: y, value: $0, low: row.low, high: row.high) }
    }
    let y = Figure.Axis(
      title: "", low: -0.5, high: Double(placed.count) - 0.5, ticks: placed.ticks, scale: .categories)
    var marks: [Figure.Mark] = []
    if let reference { marks.append(.reference([.init(x: reference, y: y.low), .init(x: reference, y: y.high)])) }
    marks.append(.estimates(estimates, series: 0))
    let text = texts(rows, isRatio: isRatio)
    let percent = NumberFormat.percent(level)
    var columns = [
      Figure.TextColumn(
        title: "Estimate (\(percent)% CI)", cells: zip(placed.rows, text).map { .init($0, $1) })
    ]
    if let pTitle, rows.contains(where: { $0.p != nil }) {
      columns.append(
        .init(
          title: pTitle,
          cells: zip(placed.rows, rows).map { .init($0, $1.p.map(NumberFormat.pValue) ?? "–") }))
    }
    return Figure(
      caption: caption,
      alternative: alternative ?? self.alternative(quantity, rows, text, reference: reference, percent: percent),
      body: .plot(.init(x: x, y: y, series: [], panels: [.init(title: nil, marks: marks)], columns: columns)),
      notes: notes)
  }

  /// Rows that share their first or their last key stand under it, where they follow each other.
  private static func places(_ rows: [Row]) -> (rows: [Double], ticks: [Figure.Axis.Tick], count: Int) {
    func runs(_ names: [String]) -> Int { names.indices.count { $0 == 0 || names[$0] != names[$0 - 1] } }
    func isHeading(_ names: [String]) -> Bool { runs(names) < rows.count && runs(names) == Set(names).count }
    let isNested = rows.allSatisfy { $0.keys.count > 1 }
    let firsts = rows.map { $0.keys.first ?? "" }
    let lasts = rows.map { $0.keys.last ?? "" }
    let byFirst = isNested && isHeading(firsts)
    let byLast = isNested && !byFirst && isHeading(lasts)
    let headings = byFirst ? firsts : lasts
    var ticks: [Figure.Axis.Tick] = []
    var places: [Double] = []
    var next = 0.0
    for (index, row) in rows.enumerated() {
      if byFirst || byLast, index == 0 || headings[index] != headings[index - 1] {
        ticks.append(.init(next, headings[index], isHeading: true))
        next += 1
      }
      let own = byFirst ? Array(row.keys.dropFirst()) : byLast ? Array(row.keys.dropLast()) : row.keys
      ticks.append(.init(next, own.joined(separator: ", ")))
      places.append(next)
      next += 1
    }
    return (places, ticks, Int(next))
  }

  /// How far the axis goes: one interval that is much wider than the others is cut, and drawn with an arrow.
  private static func limits(_ rows: [Row], isRatio: Bool) -> ClosedRange<Double> {
    func scaled(_ value: Double) -> Double { isRatio ? Elementary.log(value) : value }
    let estimates = rows.compactMap { $0.estimate.map(scaled) }
    let widths = rows.compactMap { row -> Double? in
      guard let low = row.low, let high = row.high else { return nil }
      return scaled(high) - scaled(low)
    }.sorted()
    guard let least = estimates.min(), let most = estimates.max(), !widths.isEmpty else {
      return -.infinity ... .infinity
    }
    let reach = 1.5 * widths[(widths.count - 1) / 2] + (most - least)
    let low = least - reach
    let high = most + reach
    guard low.isFinite, high.isFinite else { return -.infinity ... .infinity }
    return isRatio ? Elementary.exp(low)...Elementary.exp(high) : low...high
  }

  private static func texts(_ rows: [Row], isRatio: Bool) -> [String] {
    // As many decimals as the narrowest interval deserves, the same in all rows.
    let widths = rows.compactMap { row in row.low.flatMap { low in row.high.map { $0 - low } } }.filter { $0 > 0 }
    let decimals = widths.min().map { NumberFormat.decimals(for: $0 / 4, digits: 2) } ?? 2
    func text(_ value: Double) -> String {
      isRatio ? ratio(value) : NumberFormat.fixed(value, min(decimals, 6))
    }
    return rows.map { row in
      guard let estimate = row.estimate else { return "not estimable" }
      guard row.low != nil || row.high != nil else { return text(estimate) }
      let low = row.low.map(text) ?? (isRatio ? "0" : "−∞")
      return "\(text(estimate)) (\(low) to \(row.high.map(text) ?? "∞"))"
    }
  }

  /// Two decimals, of large ratios fewer; what they do not show by its first digit.
  private static func ratio(_ value: Double) -> String {
    if value < 0.01 { return NumberFormat.significant(value, 1) }
    return value < 1e6
      ? NumberFormat.fixed(value, value < 10 ? 2 : value < 100 ? 1 : 0) : NumberFormat.significant(value, 2)
  }

  private static func alternative(
    _ quantity: String, _ rows: [Row], _ texts: [String], reference: Double?, percent: String
  ) -> String {
    var text = "Forest plot of \(quantity), \(NumberFormat.counted(rows.count, "estimate")) with \(percent)% intervals."
    if let reference {
      let apart = rows.filter { row in
        guard let low = row.low, let high = row.high else { return false }
        return low > reference || high < reference
      }
      let side = "to one side of \(FigureWords.number(reference))"
      switch apart.count {
      case 0: text += " None of the intervals lies \(side)."
      case 1: text += " One of the intervals lies \(side)."
      default: text += " \(apart.count) of the intervals lie \(side)."
      }
    }
    let most = 12
    text += zip(rows, texts).prefix(most).map { " \($0.keys.joined(separator: ", ")): \($1)." }.joined()
    if rows.count > most { text += " The other \(rows.count - most) are in the table." }
    return text
  }
}
