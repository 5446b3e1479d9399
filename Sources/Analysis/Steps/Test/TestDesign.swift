import Digests
import NotebookSyntax
import Statistics
import Tables

/// What a `test` cell compares with what, read from its keys.
struct TestDesign: Sendable {
  let form: TestMethod.Form
  let outcome: SourcedText
  /// The column whose levels are compared, for `groups` and `paired`.
  let groups: SourcedText?
  /// The levels in the order they are compared, where the cell lists them.
  let levels: [SourcedText]?
  /// The column that says which rows are a pair.
  let subject: SourcedText?
  /// The second column of pairs within a row.
  let second: SourcedText?
  let mu: (value: Double, written: Expression)?
  let event: SourcedText?

  /// Reads `groups`, `paired`, `with`, `mu` and `event`; nil where a mistake among them has been reported.
  init?(_ cell: inout CellDecoder, _ method: TestMethod?, outcome: SourcedText?) {
    var groups: SourcedText?
    var levels: [SourcedText]?
    var isBroken = false
    if let node = cell.node("groups") {
      if case .mapping(let entries) = node.content {
        (groups, levels) = Self.levels(entries, node, &cell)
        isBroken = groups == nil
      } else {
        groups = cell.text(node, "groups")
        isBroken = groups == nil
      }
    }
    cell.record("groups", groups.map { .string($0.text) } ?? .null)
    cell.record("levels", levels.map { .array($0.map { .string($0.text) }) } ?? .null)
    let subject = cell.column("paired")
    let second = cell.column("with")
    let number = cell.node("mu").flatMap { Self.number($0, &cell, &isBroken) }
    cell.record("mu", number.map { .string($0.written.description) } ?? .null)
    let event = cell.text("event")

    if let subject, groups == nil, !isBroken {
      cell.report(
        "missing-key", "`paired` says which rows belong together, and `groups` which of them is the first of a pair",
        subject.span, help: "add for example `groups: {week: [24, 0]}`")
      return nil
    }
    let written: [(TestMethod.Form, Span)] = [
      groups.map { (subject == nil ? .groups : .paired, $0.span) }, second.map { (.with, $0.span) },
      number.map { (.mu, $0.written.span) },
    ].compactMap { $0 }
    if written.count > 1 {
      cell.report(
        "choice", "`groups`, `with` and `mu` are different tests", written[1].1, help: "keep one of them")
      return nil
    }
    guard let method, let outcome, !isBroken else { return nil }
    let form = written.first?.0 ?? .alone
    guard method.forms.contains(form) else {
      let forms = method.forms.map(\.keys).joined(separator: ", or ")
      cell.report(
        form == .alone ? "missing-key" : "choice",
        form == .alone
          ? "`\(method.rawValue)` compares with something, and this cell does not say with what"
          : "`\(method.rawValue)` is no test of this form", written.first?.1 ?? outcome.span,
        help: "`\(method.rawValue)` takes \(forms)")
      return nil
    }
    if let event, !method.countsLevels {
      cell.report("choice", "`event` names a level, and `\(method.rawValue)` takes numbers", event.span)
      return nil
    }
    if let levels, method.needsTwoGroups, levels.count != 2 {
      cell.report(
        "choice", "`\(method.rawValue)` compares two levels, and these are \(levels.count)",
        levels.last?.span ?? outcome.span)
      return nil
    }
    self.form = form
    self.outcome = outcome
    self.groups = groups
    self.levels = levels
    self.subject = subject
    self.second = second
    self.event = event
    mu = number
  }

  private static func levels(
    _ entries: [YAMLEntry], _ node: YAMLNode, _ cell: inout CellDecoder
  ) -> (SourcedText?, [SourcedText]?) {
    let help = "write `groups: {arm: [A, B]}`: the first minus the second"
    guard entries.count == 1, let entry = entries.first else {
      cell.report("type", "`groups` names one column and its levels", node.span, help: help)
      return (nil, nil)
    }
    let levels = cell.list(entry.value).compactMap { cell.text($0, "groups") }
    guard levels.count >= 2 else {
      cell.report("type", "fewer than two levels are nothing to compare", entry.value.span, help: help)
      return (nil, nil)
    }
    for (index, level) in levels.enumerated() where levels[..<index].contains(where: { $0.text.isExactly(level.text) })
    {
      cell.report("repeated-name", "`\(level.text)` stands twice in `groups`", level.span, help: "name it once")
    }
    return (entry.key, levels)
  }

