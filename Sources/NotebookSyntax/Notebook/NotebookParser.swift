/// Stage one: text → notebook. Never throws; what is wrong becomes diagnostics.
public struct NotebookParser {

  fileprivate let source: SourceFile
  fileprivate var diagnostics: [Diagnostic] = []
  private var blocks: [Notebook.Block] = []
  private var kinds: [String: Int] = [:]

  /// - Returns: the notebook as far as it can be read, and everything that is wrong with its form.
  public static func parse(_ source: SourceFile) -> (notebook: Notebook, diagnostics: [Diagnostic]) {
    var parser = NotebookParser(source: source)
    let frontMatter = parser.parse()
    return (Notebook(source: source, frontMatter: frontMatter, blocks: parser.blocks), parser.diagnostics)
  }

  private init(source: SourceFile) { self.source = source }

  private mutating func report(_ code: String, _ message: String, _ span: Span, help: String? = nil) {
    diagnostics.append(Diagnostic(code, message, at: span, help: help))
  }

  private mutating func parse() -> FrontMatter {
    guard source.bytes.count <= Limit.notebookBytes.value else {
      report(
        "limit", "the notebook is larger than \(Limit.notebookBytes.value) bytes", Span(0, 0),
        help: Limit.notebookBytes.help("divide it, move what is data into a file"))
      return FrontMatter()
    }
    if let offset = source.bytes.firstIndex(of: 0) {
      report("notebook", "the notebook holds a NUL byte", Span(offset, offset + 1), help: "save it as plain UTF-8 text")
      return FrontMatter()
    }
    guard String(validating: source.bytes, as: UTF8.self) != nil else {
      let offset = InvalidUTF8.firstOffset(in: source.bytes)
      report("notebook", "the notebook is not valid UTF-8", Span(offset, offset + 1), help: "save it as UTF-8")
      return FrontMatter()
    }
    let bytes = source.bytes
    if let offset = bytes.indices.first(where: { bytes[$0] == 13 && ($0 + 1 == bytes.count || bytes[$0 + 1] != 10) }) {
      report("notebook", "a carriage return stands alone", Span(offset, offset + 1), help: "end lines with LF or CRLF")
      return FrontMatter()
    }
    if let offset = LineSeparators.firstOffset(in: bytes) {
      report(
        "notebook", "a line separator of Unicode stands here, which editors do not show", Span(offset, offset + 2),
        help: "end lines with LF or CRLF")
      return FrontMatter()
    }
    let (frontMatter, bodyStart) = readFrontMatter()
    // Line numbers stay right where the front matter is blanked.
    let blanked = bytes[..<bodyStart].map { $0 == UInt8(ascii: "\n") ? $0 : 0x20 }
    if let problem = MarkdownLimits.check(bytes, from: bodyStart) {
      diagnostics.append(problem)
      return frontMatter
    }
    let protected = ProtectedMarkdown(bytes, from: bodyStart)
    let (topLevel, nested, tooDeep) = MarkdownReader.read(protected, behind: Array(blanked))
    for line in tooDeep {
      report("limit", "this stands inside more lists, quotations or emphasis than a report shows", source.line(line))
    }
    for line in nested {
      report(
        "cell", "a cell stands inside a list or a quotation", source.line(line),
        help: "move it to the left margin, between paragraphs")
    }
    var count = 0
    for block in topLevel {
      let span = Span(source.line(block.lines.lowerBound).start, source.line(block.lines.upperBound).end)
      switch block.content {
      case .fenced:
        count += 1
        guard count <= Limit.cells.value else {
          report(
            "limit", "the notebook has more than \(Limit.cells.value) cells", span, help: Limit.cells.help("divide it"))
          return frontMatter
        }
        cell(block.lines, span)
      case .prose(let prose, let raw, var marks):
        locate(&marks, in: span)
        let formulas = marks.formulas.map { mathematics(protected.formulas[$0]) }
        blocks.append(
          .prose(
            Prose(
              block: prose, span: span, values: values(raw, in: span), citations: marks.citations,
              references: marks.references, formulas: formulas)))
      }
    }
    return frontMatter
  }

  private func isFence(_ line: Span) -> Bool {
    let text = source.text(line).trimmingBlanks
    return text == "---" || (line.start == 0 && text == "\u{FEFF}---")
  }

