import Tables

/// Builds the results and the display of a table 1, variable by variable.
struct TableOneReport {
  private let table: Table
  private let groups: [(name: String, label: String, rows: [Int])]
  private(set) var numbers: [ResultValue.Entry] = []
  private(set) var levels: [ResultValue.Entry] = []
  private var rows: [TableExhibit.Row] = []
  private var shows: Set<String> = []
  private var compared: ComparedGroups
  /// Differences and tests, where they were asked for.
  var comparisons: [ResultValue.Field] { compared.fields }

  init(table: Table, groups: [(name: String, label: String, rows: [Int])], compared: ComparedGroups) {
    self.table = table
    self.groups = groups
    self.compared = compared
  }

  /// A row of the table; what compares groups stands in its columns of their own.
  private mutating func add(_ cells: [TableCell], indent: Int = 0, comparing column: Column? = nil) {
    rows.append(.init(cells + (column.map { compared.add($0) } ?? compared.blanks), indent: indent))
  }

  mutating func add(_ row: TableOne.Row) {
    guard let column = table[row.column.text] else { return }
    if let values = column.values.numbers {
      addNumber(column, values, show: row.show ?? "mean_sd", digits: row.digits)
    } else if case .codes(let codes, _) = column.values {
      addCategory(column, codes)
    }
  }

  private mutating func addNumber(_ column: Column, _ values: [Double], show: String, digits: Int?) {
    let summaries = groups.map { NumberSummary(values, rows: $0.rows) }
    let name = column.schema.name
    if !numbers.contains(where: { $0.keys[0] == name }) {
      for (group, summary) in zip(groups, summaries) { numbers.append(.init([name, group.name], summary.result)) }
    }
    shows.insert(show)
    let decimals = digits ?? summaries.map(\.decimals).max() ?? 1
    let what = ["mean_sd": "mean (SD)", "median_iqr": "median [IQR]", "range": "range"][show] ?? ""
    add(
      [.text("\(column.schema.title), \(what)")]
        + summaries.map { item -> TableCell in
          guard let summary = item.summary else { return .absent("–") }
          switch show {
          case "median_iqr":
            return .quartiles(summary.median, summary.quantile(0.25), summary.quantile(0.75), decimals: decimals)
          case "range": return .interval(summary.minimum, summary.maximum, decimals: decimals)
          default:
            guard let deviation = summary.standardDeviation else { return .number(summary.mean, decimals: decimals) }
            return .meanDeviation(summary.mean, deviation, decimals: decimals)
          }
        }, comparing: column)
    addMissing(summaries.map(\.missing))
  }

  private mutating func addCategory(_ column: Column, _ codes: [Int32]) {
    guard let names = column.schema.type.levels else { return }
    let present = groups.map { group in group.rows.map { codes[$0] }.filter { $0 >= 0 } }
    // Of a boolean only `true` is shown: the rest follows.
    let shown = column.schema.type == .boolean ? [1] : Array(names.indices)
    let title = column.schema.title + ", n (%)"
    if shown.count > 1 { add([.text(title)] + groups.map { _ in .empty }, comparing: column) }
    for index in shown {
      let counts = present.map { codes in codes.count { $0 == Int32(index) } }
      let label = shown.count > 1 ? column.schema.label(ofLevel: index) : title
      add(
        [.text(label)] + zip(counts, present).map { .share($0, of: $1.count) }, indent: shown.count > 1 ? 1 : 0,
        comparing: shown.count > 1 ? nil : column)
    }
    for (index, level) in names.enumerated() {
      for (group, codes) in zip(groups, present) {
        let count = codes.count { $0 == Int32(index) }
        let share = codes.isEmpty ? nil : Double(count) / Double(codes.count)
        levels.append(
          .init(
            [column.schema.name, level, group.name],
            .record([
              .init("n", .count(count)), .init("total", .count(codes.count)),
              .init("share", .real(share, orAbsent: "no values")),
            ])))
      }
    }
    addMissing(zip(groups, present).map { $0.rows.count - $1.count })
  }

  private mutating func addMissing(_ counts: [Int]) {
    guard counts.contains(where: { $0 > 0 }) else { return }
    add([.text("missing")] + counts.map { .count($0) }, indent: 1)
  }

  func exhibit(caption: String, ungrouped: Int) -> TableExhibit {
    var notes: [String] = []
    if shows.contains("mean_sd") { notes.append("SD: standard deviation.") }
    if shows.contains("median_iqr") { notes.append("IQR: first to third quartile.") }
    if ungrouped > 0 { notes.append("\(NumberFormat.counted(ungrouped, "row")) in no group, because it is missing.") }
    notes += compared.notes
    return TableExhibit(
      caption: caption,
      headings: [.init("Characteristic", isNumeric: false)]
        + groups.map { .init("\($0.label) (n\u{a0}=\u{a0}\(NumberFormat.count($0.rows.count)))") }
        + compared.headings,
      rows: rows, notes: notes)
  }
}
