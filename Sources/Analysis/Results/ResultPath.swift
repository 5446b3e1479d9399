import NotebookSyntax

/// Follows a path such as `growth.terms["week"].estimate`, first through shapes, then through results.
public enum ResultPath {
  /// The step a path begins with.
  public static func root(_ path: Expression) -> (name: String, span: Span)? {
    switch path.node {
    case .name(let name): return (name, path.span)
    case .member(let inner, _, _), .index(let inner, _): return root(inner)
    default: return nil
    }
  }

  /// Whether a path names a value of `each` right behind the step, as in `growth["alt"].sigma`.
  static func namesValue(_ path: Expression) -> Bool {
    switch path.node {
    case .member(let inner, _, _): return namesValue(inner)
    case .index(let inner, _):
      if case .name = inner.node { return true }
      return namesValue(inner)
    default: return false
    }
  }

  /// What stands at the end of `path`; a diagnostic where nothing can.
  public static func shape(_ path: Expression, root: Shape) -> Result<Shape, Diagnostic> {
    switch path.node {
    case .member(let inner, let name, let span):
      return shape(inner, root: root).flatMap { shape in
        guard case .record(let fields) = shape else {
          return .failure(
            Diagnostic(
              "path", "`\(inner)` is \(shape.name) and has no `\(name)`", at: span, help: entrance(into: shape)))
        }
        if let field = fields.first(where: { $0.name == name }) { return .success(field.shape) }
        return .failure(
          Diagnostic(
            "path", "`\(inner)` has no `\(name)`", at: span, help: Suggestion.help(for: name, among: fields.map(\.name))
          ))
      }
    case .index(let inner, let indices):
      return shape(inner, root: root).flatMap { shape in index(inner, indices, shape, path.span) }
    default: return .success(root)
    }
  }

  private static func entrance(into shape: Shape) -> String? {
    guard case .keyed(let keys, _) = shape else { return nil }
    return "name a row first: `[\(keys.map { "\"\($0.values?.first ?? $0.name)\"" }.joined(separator: ", "))]`"
  }

  private static func index(
    _ inner: Expression, _ indices: [Expression], _ shape: Shape, _ span: Span
  ) -> Result<Shape, Diagnostic> {
    guard case .keyed(let keys, let element) = shape else {
      return .failure(Diagnostic("path", "`\(inner)` is \(shape.name) and has no rows to name", at: span))
    }
    guard indices.count == keys.count else {
      let expected = keys.map(\.name).joined(separator: ", ")
      return .failure(
        Diagnostic(
          "path", "a row of `\(inner)` is named by \(keys.count) (\(expected)), and \(indices.count) stand here",
          at: span))
    }
    for (key, index) in zip(keys, indices) {
      guard case .text(let text) = index.node else {
        return .failure(
          Diagnostic("path", "a row is named by text between quotes", at: index.span, help: "write `[\"\(index)\"]`"))
      }
      if let values = key.values, !values.containsExactly(text) {
        return .failure(
          Diagnostic(
            "path", "`\(inner)` has no row `\(text)`", at: index.span, help: Suggestion.help(for: text, among: values)))
      }
    }
    return .success(element)
  }

  /// What stands at the end of `path` in a result. The path has been checked, so what can still fail is a row
  /// that the data did not bring about.
  public static func value(_ path: Expression, root: ResultValue) throws(Diagnostic) -> ResultValue {
    switch path.node {
    case .member(let inner, let name, let span):
      let value = try value(inner, root: root)
      if let field = value[name] { return field }
      if case .absent = value { return value }
      throw Diagnostic("path", "`\(inner)` has no `\(name)`", at: span)
    case .index(let inner, let indices):
      let value = try value(inner, root: root)
      guard case .keyed(_, let entries) = value else {
        throw Diagnostic("path", "`\(inner)` has no rows to name", at: path.span)
      }
      let keys = indices.map { index -> String in
        if case .text(let text) = index.node { return text }
        return index.description
      }
      if let entry = entries.first(where: { same($0.keys, keys) }) { return entry.value }
      let present = entries.prefix(12).map { $0.keys.joined(separator: ", ") }.joined(separator: "; ")
      throw Diagnostic(
        "path", "the run brought about no row `\(keys.joined(separator: ", "))` in `\(inner)`", at: path.span,
        help: "there are: \(present)")
    default: return root
    }
  }

  private static func same(_ a: [String], _ b: [String]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { $0.isExactly($1) }
  }
}