  /// The front matter and the offset of the first byte behind it.
  private mutating func readFrontMatter() -> (FrontMatter, Int) {
    let first = source.line(1)
    // Some editors put a byte-order mark before the text, or blanks behind the dashes.
    guard isFence(first) else {
      let (matter, problems) = FrontMatterReader.read(nil, fence: first)
      diagnostics += problems
      return (matter, 0)
    }
    var line = 2
    while line <= source.lineCount, !isFence(source.line(line)) { line += 1 }
    guard line <= source.lineCount else {
      report("front-matter", "the front matter is not closed", first, help: "end it with a line `---`")
      return (FrontMatter(), source.bytes.count)
    }
    let closing = source.line(line)
    let (node, problems) = YAMLReader.read(source, body: Span(source.line(2).start, closing.start))
    diagnostics += problems
    if node == nil && !problems.isEmpty { return (FrontMatter(), closing.end) }
    let (matter, mistakes) = FrontMatterReader.read(node, fence: first)
    diagnostics += mistakes
    return (matter, closing.end)
  }

  private mutating func cell(_ lines: ClosedRange<Int>, _ span: Span) {
    let opening = source.line(lines.lowerBound)
    let text = SourcedText(source.text(opening), span: opening, verbatimStart: opening.start)
    let bytes = Array(text.text.utf8)
    let fence = bytes.firstIndex { $0 != 0x20 }.map { bytes[$0] } ?? UInt8(ascii: "`")
    let closing = source.text(source.line(lines.upperBound)).trimmingBlanks
    guard lines.count > 1, closing.utf8.count >= 3, closing.utf8.allSatisfy({ $0 == fence }) else {
      return report("cell", "this cell is not closed", opening, help: "end it with a line of three backticks")
    }
    guard let open = bytes.firstIndex(of: UInt8(ascii: "{")), let close = bytes.firstIndex(of: UInt8(ascii: "}")),
      close > open
    else { return report("cell", "a cell begins with ```{kind} name", opening) }
    let kind = text.part(open + 1..<close).trimmed
    let written = text.part(close + 1..<bytes.count).trimmed
    kinds[kind.text, default: 0] += 1
    var name = written
    if written.text.isEmpty {
      let made = kind.text + (kinds[kind.text] == 1 ? "" : "_\(kinds[kind.text] ?? 1)")
      name = SourcedText(made, span: kind.span, verbatimStart: nil)
    } else if !ParameterValue.isName(written.text) {
      report(
        "cell", "`\(written.text)` cannot be a step's name", written.span,
        help: "a name is one word of letters, digits and `_`, and does not begin with a digit")
      return
    }
    let bodyStart = source.line(lines.lowerBound + 1).start
    let body = Span(bodyStart, max(bodyStart, source.line(lines.upperBound).start))
    let (node, problems) = YAMLReader.read(source, body: body)
    diagnostics += problems
    if problems.contains(where: { $0.code != "repeated-key" }) {
      // Keep the step's name, so that what refers to it is not called missing as well.
      blocks.append(
        .cell(Cell(kind: kind, name: name, body: .unreadable(body), span: span)))
      return
    }
    let content = node ?? YAMLNode(content: .mapping([]), span: body)
    guard case .mapping = content.content else {
      return report("cell", "a cell's body is lines of `key: value`", content.span)
    }
    blocks.append(.cell(Cell(kind: kind, name: name, body: content, span: span)))
  }

  private mutating func values(_ raw: [MarkdownReader.RawValue], in block: Span) -> [ValueReference] {
    var searchFrom = block.start
    return raw.compactMap { value in
      let place = locate(value, in: block, from: searchFrom)
      searchFrom = place.whole.end
      return reference(value, place.content, place.whole)
    }
  }