  private static func number(
    _ node: YAMLNode, _ cell: inout CellDecoder, _ isBroken: inout Bool
  ) -> (value: Double, written: Expression)? {
    guard let expression = cell.expression(node, "mu") else {
      isBroken = true
      return nil
    }
    func value(_ expression: Expression) -> Double? {
      switch expression.node {
      case .number(let value, _): value
      case .negation(let inner): value(inner).map { -$0 }
      case .group(let inner): value(inner)
      default: nil
      }
    }
    guard let value = value(expression) else {
      cell.report("type", "`mu` is a number, and this is `\(expression)`", node.span)
      isBroken = true
      return nil
    }
    return (value, expression)
  }

  /// Checks columns, types, units and levels against the table's schema.
  func check(_ data: Reference, _ schema: Schema, _ method: TestMethod, _ context: inout PlanContext) -> Bool {
    let before = context.diagnostics.count
    for column in [outcome, second].compactMap({ $0 }) {
      guard let found = context.column(column.text, at: column.span, of: data, schema) else { continue }
      if method.countsLevels {
        if found.type.levels == nil {
          context.report(
            "type", "`\(method.rawValue)` counts levels, and `\(found.name)` is \(found.type.name)", column.span,
            help: "load it as a category, or make a condition of it with `derive`")
        }
      } else if !found.type.isNumeric {
        context.report(
          "type", "`\(method.rawValue)` takes numbers, and `\(found.name)` is \(found.type.name)", column.span,
          help: found.type.levels == nil ? nil : "levels are compared by `chi-square` and `fisher`")
      }
    }
    if let second, second.text == outcome.text {
      context.report("choice", "`\(second.text)` is the outcome itself", second.span)
    }
    guard context.diagnostics.count == before else { return false }
    if let second, let first = schema[outcome.text], let other = schema[second.text] {
      if method.subtracts, first.type.unit != other.type.unit {
        context.report(
          "unit", "`\(first.name)` is in \(first.type.unit) and `\(other.name)` in \(other.type.unit)", second.span,
          help: "only numbers in one unit are subtracted")
      }
      if method.countsLevels, first.type.levels != other.type.levels {
        context.report("type", "`\(first.name)` and `\(other.name)` have different levels", second.span)
      }
    }
    if let mu {
      let outcome = Expression(.name(outcome.text), at: mu.written.span)
      _ = context.type(
        of: Expression(.binary(.less, outcome, mu.written), at: mu.written.span), over: data, schema)
    }
    if let event, let levels = schema[outcome.text]?.type.levels {
      if !levels.containsExactly(event.text) {
        context.report(
          "unknown-level", "`\(outcome.text)` has no level `\(event.text)`", event.span,
          help: Suggestion.help(for: event.text, among: levels))
      } else if levels.count > 2 {
        context.report(
          "choice", "`event` chooses one of two levels, and `\(outcome.text)` has \(levels.count)", event.span,
          help: "make a condition of it with `derive`: `\(outcome.text) == \(NumberText.quoted(event.text))`")
      }
    }
    if let subject { _ = context.column(subject.text, at: subject.span, of: data, schema) }
    checkGroups(data, schema, method, &context)
    return context.diagnostics.count == before
  }

  private func checkGroups(
    _ data: Reference, _ schema: Schema, _ method: TestMethod, _ context: inout PlanContext
  ) {
    guard let groups, let column = context.column(groups.text, at: groups.span, of: data, schema) else { return }
    if groups.text == outcome.text || groups.text == subject?.text {
      context.report("choice", "`\(groups.text)` cannot be compared with itself", groups.span)
    }
    guard let levels else {
      // The order of levels decides about the sign of a difference; text and numbers have none that was declared.
      if column.type.levels == nil {
        context.report(
          "type", "the levels of `\(column.name)` (\(column.type.name)) have no declared order", groups.span,
          help: "name them, the first minus the second: `groups: {\(column.name): [first, second]}`")
      } else if let known = column.type.levels, method.needsTwoGroups, known.count < 2 {
        context.report("one-level", "`\(column.name)` has one level only", groups.span)
      }
      return
    }
    for level in levels {
      if let known = column.type.levels, !known.containsExactly(level.text) {
        context.report(
          "unknown-level", "`\(column.name)` has no level `\(level.text)`", level.span,
          help: Suggestion.help(for: level.text, among: known))
      }
      if column.type.isNumeric, ParameterValue.plainNumber(level.text) == nil {
        context.report(
          "type", "`\(column.name)` is a number, and `\(level.text)` is none", level.span,
          help: "write the number without its unit")
      }
    }
  }
}
