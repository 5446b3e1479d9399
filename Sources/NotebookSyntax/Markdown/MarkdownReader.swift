internal import CCMark

/// Reads a notebook's Markdown with cmark-gfm into top-level blocks: prose, or fenced blocks that may be cells.
struct MarkdownReader {
  struct TopLevel {
    var lines: ClosedRange<Int>
    var content: Content
  }

  enum Content {
    case fenced(info: String)
    /// `values` are the code texts of the block's `{value}` roles with cmark's idea of where each stands.
    case prose(MarkdownBlock, values: [RawValue], marks: Marks)
  }

  struct RawValue {
    var text: String
    var line: Int
    var column: Int
  }

  /// What the text of a block names, in order; places are not known yet.
  struct Marks {
    var citations: [Citation] = []
    var references: [CrossReference] = []
    /// Numbers of the formulas taken out of the text.
    var formulas: [Int] = []
  }

  let protected: ProtectedMarkdown
  private var values: [RawValue] = []
  var marks = Marks()
  /// Links hold no links, so what stands in one names nothing.
  var isInLink = false
  private var footnotes = 0
  /// Lines of `{kind}` fences that stand inside lists or quotations.
  private(set) var nestedCells: [Int] = []
  /// Lines of what is nested deeper than anyone writes, which is refused rather than recursed into.
  private(set) var tooDeep: [Int] = []

  private init(_ protected: ProtectedMarkdown) { self.protected = protected }

