import NotebookSyntax
import Tables

/// The rows of a table that a figure of values shows.
struct FigureRows {
  let rows: [Int]
  let numbers: [Double]
  let leftOut: Int
  let column: Column

  init(
    _ name: SourcedText, _ others: [SourcedText?], _ table: Table, scale: Figure.Axis.Scale = .linear
  ) throws(StepFailure) {
    guard let column = table[name.text], let numbers = column.values.numbers else {
      throw StepFailure(Diagnostic("type", "an axis is a number", at: name.span))
    }
    let needed = others.compactMap { $0.flatMap { table[$0.text] } }
    self.column = column
    self.numbers = numbers
    rows = (0..<table.rowCount).filter { row in
      !numbers[row].isNaN && needed.allSatisfy { !$0.values.isMissing(row) }
    }
    leftOut = table.rowCount - rows.count
    guard !rows.isEmpty else {
      throw FigureMessages.noRows("no row has `\(name.text)` and all that divides it", name.span)
    }
    let least = scale == .logarithmic ? Double.leastNonzeroMagnitude : scale == .squareRoot ? 0 : -.infinity
    if let row = rows.first(where: { numbers[$0] < least }) {
      throw StepFailure(
        Diagnostic(
          "computation",
          "`\(name.text)` is \(scale == .logarithmic ? "zero or less" : "less than zero") in row \(row + 1), which this axis cannot show",
          at: name.span, help: "filter such rows out before, or take a linear axis"))
    }
  }

  var notes: [String] {
    leftOut > 0 ? ["\(NumberFormat.counted(leftOut, "row")) with a missing value left out."] : []
  }

  /// The levels of a category that these rows have, in their order, and the code of each row among them.
  func levels(_ column: Column?) -> (labels: [String], code: (Int) -> Int) {
    guard let column, case .codes(let codes, let levels) = column.values else { return ([""], { _ in 0 }) }
    let used = Set(rows.map { codes[$0] })
    let kept = levels.indices.filter { used.contains(Int32($0)) }
    var place = [Int](repeating: 0, count: levels.count)
    for (new, old) in kept.enumerated() { place[old] = new }
    let labels = kept.map { column.schema.type.levels == nil ? levels[$0] : column.schema.label(ofLevel: $0) }
    return (labels, { place[Int(codes[$0])] })
  }
}

extension ColumnSchema {
  var words: String { label ?? Self.words[name] ?? name }
  /// As an axis' title.
  var heading: String { words + (type.unit.isOne ? "" : " (\(type.unit.display))") }

  /// The columns of `diagnose`.
  private static let words = [
    "fitted": "Fitted value", "residual": "Residual", "std_residual": "Standardized residual",
    "scaled_residual": "Scaled residual", "leverage": "Leverage", "cooksd": "Cook's distance",
  ]
}

extension CellDecoder {
  /// A table to draw from: `data`, or `of` a `diagnose` step, whose columns are known.
  /// - Returns: the step, and where `of` stands if it is that.
  mutating func tableOrDiagnosis(_ kind: String) -> (data: Reference?, diagnosed: Span?) {
    let data = step("data")
    let diagnosis = step("of")
    if data != nil, let diagnosis {
      report("unknown-key", "`data` and `of` both name a table", diagnosis.span, help: "leave out one of the two")
    }
    needs("data", "step", of: kind, isThere: data != nil || diagnosis != nil)
    return (data ?? diagnosis, data == nil ? diagnosis?.span : nil)
  }
}

/// `kind: box`: a number by categories.
struct BoxPlot: FigureKind {
  static let word = "box"
  static let takes: Set<String> = ["data", "x", "y", "color", "panels", "log", "sqrt", "reference"]

