import NotebookSyntax
import Tables

/// The counts of a participant flow, from the results of the steps that made a table.
struct FlowCount {
  private struct Step {
    let name: String
    let before: Int
    let losses: [RowLoss]
  }

  private let flow: Flow
  private let source: String
  private let start: Int
  private let steps: [Step]
  private let analysed: Int
  private let columns: [Column]
  /// For each level of the first category: its count, and those of the levels of the second within it.
  private let groups: [(name: String, label: String, count: Int, within: [(name: String, label: String, count: Int)])]
  private let ungrouped: Int

  init(_ flow: Flow, _ context: RunContext, _ table: Table) throws(StepFailure) {
    self.flow = flow
    var chain: [(name: String, step: any RowKeeping, result: ResultValue)] = []
    var start = table.rowCount
    var source = ""
    for step in context.planned.yield.rowChain {
      let result = try context.result(step.name, at: flow.of.span)
      if let keeping = step.step as? any RowKeeping {
        chain.append((step.name, keeping, result))
      } else {
        start = result.count("n_rows")
        source = result["file"]?.string ?? step.name
      }
    }
    var remaining = start
    var steps: [Step] = []
    for item in chain {
      let losses = item.step.losses(item.result)
      let after = item.result.count("n_rows")
      guard remaining - losses.map(\.count).reduce(0, +) == after else {
        throw StepFailure(
          Diagnostic("internal", "the counts of `\(item.name)` do not add up to its rows", at: flow.of.span))
      }
      steps.append(Step(name: item.name, before: remaining, losses: losses))
      remaining = after
    }
    self.start = start
    self.source = source
    self.steps = steps
    analysed = table.rowCount
    columns = flow.split.compactMap { table[$0.text] }
    (groups, ungrouped) = Self.groups(columns, table.rowCount)
  }

  private static func groups(
    _ columns: [Column], _ rowCount: Int
  ) -> ([(name: String, label: String, count: Int, within: [(name: String, label: String, count: Int)])], Int) {
    guard let first = columns.first, case .codes(let codes, let levels) = first.values else { return ([], 0) }
    var second: (codes: [Int32], levels: [String])?
    if columns.count > 1, case .codes(let codes, let levels) = columns[1].values { second = (codes, levels) }
    let grouped = (0..<rowCount).filter { codes[$0] >= 0 && (second.map { $0.codes } ?? codes)[$0] >= 0 }
    let groups = levels.enumerated().map { index, level in
      let rows = grouped.filter { codes[$0] == Int32(index) }
      let within = second?.levels.enumerated().map { inner, name in
        (name, columns[1].schema.label(ofLevel: inner), rows.count { second?.codes[$0] == Int32(inner) })
      }
      return (level, first.schema.label(ofLevel: index), rows.count, within ?? [])
    }
    return (groups, rowCount - grouped.count)
  }

  var fields: [ResultValue.Field] {
    let excluded = steps.flatMap { step in
      step.losses.map { ResultValue.Entry([step.name, $0.reason], .record([.init("n", .count($0.count))])) }
    }
    var fields: [ResultValue.Field] = [
      .init("start", .count(start)), .init("analysed", .count(analysed)),
      .init("excluded", .keyed(by: ["step", "because"], excluded)),
    ]
    guard !columns.isEmpty else { return fields }
    let counts = groups.flatMap { group -> [ResultValue.Entry] in
      columns.count == 1
        ? [.init([group.name], .count(group.count))]
        : group.within.map { .init([group.name, $0.name], .count($0.count)) }
    }
    fields.append(.init("counts", .keyed(by: columns.map(\.schema.name), counts)))
    fields.append(
      .init("groups", .keyed(by: [columns[0].schema.name], groups.map { .init([$0.name], .count($0.count)) })))
    return fields
  }

  private var notes: [String] {
    ungrouped > 0 ? ["\(NumberFormat.counted(ungrouped, "row")) in no group, because it is missing."] : []
  }

  /// The steps that lost a row.
  private var losing: [Step] { steps.filter { $0.losses.contains { $0.count > 0 } } }

  var diagram: FlowDiagram {
    var stages = losing.enumerated().map { index, step in
      FlowDiagram.Stage(
        title: index == 0 ? "In \(source)" : "Remaining after \(losing[index - 1].name)", count: step.before,
        exclusions: step.losses.filter { $0.count > 0 }.map { .init(reason: $0.reason, count: $0.count) })
    }
    if stages.isEmpty, !steps.isEmpty || source != "" {
      stages = [.init(title: "In \(source)", count: start, exclusions: [])]
    }
    stages.append(.init(title: "Analysed", count: analysed, exclusions: []))
    let boxes = groups.map { group in
      // Of a second category only what is there is drawn: A and B of liver failure, not C and D.
      FlowDiagram.Group(
        title: group.label, count: group.count,
        groups: group.within.filter { $0.count > 0 }.map { .init(title: $0.label, count: $0.count, groups: []) })
    }
    return FlowDiagram(
      caption: "Flow of \(flow.noun)", alternative: alternative, stages: stages, groups: boxes, notes: notes)
  }

  private var alternative: String {
    let excluded = losing.flatMap(\.losses).filter { $0.count > 0 }
    var text = "\(NumberFormat.count(start)) \(flow.noun) in \(source)"
    if !excluded.isEmpty {
      text += "; left out: " + excluded.map { "\(NumberFormat.count($0.count)) \($0.reason)" }.joined(separator: ", ")
    }
    text += "; analysed: \(NumberFormat.count(analysed))"
    if !groups.isEmpty {
      let parts = groups.map { group in
        let within = group.within.filter { $0.count > 0 }.map { "\($0.label) \(NumberFormat.count($0.count))" }
        return "\(group.label) \(NumberFormat.count(group.count))"
          + (within.isEmpty ? "" : " (\(within.joined(separator: ", ")))")
      }
      text += ", of them " + parts.joined(separator: "; ")
    }
    return text + "."
  }

  var table: TableExhibit {
    var rows: [TableExhibit.Row] = [.init([.text("In \(source)"), .empty, .count(start)])]
    for step in losing {
      for loss in step.losses where loss.count > 0 {
        rows.append(.init([.text(loss.reason), .count(loss.count), .empty], indent: 1))
      }
      let lost = step.losses.map(\.count).reduce(0, +)
      rows.append(.init([.text("Remaining after \(step.name)"), .count(lost), .count(step.before - lost)]))
    }
    rows.append(.init([.text("Analysed"), .empty, .count(analysed)]))
    for group in groups {
      rows.append(.init([.text(group.label), .empty, .count(group.count)]))
      for inner in group.within where inner.count > 0 {
        rows.append(.init([.text(inner.label), .empty, .count(inner.count)], indent: 1))
      }
    }
    return TableExhibit(
      caption: "Flow of \(flow.noun), step by step",
      headings: [.init("", isNumeric: false), .init("Left out"), .init("Remaining")], rows: rows, notes: notes)
  }
}
