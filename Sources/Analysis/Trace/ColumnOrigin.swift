import NotebookSyntax
import Tables

/// A column of a table that a step yields, or of a file.
struct ColumnPlace: Equatable {
  let step: String
  let column: String
}

/// A step whose columns do not all stand under their own names in the tables it reads.
protocol ColumnTracing: Step {
  /// The columns of its inputs that a column of its own is made of; nil for one that only passes through.
  func sources(of column: String, _ schema: (Reference) -> Schema?) -> [ColumnPlace]?
}

extension Derive: ColumnTracing {
  func sources(of column: String, _ schema: (Reference) -> Schema?) -> [ColumnPlace]? {
    guard let index = definitions.firstIndex(where: { $0.name.text.isExactly(column) }) else { return nil }
    // Later definitions may use earlier ones.
    var places: [ColumnPlace] = []
    for name in definitions[index].names {
      let earlier = definitions[..<index].contains { $0.name.text.isExactly(name) }
      let found = earlier ? sources(of: name, schema) ?? [] : [ColumnPlace(step: data.name, column: name)]
      for place in found where !places.contains(place) { places.append(place) }
    }
    return places
  }
}

extension DerivedColumn {
  /// The columns it is computed from.
  fileprivate var names: [String] {
    switch content {
    case .expression(let expression): return expression.names
    case .cases(let cases): return cases.expressions.flatMap(\.names)
    }
  }
}

extension Join: ColumnTracing {
  func sources(of column: String, _ schema: (Reference) -> Schema?) -> [ColumnPlace]? {
    [ColumnPlace(step: schema(left)?[column] != nil ? left.name : right.name, column: column)]
  }
}

extension Visits: ColumnTracing {
  func sources(of column: String, _ schema: (Reference) -> Schema?) -> [ColumnPlace]? {
    [Self.weekName, Self.visitName].contains(column) ? [ColumnPlace(step: data.name, column: day.text)] : nil
  }
}

extension Reshape: ColumnTracing {
  func sources(of column: String, _ schema: (Reference) -> Schema?) -> [ColumnPlace]? {
    if isLong {
      guard column == name.text || column == valueName else { return nil }
      return values.map { ColumnPlace(step: data.name, column: $0.column.text) }
    }
    let levels = schema(data)?[name.text]?.type.levels ?? []
    let source = values.first { value in levels.contains { Self.column(value.column.text, $0).isExactly(column) } }
    return source.map { [ColumnPlace(step: data.name, column: $0.column.text)] }
  }
}

/// Follows columns to their files.
struct ColumnOrigins {
  let plan: Plan

  /// The loads that a column comes from, with its name in their files.
  func files(of column: String, in step: String) -> [ColumnPlace] {
    guard let planned = plan.step(named: step) else { return [] }
    if let load = planned.step as? Load {
      let declared = load.written.first { $0.name.text.isExactly(column) }?.source.text
      return [ColumnPlace(step: step, column: declared ?? column)]
    }
    var files: [ColumnPlace] = []
    for source in sources(of: column, in: planned) where source.step != step {
      for file in self.files(of: source.column, in: source.step) where !files.contains(file) { files.append(file) }
    }
    return files
  }

  private func sources(of column: String, in planned: PlannedStep) -> [ColumnPlace] {
    (planned.step as? any ColumnTracing)?.sources(of: column) { plan.step(named: $0.name)?.yield.schema }
      ?? planned.producers.filter { plan.step(named: $0)?.yield.schema?[column] != nil }.map {
        ColumnPlace(step: $0, column: column)
      }
  }

  /// What makes the groups of rows that a column was computed over, where it was.
  func groups(of column: String, in step: String) -> [String] {
    guard let planned = plan.step(named: step) else { return [] }
    if let derive = planned.step as? Derive, derive.definitions.contains(where: { $0.name.text.isExactly(column) }),
      !derive.by.isEmpty
    {
      return derive.by.map(\.text)
    }
    // A column made of one that was computed over groups is so as well.
    let sources = sources(of: column, in: planned).filter { $0.step != step }
    return sources.lazy.map { groups(of: $0.column, in: $0.step) }.first { !$0.isEmpty } ?? []
  }
}
