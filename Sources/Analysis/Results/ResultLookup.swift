import Digests
import NotebookSyntax

/// Follows a path through results as `results.json` holds them.
public enum ResultLookup {
  public struct Problem: Error { public let diagnostic: Diagnostic }

  public static func find(_ path: String, in steps: [JSONValue]) -> Result<JSONValue, Problem> {
    let text = SourcedText(path, span: Span(0, path.utf8.count), verbatimStart: 0)
    do throws(Diagnostic) {
      let expression = try ExpressionReader.expression(text) { name, span throws(Diagnostic) in
        throw Diagnostic("path", "a parameter is no result: `$\(name)`", at: span)
      }
      guard let (root, span) = ResultPath.root(expression) else {
        throw Diagnostic("path", "a path begins with a step's name", at: expression.span)
      }
      guard let step = steps.first(where: { $0["name"]?.string == root }), let result = step["result"] else {
        let names = steps.compactMap { $0["name"]?.string }
        throw Diagnostic(
          "unknown-step", "this run has no step `\(root)`", at: span, help: Suggestion.help(for: root, among: names))
      }
      return .success(try value(expression, root: result))
    } catch {
      return .failure(Problem(diagnostic: error))
    }
  }

  private static func value(_ path: Expression, root: JSONValue) throws(Diagnostic) -> JSONValue {
    switch path.node {
    case .member(let inner, let name, let span):
      let value = try value(inner, root: root)
      if let member = value[name] { return member }
      throw Diagnostic(
        "path", "`\(inner)` has no `\(name)`", at: span,
        help: Suggestion.help(for: name, among: value.object?.map(\.key) ?? []))
    case .index(let inner, let indices):
      let value = try value(inner, root: root)
      guard let keys = value["key"]?.array?.compactMap(\.string), let rows = value["rows"]?.array else {
        throw Diagnostic("path", "`\(inner)` has no rows to name", at: path.span)
      }
      let wanted = indices.map { index -> String in
        if case .text(let text) = index.node { return text }
        return index.description
      }
      guard wanted.count == keys.count,
        let row = rows.first(where: { row in zip(keys, wanted).allSatisfy { row[$0]?.string == $1 } })
      else {
        let names = rows.prefix(40).map { row in keys.compactMap { row[$0]?.string }.joined(separator: ", ") }
        throw Diagnostic(
          "path", "`\(inner)` has no row `\(wanted.joined(separator: ", "))`", at: path.span,
          help: Suggestion.help(for: wanted.joined(separator: ", "), among: names))
      }
      // A row that only holds a value stands for it.
      let rest = (row.object ?? []).filter { !keys.contains($0.key) }
      if rest.count == 1, rest[0].key == "value" { return rest[0].value }
      return .object(rest)
    default: return root
    }
  }
}
