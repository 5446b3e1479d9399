internal import CYAML

/// Reads one YAML document out of a notebook, as the notebook language restricts it: no anchors, aliases,
/// tags or merge keys, no key twice, and nothing where YAML would silently drop or split what was written.
public struct YAMLReader {
  private static let deepest = 12
  private static var mostNodes: Int { Limit.yamlValues.value }

  private let source: SourceFile
  private let body: Span
  private let firstLine: Int
  private var nodes = 0
  /// Where the last event began: marks count characters of a line, and lines may be long.
  private var last = (line: 0, column: 0, offset: 0)
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameter body: the document's bytes, beginning at the start of a line.
  public static func read(_ source: SourceFile, body: Span) -> (node: YAMLNode?, diagnostics: [Diagnostic]) {
    var reader = YAMLReader(source: source, body: body)
    let node = reader.document()
    return (node, reader.diagnostics)
  }

  private init(source: SourceFile, body: Span) {
    self.source = source
    self.body = body
    firstLine = source.location(of: body.start).line - 1
  }

  private mutating func document() -> YAMLNode? {
    var parser = yaml_parser_t()
    guard yaml_parser_initialize(&parser) == 1 else { return nil }
    defer { yaml_parser_delete(&parser) }
    return source.bytes[body.start..<body.end].withUnsafeBufferPointer { bytes in
      yaml_parser_set_input_string(&parser, bytes.baseAddress, bytes.count)
      yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING)
      do throws(Diagnostic) {
        var root: YAMLNode?
        while true {
          let event = try next(&parser)
          switch event.kind {
          case YAML_STREAM_START_EVENT, YAML_DOCUMENT_END_EVENT: continue
          case YAML_STREAM_END_EVENT: return root
          case YAML_DOCUMENT_START_EVENT:
            if root != nil {
              throw Diagnostic(
                "yaml", "a second YAML document begins here", at: event.span, help: "remove the `---` line")
            }
          default: root = try node(from: event, &parser, depth: 0)
          }
        }
      } catch {
        diagnostics.append(error)
        return nil
      }
    }
  }

  /// One event, copied out of libyaml so that nothing of it outlives the call.
  private struct Event {
    var kind: yaml_event_type_t
    var span: Span
    var text = ""
    var style: yaml_scalar_style_t = YAML_ANY_SCALAR_STYLE
  }

  private mutating func span(_ start: yaml_mark_t, _ end: yaml_mark_t) -> Span {
    let first = offset(start)
    last = (start.line, start.column, first)
    return Span(first, min(offset(end), body.end))
  }

  private func offset(_ mark: yaml_mark_t) -> Int {
    if mark.line == last.line, mark.column >= last.column, last.offset > 0 {
      return source.offset(from: last.offset, scalars: mark.column - last.column)
    }
    return source.offset(line: firstLine + mark.line, scalarColumn: mark.column)
  }

  private mutating func next(_ parser: inout yaml_parser_t) throws(Diagnostic) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(&parser, &event) == 1 else { throw failure(parser) }
    defer { yaml_event_delete(&event) }
    var copy = Event(kind: event.type, span: span(event.start_mark, event.end_mark))
    var hasAnchor = false
    var hasTag = false
    switch event.type {
    case YAML_ALIAS_EVENT: hasAnchor = true
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      copy.text = String(
        decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
      copy.style = scalar.style
      hasAnchor = scalar.anchor != nil
      hasTag = scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      hasAnchor = event.data.sequence_start.anchor != nil
      hasTag = event.data.sequence_start.tag != nil
    case YAML_MAPPING_START_EVENT:
      hasAnchor = event.data.mapping_start.anchor != nil
      hasTag = event.data.mapping_start.tag != nil
    default: break
    }
    if hasAnchor {
      throw Diagnostic(
        "yaml", "anchors (`&`) and aliases (`*`) are not part of the notebook language", at: copy.span,
        help: "write the value out, or quote it if it is text")
    }
    if hasTag {
      throw Diagnostic(
        "yaml", "tags (`!`) are not part of the notebook language", at: copy.span, help: "quote the value if it is text"
      )
    }
    return copy
  }

  private mutating func node(
    from event: Event, _ parser: inout yaml_parser_t, depth: Int
  ) throws(Diagnostic) -> YAMLNode {
    nodes += 1
    guard depth <= Self.deepest, nodes <= Self.mostNodes else {
      throw Diagnostic(
        "yaml", "this cell is nested more than \(Self.deepest) deep or holds more than \(Self.mostNodes) values",
        at: event.span, help: depth <= Self.deepest ? Limit.yamlValues.help("divide it") : nil)
    }
    switch event.kind {
    case YAML_SCALAR_EVENT: return try scalar(event)
    case YAML_SEQUENCE_START_EVENT:
      var elements: [YAMLNode] = []
      while true {
        let next = try next(&parser)
        if next.kind == YAML_SEQUENCE_END_EVENT {
          return YAMLNode(content: .sequence(elements), span: event.span.union(elements.last?.span ?? next.span))
        }
        elements.append(try node(from: next, &parser, depth: depth + 1))
      }
    case YAML_MAPPING_START_EVENT: return try mapping(event, &parser, depth: depth)
    default: throw Diagnostic("yaml", "a value was expected here", at: event.span)
    }
  }

  private mutating func mapping(
    _ start: Event, _ parser: inout yaml_parser_t, depth: Int
  ) throws(Diagnostic) -> YAMLNode {
    // In `{…}` the start event spans the brace; in block style it is empty.
    let isFlow = start.span.end > start.span.start
    var entries: [YAMLEntry] = []
    var places: [[UInt8]: Int] = [:]
    while true {
      let keyEvent = try next(&parser)
      if keyEvent.kind == YAML_MAPPING_END_EVENT {
        let end = isFlow ? keyEvent.span : (entries.last?.value.span ?? start.span)
        return YAMLNode(content: .mapping(entries), span: start.span.union(end))
      }
      guard let key = try node(from: keyEvent, &parser, depth: depth + 1).scalar else {
        throw Diagnostic("yaml", "a key is a single word or quoted text", at: keyEvent.span)
      }
      let value = try node(from: try next(&parser), &parser, depth: depth + 1)
      if key.text == "<<" {
        throw Diagnostic("yaml", "merge keys (`<<`) are not part of the notebook language", at: key.span)
      }
      if isFlow && value.isEmpty {
        throw Diagnostic(
          "yaml-comma", "inside `{…}` a comma ends a value, so this part has none of its own", at: key.span,
          help: quotedLine(at: key.span))
      }
      if let first = places[Array(key.text.utf8)].map({ entries[$0] }) {
        diagnostics.append(
          Diagnostic(
            "repeated-key", "key `\(key.text)` stands twice", at: key.span, help: "keep one of the two",
            notes: [.init("first written", at: first.key.span)]))
        continue
      }
      places[Array(key.text.utf8)] = entries.count
      entries.append(YAMLEntry(key: key, value: value))
    }
  }

  private func scalar(_ event: Event) throws(Diagnostic) -> YAMLNode {
    let raw = Array(source.bytes[event.span.start..<event.span.end])
    let written = Array(event.text.utf8)
    let isPlain = event.style == YAML_PLAIN_SCALAR_STYLE
    var verbatim: Int?
    if raw == written {
      verbatim = event.span.start
    } else if raw.count == written.count + 2, Array(raw.dropFirst().dropLast()) == written {
      verbatim = event.span.start + 1
    }
    if isPlain, !event.text.isEmpty { try refuseComment(after: event.span) }
    return YAMLNode(
      content: .scalar(SourcedText(event.text, span: event.span, verbatimStart: verbatim), isPlain: isPlain),
      span: event.span)
  }

  /// ` #` after unquoted text would silently drop the rest of the line.
  private func refuseComment(after span: Span) throws(Diagnostic) {
    var offset = span.end
    while offset < body.end, source.bytes[offset] == 0x20 || source.bytes[offset] == 0x09 { offset += 1 }
    guard offset < body.end, offset > span.end, source.bytes[offset] == UInt8(ascii: "#") else { return }
    let end = source.line(source.location(of: offset).line).end
    throw Diagnostic(
      "yaml-comment", "YAML would drop the rest of this line as a comment", at: Span(offset, end),
      help: "put the text in quotes, or the comment on a line of its own: " + quoted(source.text(Span(span.start, end)))
    )
  }

  private func quoted(_ text: String) -> String {
    NumberText.quoted(text)
  }

  /// The line of `span` with what follows its first `: ` quoted.
  private func quotedLine(at span: Span) -> String {
    let line = source.text(source.line(source.location(of: span.start).line))
    let bytes = Array(line.utf8)
    guard let colon = bytes.indices.dropLast().first(where: { bytes[$0] == UInt8(ascii: ":") && bytes[$0 + 1] == 0x20 })
    else { return "put the text in quotes" }
    let key = String(decoding: bytes[...colon], as: UTF8.self)
    let rest = String(decoding: bytes[(colon + 2)...], as: UTF8.self)
    if rest.hasPrefix("{") { return "put text that holds a comma in quotes" }
    return "write it quoted: \(key) \(quoted(rest))"
  }

  /// The line above, where the colon at `offset` ends the first word of its own line: then it is the line above that
  /// went wrong, and YAML only notices here.
  private func lineWithoutKey(above offset: Int) -> Span? {
    let number = source.location(of: offset).line
    let before = source.text(Span(source.line(number).start, offset)).drop { $0 == " " }
    guard number - 1 > firstLine, before.utf8.allSatisfy({ Lexer.isNameStart($0) || Lexer.isDigit($0) }) else {
      return nil
    }
    return source.line(number - 1)
  }

  private func failure(_ parser: yaml_parser_t) -> Diagnostic {
    let problem = parser.problem.map { String(cString: $0) } ?? ""
    let line = firstLine + parser.problem_mark.line
    var start = min(source.offset(line: line, scalarColumn: parser.problem_mark.column), max(body.start, body.end - 1))
    let here = Span(start, start + 1)
    switch problem {
    case "mapping values are not allowed in this context":
      if let above = lineWithoutKey(above: start) {
        return Diagnostic(
          "yaml", "this line is no `key: value`", at: above,
          help: "a blank follows the colon, and keys of one level begin in one column")
      }
      return Diagnostic(
        "yaml-colon", "`: ` inside unquoted text would begin a new key", at: here, help: quotedLine(at: here))
    case "did not find expected key", "did not find expected '-' indicator":
      return Diagnostic(
        "yaml", "this line does not continue what stands above it", at: here,
        help: "check its indentation, and quote text that begins with a quote, a bracket or a brace")
    case "found character that cannot start any token":
      if source.bytes[start] == UInt8(ascii: "\t") {
        return Diagnostic("yaml", "a tab is used as indentation", at: here, help: "indent with spaces")
      }
      return Diagnostic("yaml", "unquoted text cannot begin with this character", at: here, help: quotedLine(at: here))
    case let text where text.contains("did not find expected ',' or"):
      return Diagnostic(
        "yaml", "a bracket or brace that opened before is not closed here, or text inside it has brackets of its own",
        at: here,
        help: "close it; inside `{…}` and `[…]` quote text that holds brackets, or give each key a line of its own")
    case let text where text.contains("unexpected end of stream"):
      start = max(body.start, body.end - 1)
      return Diagnostic("yaml", "a quote is not closed", at: Span(start, start + 1), help: "add the closing quote")
    default:
      return Diagnostic("yaml", "this is not well-formed YAML: \(problem)", at: here)
    }
  }
}
