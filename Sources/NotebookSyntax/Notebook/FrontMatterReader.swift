/// Decodes the front matter; every mistake in it becomes a diagnostic.
struct FrontMatterReader {
  private var result = FrontMatter()
  private var diagnostics: [Diagnostic] = []

  static func read(_ node: YAMLNode?, fence: Span) -> (FrontMatter, [Diagnostic]) {
    var reader = FrontMatterReader()
    guard let node, case .mapping(let entries) = node.content else {
      reader.diagnostics.append(
        Diagnostic(
          "front-matter", "the notebook does not begin with its title", at: fence,
          help: "begin with three lines: `---`, `title: …`, `---`"))
      return (reader.result, reader.diagnostics)
    }
    for entry in entries { reader.read(entry) }
    if !entries.contains(where: { $0.key.text == "title" }) {
      reader.diagnostics.append(Diagnostic("front-matter", "`title` is missing", at: fence, help: "add `title: …`"))
    }
    if !entries.contains(where: { $0.key.text == "alpha" }) {
      // 1 − 0.95 is not 0.05 in binary: round to where decimal levels live.
      reader.result.alpha = ((1 - reader.result.level) * 1e9).rounded() / 1e9
    }
    return (reader.result, reader.diagnostics)
  }

  private mutating func read(_ entry: YAMLEntry) {
    let key = entry.key.text
    switch key {
    case "title": result.title = text(entry) ?? ""
    case "date": result.date = text(entry)
    case "description": result.description = text(entry)
    case "license": result.license = text(entry)
    case "lang":
      guard let written = text(entry) else { return }
      if written.utf8.allSatisfy({ Lexer.isNameStart($0) || Lexer.isDigit($0) || $0 == UInt8(ascii: "-") }) {
        result.language = written
      } else {
        report("`lang` is a language tag such as `en`", entry)
      }
    case "authors": authors(entry)
    case "params": parameters(entry)
    case "seed":
      guard let seed = text(entry).flatMap({ Int($0) }), (0..<(1 << 53)).contains(seed) else {
        return report("`seed` is a whole number, zero or more", entry)
      }
      result.seed = seed
    case "bibliography":
      guard text(entry) != nil else { return }
      result.bibliography = entry.value.scalar
    case "citation_style":
      guard let written = text(entry) else { return }
      guard let style = CitationStyle(rawValue: written) else {
        let names = CitationStyle.allCases.map(\.rawValue)
        return report(
          "`citation_style` is none of those that are known", entry, help: Suggestion.help(for: written, among: names))
      }
      result.citationStyle = style
    case "level": probability(entry).map { result.level = $0 }
    case "alpha": probability(entry).map { result.alpha = $0 }
    default:
      diagnostics.append(
        Diagnostic(
          "unknown-key", "front matter has no key `\(key)`", at: entry.key.span,
          help: Suggestion.help(for: key, among: FrontMatter.keys)))
    }
  }

  private mutating func report(_ message: String, _ entry: YAMLEntry, help: String? = nil) {
    diagnostics.append(Diagnostic("front-matter", message, at: entry.value.span, help: help))
  }

  private mutating func text(_ entry: YAMLEntry) -> String? {
    guard let scalar = entry.value.scalar, !entry.value.isEmpty else {
      report("`\(entry.key.text)` is text, not \(entry.value.form)", entry)
      return nil
    }
    return scalar.text
  }

  private mutating func probability(_ entry: YAMLEntry) -> Double? {
    guard let value = entry.value.scalar.flatMap({ ParameterValue.plainNumber($0.text) }), value > 0, value < 1 else {
      report("`\(entry.key.text)` is a number between 0 and 1", entry)
      return nil
    }
    return value
  }

  private mutating func authors(_ entry: YAMLEntry) {
    guard case .sequence(let nodes) = entry.value.content else {
      return report("`authors` is a list", entry, help: "write `authors: [{name: Ada Example}]`")
    }
    for node in nodes {
      if let name = node.scalar {
        result.authors.append(.init(name: name.text, orcid: nil))
        continue
      }
      guard case .mapping(let entries) = node.content,
        let name = entries.first(where: { $0.key.text == "name" })?.value.scalar
      else {
        report("an author has a `name`", entry)
        continue
      }
      for entry in entries where !["name", "orcid"].contains(entry.key.text) {
        diagnostics.append(
          Diagnostic(
            "unknown-key", "an author has no key `\(entry.key.text)`", at: entry.key.span,
            help: "known are `name`, `orcid`"))
      }
      let orcid = entries.first { $0.key.text == "orcid" }?.value.scalar?.text
      result.authors.append(.init(name: name.text, orcid: orcid))
    }
  }

  private mutating func parameters(_ entry: YAMLEntry) {
    guard case .mapping(let entries) = entry.value.content else {
      return report(
        "`params` names each parameter with its type and default", entry,
        help: "write `last_week: {type: number wk, default: 24}`")
    }
    for parameter in entries {
      guard ParameterValue.isName(parameter.key.text) else {
        diagnostics.append(
          Diagnostic("front-matter", "`\(parameter.key.text)` cannot be a parameter's name", at: parameter.key.span))
        continue
      }
      guard case .mapping(let fields) = parameter.value.content else {
        report("a parameter has a `type` and a `default`", parameter, help: "write `{type: number wk, default: 24}`")
        continue
      }
      var type: ParameterType?
      var defaultNode: YAMLNode?
      var documentation: String?
      for field in fields {
        switch field.key.text {
        case "type": type = parameterType(field)
        case "default": defaultNode = field.value
        case "doc": documentation = text(field)
        default:
          diagnostics.append(
            Diagnostic(
              "unknown-key", "a parameter has no key `\(field.key.text)`", at: field.key.span,
              help: Suggestion.help(for: field.key.text, among: ["type", "default", "doc"])))
        }
      }
      guard let type else {
        if !fields.contains(where: { $0.key.text == "type" }) {
          report("`type` is missing", parameter, help: "one of \(ParameterType.forms)")
        }
        continue
      }
      guard let scalar = defaultNode?.scalar else {
        report("`default` is missing", parameter)
        continue
      }
      switch ParameterValue.read(scalar.text, as: type) {
      case .success(let value):
        result.parameters.append(
          ParameterDeclaration(name: parameter.key, type: type, value: value, documentation: documentation))
      case .failure(let reason):
        diagnostics.append(
          Diagnostic(
            "parameter", "the default of `\(parameter.key.text)` does not fit its type \(type.name): \(reason.text)",
            at: scalar.span))
      }
    }
  }

  private mutating func parameterType(_ field: YAMLEntry) -> ParameterType? {
    guard let type = ParameterType(field.value) else {
      report("this is no parameter type", field, help: "one of \(ParameterType.forms)")
      return nil
    }
    return type
  }
}
