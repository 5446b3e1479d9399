import NotebookSyntax
import Tables

/// What `visits` counts, shows and publishes.
struct VisitReport {
  private let step: Visits
  private let table: Table
  private let assignment: VisitAssignment
  private let kept: [Int]

  private static let shownRows = 20

  init(step: Visits, table: Table, assignment: VisitAssignment) {
    self.step = step
    self.table = table
    self.assignment = assignment
    kept = assignment.keptRows
  }

  private struct WindowCount {
    var days: [Double] = []
    var moved = 0
    var duplicates = 0
  }

  private var counts: [WindowCount] {
    var counts = step.windows.map { _ in WindowCount() }
    for row in kept {
      let window = assignment.window[row]
      counts[window].days.append(assignment.days[row])
      if assignment.days[row] != step.windows[window].plannedDay { counts[window].moved += 1 }
    }
    for item in assignment.unassigned {
      if case .duplicate = item.reason { counts[assignment.window[item.row]].duplicates += 1 }
    }
    return counts
  }

  var fields: [ResultValue.Field] {
    let counts = counts
    let reasons = assignment.unassigned.map(\.reason)
    let outside = reasons.count { $0 == .outside }
    let undated = reasons.count { $0 == .undated || $0 == .nobody }
    let windows = zip(step.windows, counts).map { window, count in
      ResultValue.Entry(
        [window.level],
        .record([
          .init("n", .count(count.days.count)), .init("moved", .count(count.moved)),
          .init("duplicates", .count(count.duplicates)),
          .init("first_day", .real(count.days.min(), orAbsent: "no measurement")),
          .init("last_day", .real(count.days.max(), orAbsent: "no measurement")),
        ]))
    }
    return [
      .init("assigned", .count(kept.count)), .init("moved", .count(counts.map(\.moved).reduce(0, +))),
      .init("duplicates", .count(reasons.count - outside - undated)), .init("outside", .count(outside)),
      .init("undated", .count(undated)), .init("windows", .keyed(by: ["visit"], windows)),
    ]
  }

  var exhibits: [Exhibit] {
    let rows = zip(step.windows, counts).map { window, count in
      TableExhibit.Row([
        .text(window.label), .text(NumberText.shortest(window.plannedDay)), .text(window.text),
        .count(count.days.count),
        .count(count.moved), .count(count.duplicates),
      ])
    }
    let windows = TableExhibit(
      caption: "Planned visits of \(step.data.name)",
      headings: [
        .init("Visit", isNumeric: false), .init("Planned day"), .init("Window", isNumeric: false), .init("Assigned"),
        .init("Not on the planned day"), .init("Second measurements left out"),
      ], rows: rows)
    guard !assignment.unassigned.isEmpty else { return [.table(windows)] }
    let shown = assignment.unassigned.prefix(Self.shownRows)
    let hidden = assignment.unassigned.count - shown.count
    let listing = TableExhibit(
      caption: "Rows of \(step.data.name) that no visit takes",
      headings: [
        .init("Row"), .init(table[step.by.text]?.schema.label ?? step.by.text, isNumeric: false), .init("Day"),
        .init("Why", isNumeric: false),
      ],
      rows: shown.map { item in
        let cells = cells(item)
        return .init([.text(cells[0]), .text(cells[1]), .text(cells[2]), .text(cells[3])])
      },
      notes: hidden > 0
        ? ["\(NumberFormat.count(hidden)) more stand in the published list."] : [])
    return [.table(windows), .table(listing)]
  }

  /// Row, participant, day, reason.
  private func cells(_ item: (row: Int, reason: VisitAssignment.Reason)) -> [String] {
    let day = assignment.days[item.row]
    let reason: String
    switch item.reason {
    case .outside: reason = "outside every window"
    case .undated: reason = "no day"
    case .nobody: reason = "no participant"
    case .duplicate(let other):
      reason = "row \(other + 1) counts as \(step.windows[assignment.window[item.row]].label)"
    }
    return [
      String(item.row + 1), table[step.by.text]?.text(item.row) ?? "", day.isNaN ? "" : ECMAScriptText.of(day), reason,
    ]
  }

  func publications(named name: String) -> [Publication] {
    guard !assignment.unassigned.isEmpty else { return [] }
    let rows = assignment.unassigned.map { item -> [String] in
      let cells = cells(item)
      return [cells[0], CSVWriter.guarded(cells[1]), cells[2], cells[3]]
    }
    return [
      Publication(
        path: "tables/\(name)-unassigned.csv",
        text: CSVWriter.text(header: ["row", step.by.text, "day", "reason"], rows: rows))
    ]
  }
}