  let data: Reference
  let x: SourcedText?
  let y: SourcedText
  let color: SourcedText?
  let panels: SourcedText?
  let scale: Figure.Axis.Scale
  let reference: Double?
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    x = cell.writtenName("x")
    let y = cell.column("y")
    cell.needs("data", "step", of: Self.word, isThere: data != nil)
    cell.needs("y", "column", of: Self.word, isThere: y != nil)
    color = cell.writtenName("color")
    panels = cell.writtenName("panels")
    scale = cell.axisScale("y")
    reference = cell.writtenNumber("reference")?.value
    alternative = cell.text("alt")?.text
    guard let data, let y else { return nil }
    self.data = data
    self.y = y
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    FigureColumns.number(y, of: data, schema, &context)
    if let x, let column = context.column(x.text, at: x.span, of: data, schema), column.type.levels == nil,
      !column.type.isNumeric
    {
      context.report(
        "type", "`\(x.text)` is \(column.type.name), and boxes stand at categories or at few numbers", x.span,
        help: "declare it as `category [A, B]`")
    }
    if let color { _ = FigureColumns.category(color, of: data, schema, most: 8, &context) }
    if let panels { _ = FigureColumns.category(panels, of: data, schema, most: 12, &context) }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let rows = try FigureRows(y, [x, color, panels], table, scale: scale)
    let xColumn = x.flatMap { table[$0.text] }
    let (codes, names) = try places(xColumn, rows)
    let series = rows.levels(color.flatMap { table[$0.text] })
    let panel = rows.levels(panels.flatMap { table[$0.text] })
    var cells: [Int: [Double]] = [:]
    for row in rows.rows {
      let cell = (panel.code(row) * series.labels.count + series.code(row)) * names.count + codes[row]
      cells[cell, default: []].append(rows.numbers[row])
    }
    var groups: [BoxFigure.Group] = []
    for cell in cells.keys.sorted() {
      let (line, place) = cell.quotientAndRemainder(dividingBy: names.count)
      let (p, s) = line.quotientAndRemainder(dividingBy: series.labels.count)
      groups.append(.init(x: place, series: s, panel: p, values: cells[cell] ?? []))
    }
    let by = [xColumn?.schema.words, color.flatMap { table[$0.text]?.schema.words }].compactMap { $0 }
    guard
      let figure = BoxFigure.build(
        caption: rows.column.schema.words
          + (by.isEmpty ? "" : " by \(by.map(FigureWords.lowered).joined(separator: " and "))"),
        xTitle: xColumn?.schema.title ?? "", yTitle: rows.column.schema.title, names: names,
        series: color == nil ? [] : series.labels, panels: panels == nil ? [nil] : panel.labels.map { $0 },
        groups: groups, scale: scale, reference: reference, alternative: alternative, notes: rows.notes)
    else { throw FigureMessages.noAxis(y.span) }
    return outcome(figure, count: rows.rows.count, of: table.rowCount, showsIndividualRows: true)
  }

  /// Where each row stands along x.
  private func places(_ column: Column?, _ rows: FigureRows) throws(StepFailure) -> (codes: [Int], names: [String]) {
    guard let column, let x else { return ([Int](repeating: 0, count: rows.numbers.count), [""]) }
    let (codes, all) = Grouping.codes(column)
    let used = Set(rows.rows.map { codes[$0] })
    let kept = all.indices.filter { used.contains(Int32($0)) }
    guard kept.count <= 40 else {
      throw StepFailure(
        Diagnostic(
          "limit", "`\(x.text)` has \(kept.count) different values, and 40 boxes are the most", at: x.span,
          help: "take a category, or fewer times"))
    }
    var place = [Int](repeating: 0, count: all.count)
    for (new, old) in kept.enumerated() { place[old] = new }
    let names = kept.map { column.schema.type.levels == nil ? all[$0] : column.schema.label(ofLevel: $0) }
    return (codes.map { $0 < 0 ? 0 : place[Int($0)] }, names)
  }
}

/// `kind: histogram`: counts of a number in bins.
struct Histogram: FigureKind {
  static let word = "histogram"
  static let takes: Set<String> = ["data", "x", "panels", "bins", "log", "reference"]

  let data: Reference
  let x: SourcedText
  let panels: SourcedText?
  let bins: Int?
  let scale: Figure.Axis.Scale
  let reference: Double?
  let alternative: String?

  init?(_ cell: inout CellDecoder) {
    let data = cell.step("data")
    let x = cell.column("x")
    cell.needs("data", "step", of: Self.word, isThere: data != nil)
    cell.needs("x", "column", of: Self.word, isThere: x != nil)
    panels = cell.writtenName("panels")
    bins = cell.node("bins") == nil ? nil : cell.integer("bins", in: 2...200, default: 20)
    scale = cell.word("log", ["x", "none"]) == "x" ? .logarithmic : .linear
    reference = cell.writtenNumber("reference")?.value
    alternative = cell.text("alt")?.text
    guard let data, let x else { return nil }
    self.data = data
    self.x = x
  }

  func plan(_ context: inout PlanContext) -> Yield? {
    guard let schema = context.schema(data) else { return nil }
    FigureColumns.number(x, of: data, schema, &context)
    if let panels { _ = FigureColumns.category(panels, of: data, schema, most: 12, &context) }
    return Self.countShape
  }

  func run(_ context: RunContext) throws -> StepOutcome {
    let table = try context.table(data)
    let rows = try FigureRows(x, [panels], table, scale: scale)
    let panel = rows.levels(panels.flatMap { table[$0.text] })
    let parts = panel.labels.enumerated().map { index, label in
      (
        title: panels == nil ? nil : Optional(label),
        values: rows.rows.filter { panel.code($0) == index }.map { rows.numbers[$0] }
      )
    }
    guard
      let figure = HistogramFigure.build(
        caption: "Distribution of \(FigureWords.lowered(rows.column.schema.words))", title: rows.column.schema.title,
        panels: parts, scale: scale, bins: bins, reference: reference, alternative: alternative, notes: rows.notes)
    else { throw FigureMessages.noAxis(x.span) }
    return outcome(figure, count: rows.rows.count, of: table.rowCount, showsIndividualRows: false)
  }
}
