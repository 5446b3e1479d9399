/// Commands with arguments, brackets that grow, and tables.
extension MathParser {
  mutating func structure(_ name: String, from start: Int) throws(Mistake) -> (node: MathNode, limits: Bool) {
    switch name {
    case "frac", "dfrac", "tfrac", "binom":
      let above = try argument(of: "\\\(name)")
      let below = try argument(of: "\\\(name)")
      let fraction = MathNode.fraction(above, below, hasLine: name != "binom")
      guard name == "binom" else { return (fraction, false) }
      return (.row([.fence("(", grows: true), fraction, .fence(")", grows: true)]), false)
    case "sqrt":
      skipBlanks()
      var order: MathNode?
      if byte == UInt8(ascii: "[") {
        index += 1
        order = try row(closing: UInt8(ascii: "]"))
        guard byte == UInt8(ascii: "]") else {
          throw Mistake(text: "the order of this root is never closed", help: nil, range: start..<index)
        }
        index += 1
      }
      return (.root(try argument(of: "\\sqrt"), index: order), false)
    case "text", "textrm": return (.text(try words(of: name, from: start)), false)
    case "mathrm", "operatorname", "mathop":
      return (.identifier(try words(of: name, from: start), isUpright: true), false)
    case "mathit": return (try argument(of: "\\mathit"), false)
    case "mathbf", "boldsymbol": return (Self.mapped(try argument(of: "\\\(name)"), MathSymbols.bold), false)
    case "mathbb": return (Self.mapped(try argument(of: "\\mathbb"), MathSymbols.doubleStruck), false)
    case "mathcal": return (Self.mapped(try argument(of: "\\mathcal"), MathSymbols.script), false)
    case "left":
      let open = try fence("left", from: start)
      let inner = try row()
      let close = index
      guard byte == UInt8(ascii: "\\"), self.name() == "right" else {
        throw Mistake(text: "this `\\left` has no `\\right`", help: nil, range: start..<min(start + 5, bytes.count))
      }
      return (.row(open + [inner] + (try fence("right", from: close))), false)
    case "begin": return (try environment(from: start), false)
    default:
      throw Mistake(
        text: "`\\\(VisibleText.of(name, limit: 40))` is not among the TeX that formulas may use",
        help: Suggestion.nearest(to: name, among: MathSymbols.commands).map { "did you mean `\\\($0)`?" }
          ?? "docs/language.md lists what they may use", range: start..<index)
    }
  }

  private static func mapped(_ node: MathNode, _ map: (Unicode.Scalar) -> Unicode.Scalar) -> MathNode {
    func text(_ text: String) -> String { text.unicodeScalars.map { String(Character(map($0))) }.joined() }
    switch node {
    case .identifier(let name, _): return .identifier(text(name), isUpright: true)
    case .number(let digits): return .number(text(digits))
    case .row(let nodes): return .row(nodes.map { mapped($0, map) })
    case .accent(let base, let mark, let isBelow): return .accent(mapped(base, map), mark, isBelow: isBelow)
    case .scripts(let base, let sub, let sup, let limits):
      return .scripts(mapped(base, map), sub: sub, sup: sup, limits: limits)
    default: return node
    }
  }

  /// The text in braces behind `\text`.
  private mutating func words(of name: String, from start: Int) throws(Mistake) -> String {
    skipBlanks()
    guard byte == UInt8(ascii: "{") else {
      throw Mistake(text: "`\\\(name)` takes text in braces", help: nil, range: start..<index)
    }
    index += 1
    let begin = index
    var text: [UInt8] = []
    while let byte, byte != UInt8(ascii: "}") {
      if byte == UInt8(ascii: "{") {
        throw Mistake(text: "braces cannot stand in text", help: nil, range: index..<index + 1)
      }
      if byte == UInt8(ascii: "\\") {
        guard index + 1 < bytes.count, "_%&#$ ".utf8.contains(bytes[index + 1]) else {
          throw Mistake(text: "commands cannot stand in text", help: nil, range: index..<index + 1)
        }
        index += 1
      }
      text.append(bytes[index])
      index += 1
    }
    guard byte != nil else { throw Mistake(text: "this text is never closed", help: nil, range: begin - 1..<begin) }
    index += 1
    return String(decoding: text, as: UTF8.self)
  }

  /// The bracket behind `\left` or `\right`; none for `.`.
  private mutating func fence(_ side: String, from start: Int) throws(Mistake) -> [MathNode] {
    skipBlanks()
    guard let first = byte else {
      throw Mistake(text: "`\\\(side)` lacks its bracket", help: nil, range: start..<index)
    }
    if first == UInt8(ascii: "\\"), let fence = MathSymbols.fences[name()] { return [.fence(fence, grows: true)] }
    if first == UInt8(ascii: "\\") {
      throw Mistake(text: "`\\\(side)` lacks its bracket", help: nil, range: start..<index)
    }
    index += 1
    if first == UInt8(ascii: ".") { return [] }
    guard "()[]|/".utf8.contains(first) else {
      throw Mistake(text: "`\\\(side)` lacks its bracket", help: "one of ( ) [ ] | . \\{ \\}", range: start..<index)
    }
    return [.fence(String(decoding: [first], as: UTF8.self), grows: true)]
  }

  private mutating func environment(from start: Int) throws(Mistake) -> MathNode {
    let name = try words(of: "begin", from: start)
    guard let (open, close, columns) = MathSymbols.environments[name] else {
      throw Mistake(
        text: "`\(VisibleText.of(name, limit: 40))` is no environment of a formula",
        help: Suggestion.help(for: name, among: MathSymbols.environments.keys.sorted()), range: start..<index)
    }
    var rows: [[MathNode]] = [[]]
    while true {
      rows[rows.count - 1].append(try row())
      if byte == UInt8(ascii: "&") {
        index += 1
      } else if byte == UInt8(ascii: "\\"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\\") {
        index += 2
        rows.append([])
      } else {
        break
      }
    }
    let end = index
    guard byte == UInt8(ascii: "\\"), self.name() == "end", try words(of: "end", from: end) == name else {
      throw Mistake(text: "`\\begin{\(name)}` has no `\\end{\(name)}`", help: nil, range: start..<min(end, bytes.count))
    }
    if rows.count > 1, rows[rows.count - 1] == [.row([])] { rows.removeLast() }
    let table = MathNode.table(rows, columns)
    let fences = [open, close].map { $0.isEmpty ? [] : [MathNode.fence($0, grows: true)] }
    return fences.allSatisfy(\.isEmpty) ? table : .row(fences[0] + [table] + fences[1])
  }
}
