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
    for link in context.planned.yield.rowChain {
      let result = try context.result(link.name, at: flow.of.span)
      if let keeping = link.step.step as? any RowKeeping { chain.append((link.name, keeping, result)) }
    }
    var steps: [Step] = []
    if let load = context.planned.yield.rowChain.first, load.step.step is Load {
      let result = try context.result(load.name, at: flow.of.span)
      source = result["file"]?.string ?? load.name
      // What `load` itself left out was received as well.
      let repeated = result.count("dropped")
      start = result.count("n_rows") + repeated
      if repeated > 0 {
        steps.append(
          Step(name: load.name, before: start, losses: [RowLoss(reason: "Repeated record", count: repeated)]))
      }
    }
    var remaining = start - steps.flatMap(\.losses).map(\.count).reduce(0, +)
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

  /// What is drawn of a group: of a second category only what is there, A and B of liver failure, not C and D.
  private var stages: [FlowFigure.Stage] {
    groups.map { group in
      FlowFigure.Stage(
        group.label, group.count,
        next: group.within.filter { $0.count > 0 }.map { FlowFigure.Stage($0.label, $0.count) })
    }
  }

  var figure: Figure {
    var stage = FlowFigure.Stage("Analysed", analysed, next: stages)
    for (index, step) in losing.enumerated().reversed() {
      stage = FlowFigure.Stage(
        index == 0 ? "In \(source)" : "Remaining after \(losing[index - 1].name)", step.before,
        excluded: step.losses.filter { $0.count > 0 }.map { .init($0.reason, $0.count) }, next: [stage])
    }
    if losing.isEmpty { stage = FlowFigure.Stage("In \(source)", start, next: [stage]) }
    return FlowFigure.build(caption: "Flow of \(flow.noun)", noun: flow.noun, from: stage, notes: notes)
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
