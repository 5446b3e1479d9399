import NotebookSyntax
import Tables

/// A planned visit, and the days that count as it.
struct VisitWindow: Sendable {
  /// As it is written: 4 of `4 wk`.
  let planned: Double
  /// As it is written: `wk`.
  let unit: String
  /// In days, ends included.
  let low: Double
  let high: Double
  /// Of the planned time.
  let span: Span

  var plannedDay: Double { Self.days(unit).map { $0(planned) } ?? planned }
  /// The level of `visit`.
  var level: String { NumberText.shortest(planned) }

  var label: String { ["d": "Day", "wk": "Week", "a": "Year"][unit].map { "\($0) \(level)" } ?? "\(level) \(unit)" }

  var text: String {
    let (low, high) = (NumberText.shortest(low), NumberText.shortest(high))
    return low == high ? "day \(low)" : "days \(low) to \(high)"
  }

  func contains(_ day: Double) -> Bool { (low...high).contains(day) }

  /// How a number in a unit of time becomes days; nil where it does not: a year has 365.25 of them, a month no fixed number.
  static func days(_ unit: String) -> UnitConversion? {
    guard let own = try? Unit(code: unit), let day = try? Unit(code: "d") else { return nil }
    return own.conversion(to: day)
  }
}

/// Reads `4 wk: 25 d ... 41 d`.
enum VisitWindowReader {
  /// Windows in the order of their planned times; mistakes go to the decoder.
  static func read(_ node: YAMLNode, _ cell: inout CellDecoder) -> [VisitWindow] {
    let form = "write `4 wk: 25 d ... 41 d`"
    guard let entries = cell.mapping(node, "windows", help: form) else { return [] }
    let windows = entries.compactMap { window($0, &cell, form) }.sorted { $0.plannedDay < $1.plannedDay }
    if let other = windows.first(where: { $0.unit != windows[0].unit }) {
      cell.report(
        "unit", "visits are planned in `\(windows[0].unit)`, and this one in `\(other.unit)`", other.span,
        help: "write all planned times in one unit, because they name the levels of `visit`")
      return []
    }
    for (first, second) in zip(windows, windows.dropFirst()) {
      if first.planned == second.planned {
        cell.report("repeated-name", "visit \(second.level) is planned twice", second.span)
      } else if second.low <= first.high {
        cell.report(
          Diagnostic(
            "window", "the windows of \(first.label) (\(first.text)) and \(second.label) (\(second.text)) overlap",
            at: second.span, help: "a day belongs to one visit; both ends of a window count",
            notes: [.init("\(first.label) stands here", at: first.span)]))
      }
    }
    return windows
  }

  private static func window(_ entry: YAMLEntry, _ cell: inout CellDecoder, _ form: String) -> VisitWindow? {
    guard let planned = quantity(entry.key.text) else {
      cell.report("type", "`\(entry.key.text)` is no planned time", entry.key.span, help: form)
      return nil
    }
    guard let written = cell.scalar(entry.value, entry.key.text) else { return nil }
    let parts = written.text.split(separator: "...", omittingEmptySubsequences: false)
    let ends = parts.map { quantity(String($0)) }.compactMap { end in
      end.flatMap { end in
        VisitWindow.days(end.unit).map { $0(end.value) }
      }
    }
    guard (1...2).contains(parts.count), ends.count == parts.count, let low = ends.first, let high = ends.last,
      low <= high
    else {
      cell.report(
        "window", "`\(written.text)` is no window", written.span,
        help: "\(form): two times with their units, the earlier one first; or one day, `0 d`")
      return nil
    }
    let window = VisitWindow(
      planned: planned.value, unit: planned.unit, low: low, high: high, span: entry.key.span)
    guard window.contains(window.plannedDay) else {
      cell.report(
        "window", "\(window.label) is planned for day \(NumberText.shortest(window.plannedDay)), outside its window",
        written.span)
      return nil
    }
    return window
  }

  private static func quantity(_ text: String) -> (value: Double, unit: String)? {
    let parts = text.split(separator: " ")
    guard parts.count == 2, let value = ParameterValue.plainNumber(String(parts[0])),
      VisitWindow.days(String(parts[1])) != nil
    else { return nil }
    return (value, String(parts[1]))
  }
}
