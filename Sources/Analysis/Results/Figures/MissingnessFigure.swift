/// How much is missing of each variable, at each visit.
public enum MissingnessFigure {
  public struct Cell: Sendable {
    public var missing: Int
    public var total: Int

    public init(missing: Int, of total: Int) {
      self.missing = missing
      self.total = total
    }
  }

  /// - Parameters:
  ///   - variables: the names of the rows.
  ///   - columns: visits, or groups; one name where there is no such division.
  ///   - cells: row by row; nil where there is nothing that could be missing.
  public static func build(
    caption: String, variables: [String], columns: [String], columnTitle: String, cells: [[Cell?]],
    alternative: String? = nil, notes: [String] = []
  ) -> Figure {
    var tiles: [Figure.Tile] = []
    for (row, own) in cells.enumerated() {
      for (column, cell) in own.enumerated() {
        guard let cell, cell.total > 0 else { continue }
        let share = Double(cell.missing) / Double(cell.total)
        // A little is not nothing, and not quite all is not all.
        let percent = 100 * share
        let text =
          cell.missing == 0
          ? "0"
          : percent < 1 ? "< 1" : percent > 99 && cell.missing < cell.total ? "> 99" : NumberFormat.fixed(percent, 0)
        tiles.append(.init(x: Double(column), y: Double(row), share: share, label: text))
      }
    }
    var sentences: [String] = []
    for (name, own) in zip(variables, cells) {
      let present = own.compactMap { $0 }
      let missing = present.reduce(0) { $0 + $1.missing }
      let total = present.reduce(0) { $0 + $1.total }
      guard total > 0 else { continue }
      sentences.append(
        "\(name): \(NumberFormat.count(missing)) of \(NumberFormat.count(total)) missing (\(NumberFormat.fixed(100 * Double(missing) / Double(total), 1))%)."
      )
    }
    return Figure(
      caption: caption,
      alternative: alternative
        ?? "Map of missing values, \(NumberFormat.counted(variables.count, "variable")) by \(NumberFormat.counted(columns.count, "column")). "
        + sentences.joined(separator: " "),
      body: .plot(
        .init(
          x: AxisTicks.categories(title: columnTitle, columns), y: AxisTicks.categories(title: "", variables),
          series: [], panels: [.init(title: nil, marks: [.tiles(tiles)])])),
      notes: notes + ["Numbers: percent missing."])
  }
}