  /// cmark's columns are off inside nested blocks, so its word is checked and the block searched where it fails.
  private func locate(
    _ value: MarkdownReader.RawValue, in block: Span, from: Int
  ) -> (content: SourcedText, whole: Span) {
    let marker = Array("{value}`".utf8)
    var offset = from
    while offset + marker.count <= block.end {
      if source.bytes[offset] == marker[0], source.bytes[offset..<offset + marker.count].elementsEqual(marker) {
        var start = offset + marker.count
        while start < block.end, source.bytes[start] == UInt8(ascii: "`") { start += 1 }
        let ticks = start - offset - marker.count + 1
        // Markdown takes one blank off either end of padded code.
        if start < block.end, source.bytes[start] == 0x20, !value.text.hasPrefix(" ") { start += 1 }
        let end = start + value.text.utf8.count
        if end <= block.end, source.text(Span(start, end)) == value.text {
          let content = SourcedText(value.text, span: Span(start, end), verbatimStart: start)
          let isPadded = end < block.end && source.bytes[end] == 0x20
          return (content, Span(offset, min(block.end, end + ticks + (isPadded ? 1 : 0))))
        }
      }
      offset += 1
    }
    return (SourcedText(value.text, span: block, verbatimStart: nil), block)
  }

  private mutating func reference(
    _ value: MarkdownReader.RawValue, _ content: SourcedText, _ whole: Span
  ) -> ValueReference? {
    do throws(Diagnostic) {
      var parser = try ExpressionParser(content) { name, span throws(Diagnostic) in .name("$" + name) }
      let path = try parser.path()
      var format: ValueFormat?
      var formatSpan = content.span
      if parser.isAt(":") {
        let rest = parser.rest
        let text = rest.part(1..<rest.text.utf8.count).trimmed
        formatSpan = text.span
        format = ValueFormat(text.text)
        if format == nil {
          throw Diagnostic(
            "format", "`\(text.text)` is no format of a value", at: text.span, help: "known are \(ValueFormat.forms)")
        }
      } else if parser.token.kind != .end {
        throw Diagnostic("syntax", "unexpected `\(parser.tokenText)` in the path of a value", at: parser.tokenSpan)
      }
      return ValueReference(path: path, format: format, span: whole, formatSpan: formatSpan)
    } catch {
      diagnostics.append(error)
      return nil
    }
  }
}

extension NotebookParser {
  /// Finds the places of what text names, in the order in which it stands there.
  private func locate(_ marks: inout MarkdownReader.Marks, in block: Span) {
    var from = block.start
    func place(_ text: String) -> Span {
      let wanted = Array(text.utf8)
      var offset = from
      while offset + wanted.count <= block.end {
        if source.bytes[offset] == wanted[0], source.bytes[offset..<offset + wanted.count].elementsEqual(wanted) {
          from = offset + wanted.count
          return Span(offset, from)
        }
        offset += 1
      }
      // Written as an entity: the others are not looked for either, which would take a time for each.
      from = block.end
      return block
    }
    for citation in marks.citations.indices {
      for item in marks.citations[citation].items.indices {
        marks.citations[citation].items[item].span = place("@" + marks.citations[citation].items[item].key)
      }
    }
    from = block.start
    for index in marks.references.indices { marks.references[index].span = place(marks.references[index].text) }
  }

  private mutating func mathematics(_ formula: ProtectedMarkdown.Formula) -> Mathematics {
    do throws(MathParser.Mistake) {
      let node = try MathParser.parse(formula.tex)
      return Mathematics(tex: formula.tex, isDisplay: formula.isDisplay, node: node)
    } catch {
      let isVerbatim = formula.tex.utf8.count == formula.span.end - formula.span.start
      let span =
        isVerbatim
        ? Span(formula.span.start + error.range.lowerBound, formula.span.start + error.range.upperBound) : formula.span
      diagnostics.append(Diagnostic("formula", error.text, at: span, help: error.help))
      return Mathematics(tex: formula.tex, isDisplay: formula.isDisplay, node: .row([]))
    }
  }
}

extension YAMLNode {
  /// Stands for a body that could not be read.
  static func unreadable(_ span: Span) -> YAMLNode { YAMLNode(content: .sequence([]), span: span) }

  public var isReadable: Bool {
    if case .mapping = content { return true }
    return false
  }
}

extension String {
  var trimmingBlanks: String {
    let bytes = Array(utf8)
    guard let first = bytes.firstIndex(where: { $0 != 0x20 && $0 != 0x09 }),
      let last = bytes.lastIndex(where: { $0 != 0x20 && $0 != 0x09 })
    else { return "" }
    return String(decoding: bytes[first...last], as: UTF8.self)
  }
}
