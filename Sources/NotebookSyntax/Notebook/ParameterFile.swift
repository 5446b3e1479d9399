/// A YAML file of parameter values: `name: value`, one a line.
public enum ParameterFile {
  public static func read(_ source: SourceFile) throws(Diagnostics) -> [(name: String, value: String)] {
    guard String(validating: source.bytes, as: UTF8.self) != nil, !source.bytes.contains(0) else {
      throw Diagnostics([Diagnostic("parameter", "the file is no UTF-8 text", at: nil)])
    }
    let (node, diagnostics) = YAMLReader.read(source, body: Span(0, source.bytes.count))
    if !diagnostics.isEmpty { throw Diagnostics(diagnostics) }
    guard let node, case .mapping(let entries) = node.content else {
      throw Diagnostics([Diagnostic("parameter", "the file holds no `name: value` lines", at: nil)])
    }
    var values: [(name: String, value: String)] = []
    for entry in entries {
      guard let text = entry.value.scalar else {
        throw Diagnostics([
          Diagnostic("parameter", "`\(entry.key.text)` is a value, not \(entry.value.form)", at: entry.value.span)
        ])
      }
      values.append((entry.key.text, text.text))
    }
    return values
  }
}
