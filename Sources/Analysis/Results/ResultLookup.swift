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
      let rowNames = rows.map { row in row["names"]?.array?.compactMap(\.string) ?? [] }
      let index = rowNames.firstIndex { names in
        names.count == wanted.count && zip(names, wanted).allSatisfy { $0.isExactly($1) }
      }
      guard wanted.count == keys.count, let index, let found = rows[index]["value"] else {
        let text = wanted.joined(separator: ", ")
        let names = rowNames.prefix(40).map { $0.joined(separator: ", ") }
        throw Diagnostic(
          "path", "`\(inner)` has no row `\(text)`", at: path.span, help: Suggestion.help(for: text, among: names))
      }
      return found
    default: return root
    }
  }
}
