import NotebookSyntax

/// The values in prose, written out.
public enum ProseValues {
  /// The texts of each block of prose, in order.
  ///
  /// - Throws: where a row that a path names is not among the results. All other mistakes `check` has found.
  public static func texts(
    _ notebook: Notebook, parameters: [(name: String, text: String)], results: (String) -> ResultValue?
  ) throws(Diagnostics) -> [[String]] {
    var problems: [Diagnostic] = []
    var texts: [[String]] = []
    for prose in notebook.prose {
      var own: [String] = []
      for value in prose.values {
        do throws(Diagnostic) {
          own.append(try text(value, notebook.frontMatter.level, parameters, results))
        } catch {
          problems.append(error)
        }
      }
      texts.append(own)
    }
    guard problems.isEmpty else { throw Diagnostics(problems) }
    return texts
  }

  private static func text(
    _ value: ValueReference, _ level: Double, _ parameters: [(name: String, text: String)],
    _ results: (String) -> ResultValue?
  ) throws(Diagnostic) -> String {
    if case .name(let name) = value.path.node, name.hasPrefix("$") {
      return parameters.first { $0.name == name.dropFirst() }?.text ?? ""
    }
    guard let (name, _) = ResultPath.root(value.path), let root = results(name) else { return "" }
    return ValueText.text(try ResultPath.value(value.path, root: root), format: value.format, level: level)
  }
}
