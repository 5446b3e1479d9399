import NotebookSyntax

/// Estimates of a result, wherever they stand in it: `rows`, `terms`, a single record, and all of them under the keys of
/// a step that is repeated.
struct EstimateRows {
  struct Row {
    let keys: [String]
    let record: ResultValue
  }

  let rows: [Row]

  /// The names of the keys of the estimates of such a result; nil where it has none.
  static func keys(of shape: Shape) -> [Shape.Key]? {
    switch shape {
    case .keyed(let keys, let inner): return Self.keys(of: inner).map { keys + $0 }
    case .record(let fields):
      for name in ["rows", "terms"] {
        if let field = fields.first(where: { $0.name == name }), let keys = keys(of: field.shape) { return keys }
      }
      return fields.contains { $0.name == "estimate" } ? [] : nil
    default: return nil
    }
  }

  init(of result: ResultValue) {
    var rows: [Row] = []
    Self.collect(result, [], &rows)
    self.rows = rows
  }

  private static func collect(_ value: ResultValue, _ outer: [String], _ rows: inout [Row]) {
    switch value {
    case .keyed(_, let entries):
      for entry in entries { collect(entry.value, outer + entry.keys, &rows) }
    case .record:
      for name in ["rows", "terms"] {
        let before = rows.count
        if let inner = value[name] { collect(inner, outer, &rows) }
        if rows.count > before { return }
      }
      if value["estimate"] != nil { rows.append(Row(keys: outer, record: value)) }
    default: break
    }
  }
}

extension ResultValue {
  /// A number that can be drawn.
  var finite: Double? { double.flatMap { $0.isFinite ? $0 : nil } }
}
