import NotebookSyntax

/// The parameters of a run: declared in the front matter, overridden from outside, and which of them were used.
public final class ParameterScope {
  public struct Value: Sendable {
    public let name: String
    public let type: ParameterType
    public let value: ParameterValue
    public let span: Span
  }

  public let values: [Value]
  private var used: Set<String> = []

  /// - Parameter overrides: names and values from outside the notebook.
  public init(_ notebook: Notebook, overrides: [(name: String, value: String)], diagnostics: inout [Diagnostic]) {
    let declared = notebook.frontMatter.parameters
    for override in overrides where !declared.contains(where: { $0.name.text == override.name }) {
      diagnostics.append(
        Diagnostic(
          "unknown-parameter", "the notebook has no parameter `\(override.name)`", at: nil,
          help: Suggestion.help(for: override.name, among: declared.map(\.name.text))))
    }
    var values: [Value] = []
    for declaration in declared {
      var value = declaration.value
      if let override = overrides.last(where: { $0.name == declaration.name.text }) {
        switch ParameterValue.read(override.value, as: declaration.type) {
        case .success(let read): value = read
        case .failure(let reason):
          diagnostics.append(
            Diagnostic(
              "parameter",
              "the value given for `\(override.name)` does not fit its type \(declaration.type.name): \(reason.text)",
              at: declaration.name.span))
        }
      }
      values.append(
        Value(name: declaration.name.text, type: declaration.type, value: value, span: declaration.name.span))
    }
    self.values = values
  }

  /// Of a text that has no parameters.
  init() { values = [] }

  public func resolve(_ name: String, at span: Span) throws(Diagnostic) -> ParameterValue {
    guard let value = values.first(where: { $0.name == name }) else {
      throw Diagnostic(
        "unknown-parameter", "the notebook has no parameter `\(name)`", at: span,
        help: Suggestion.help(for: name, among: values.map(\.name)) ?? "declare it under `params` in the front matter")
    }
    used.insert(name)
    return value.value
  }

  /// A warning for each parameter that nothing uses.
  var unused: [Diagnostic] {
    values.filter { !used.contains($0.name) }.map {
      Diagnostic("unused-parameter", "parameter `\($0.name)` is not used", at: $0.span, severity: .warning)
    }
  }
}