  /// - Parameters:
  ///   - protected: the text behind the front matter.
  ///   - blanked: what stands for the front matter, so that lines keep their numbers.
  static func read(_ protected: ProtectedMarkdown, behind blanked: [UInt8]) -> (
    blocks: [TopLevel], nestedCells: [Int], tooDeep: [Int]
  ) {
    cmark_gfm_core_extensions_ensure_registered()
    guard let parser = cmark_parser_new(CMARK_OPT_FOOTNOTES | CMARK_OPT_DEFAULT) else { return ([], [], []) }
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough"] {
      if let syntax = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, syntax)
      }
    }
    for bytes in [blanked, protected.bytes] {
      bytes.withUnsafeBytes { buffer in
        cmark_parser_feed(parser, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      }
    }
    guard let document = cmark_parser_finish(parser) else { return ([], [], []) }
    defer { cmark_node_free(document) }
    var reader = MarkdownReader(protected)
    var blocks: [TopLevel] = []
    for node in children(document) {
      let start = Int(cmark_node_get_start_line(node))
      let lines = start...max(start, Int(cmark_node_get_end_line(node)))
      if cmark_node_get_type(node) == CMARK_NODE_CODE_BLOCK, isCellInfo(info(node)) {
        blocks.append(TopLevel(lines: lines, content: .fenced(info: info(node))))
        continue
      }
      reader.values = []
      reader.marks = Marks()
      guard let block = reader.block(node, depth: 0) else { continue }
      blocks.append(TopLevel(lines: lines, content: .prose(block, values: reader.values, marks: reader.marks)))
    }
    return (blocks, reader.nestedCells, reader.tooDeep)
  }

  private static func isCellInfo(_ info: String) -> Bool { info.hasPrefix("{") }

  private static func children(_ node: OpaquePointer) -> [OpaquePointer] {
    var result: [OpaquePointer] = []
    var next = cmark_node_first_child(node)
    while let child = next {
      result.append(child)
      next = cmark_node_next(child)
    }
    return result
  }

  private static func info(_ node: OpaquePointer) -> String {
    cmark_node_get_fence_info(node).map { String(cString: $0) } ?? ""
  }

  private static func literal(_ node: OpaquePointer) -> String {
    cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
  }

  /// What code and addresses hold, as the author wrote it.
  private func verbatim(_ node: OpaquePointer) -> String { protected.restored(Self.literal(node)) }

  private mutating func blocks(_ node: OpaquePointer, depth: Int) -> [MarkdownBlock] {
    guard depth < 40 else {
      if cmark_node_first_child(node) != nil { tooDeep.append(Int(cmark_node_get_start_line(node))) }
      return []
    }
    return Self.children(node).compactMap { block($0, depth: depth + 1) }
  }

  private mutating func block(_ node: OpaquePointer, depth: Int) -> MarkdownBlock? {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_HEADING:
      let (title, name) = Self.named(inlines(node, depth: depth))
      return .heading(level: Int(cmark_node_get_heading_level(node)), title, name: name)
    case CMARK_NODE_PARAGRAPH: return Self.definition(inlines(node, depth: depth))
    case CMARK_NODE_LIST:
      let items = Self.children(node).map { blocks($0, depth: depth) }
      let isOrdered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST
      return .list(
        items: items, start: isOrdered ? Int(cmark_node_get_list_start(node)) : nil,
        isTight: cmark_node_get_list_tight(node) != 0)
    case CMARK_NODE_BLOCK_QUOTE: return Self.admonition(blocks(node, depth: depth))
    case CMARK_NODE_CODE_BLOCK:
      let info = Self.info(node)
      if Self.isCellInfo(info) { nestedCells.append(Int(cmark_node_get_start_line(node))) }
      return .code(verbatim(node), language: protected.restored(info))
    case CMARK_NODE_HTML_BLOCK: return .html(verbatim(node))
    case CMARK_NODE_THEMATIC_BREAK: return .rule
    case CMARK_NODE_FOOTNOTE_DEFINITION:
      // cmark orders definitions by their first reference and numbers references so, but definitions not.
      footnotes += 1
      return .footnote(label: String(footnotes), blocks(node, depth: depth))
    default:
      guard String(cString: cmark_node_get_type_string(node)) == "table" else { return nil }
      return table(node, depth: depth)
    }
  }

  private mutating func table(_ node: OpaquePointer, depth: Int) -> MarkdownBlock {
    let count = Int(cmark_gfm_extensions_get_table_columns(node))
    let raw = cmark_gfm_extensions_get_table_alignments(node)
    let alignments = (0..<count).map { column -> MarkdownBlock.Alignment in
      switch raw?[column] {
      case UInt8(ascii: "l"): return .left
      case UInt8(ascii: "c"): return .center
      case UInt8(ascii: "r"): return .right
      default: return .none
      }
    }
    var rows = Self.children(node).map { row in Self.children(row).map { inlines($0, depth: depth) } }
    let header = rows.isEmpty ? [] : rows.removeFirst()
    return .table(alignments: alignments, header: header, rows: rows)
  }

  private mutating func inlines(_ parent: OpaquePointer, depth: Int) -> [MarkdownInline] {
    guard depth < 60 else {
      tooDeep.append(Int(cmark_node_get_start_line(parent)))
      return []
    }
    var result: [MarkdownInline] = []
    for node in Self.children(parent) {
      switch cmark_node_get_type(node) {
      case CMARK_NODE_TEXT: result.append(.text(Self.literal(node)))
      case CMARK_NODE_CODE:
        if case .text(let before)? = result.last, before.hasSuffix("{value}") {
          result.removeLast()
          if before.utf8.count > 7 { result.append(.text(String(before.dropLast(7)))) }
          result.append(.value(values.count))
          values.append(
            RawValue(
              text: verbatim(node), line: Int(cmark_node_get_start_line(node)),
              column: Int(cmark_node_get_start_column(node))))
        } else {
          result.append(.code(verbatim(node)))
        }
      case CMARK_NODE_SOFTBREAK: result.append(.softBreak)
      case CMARK_NODE_LINEBREAK: result.append(.lineBreak)
      case CMARK_NODE_EMPH: result.append(.emphasis(inlines(node, depth: depth + 1)))
      case CMARK_NODE_STRONG: result.append(.strong(inlines(node, depth: depth + 1)))
      case CMARK_NODE_LINK, CMARK_NODE_IMAGE:
        let address = protected.restored(cmark_node_get_url(node).map { String(cString: $0) } ?? "")
        let wasInLink = isInLink
        isInLink = true
        let inner = inlines(node, depth: depth + 1)
        isInLink = wasInLink
        let isLink = cmark_node_get_type(node) == CMARK_NODE_LINK
        result.append(isLink ? .link(address: address, inner) : .image(address: address, inner))
      case CMARK_NODE_HTML_INLINE: result.append(.html(verbatim(node)))
      case CMARK_NODE_FOOTNOTE_REFERENCE: result.append(.footnoteReference(Self.literal(node)))
      default:
        if String(cString: cmark_node_get_type_string(node)) == "strikethrough" {
          result.append(.strikethrough(inlines(node, depth: depth + 1)))
        }
      }
    }
    return marked(Self.merged(result))
  }

  /// cmark splits text at every character that might have been markup; join what stands together.
  private static func merged(_ inlines: [MarkdownInline]) -> [MarkdownInline] {
    var result: [MarkdownInline] = []
    for inline in inlines {
      if case .text(let next) = inline, case .text(let before)? = result.last {
        result[result.count - 1] = .text(before + next)
      } else {
        result.append(inline)
      }
    }
    return result
  }
}
