import NotebookSyntax

/// Formulas as MathML Core, which browsers set without any script.
enum MathHTML {
  static func html(_ formula: Mathematics) -> String { html(formula.node, isDisplay: formula.isDisplay) }

  static func html(_ node: MathNode, isDisplay: Bool) -> String {
    let math = "<math\(isDisplay ? " display=\"block\"" : "")>\(row(node))</math>"
    // A formula wider than the screen moves by itself.
    return isDisplay ? "<span class=\"equation\" tabindex=\"0\">\(math)</span>" : math
  }

  private static func row(_ node: MathNode) -> String {
    if case .row(let nodes) = node { return "<mrow>\(nodes.map(element).joined())</mrow>" }
    return "<mrow>\(element(node))</mrow>"
  }

  private static func element(_ node: MathNode) -> String {
    switch node {
    case .row: return row(node)
    case .identifier(let name, let isUpright):
      // One letter is italic by itself; several are upright.
      let style = isUpright && name.unicodeScalars.count == 1 ? " mathvariant=\"normal\"" : ""
      return "<mi\(style)>\(Escape.html(name))</mi>"
    case .number(let digits): return "<mn>\(Escape.html(digits))</mn>"
    case .symbol(let sign): return "<mo>\(Escape.html(sign))</mo>"
    case .fence(let sign, let grows): return "<mo stretchy=\"\(grows)\">\(Escape.html(sign))</mo>"
    case .text(let text):
      // MathML drops blanks at the ends.
      let kept = Escape.html(text.hasPrefix(" ") || text.hasSuffix(" ") ? "\u{A0}\(trimmed(text))\u{A0}" : text)
      return "<mtext>\(kept)</mtext>"
    case .space(let width): return "<mspace width=\"\(width)em\"></mspace>"
    case .fraction(let above, let below, let hasLine):
      return "<mfrac\(hasLine ? "" : " linethickness=\"0\"")>\(row(above))\(row(below))</mfrac>"
    case .root(let base, nil): return "<msqrt>\(row(base))</msqrt>"
    case .root(let base, let index?): return "<mroot>\(row(base))\(row(index))</mroot>"
    case .scripts(let base, let sub, let sup, let limits): return scripts(element(base), sub, sup, limits)
    case .accent(let base, let mark, let isBelow):
      let sign =
        "<mo stretchy=\"\(base == .row([]) ? "false" : isWide(base) ? "true" : "false")\">\(Escape.html(mark))</mo>"
      return isBelow
        ? "<munder accentunder=\"true\">\(row(base))\(sign)</munder>"
        : "<mover accent=\"true\">\(row(base))\(sign)</mover>"
    case .table(let rows, let columns):
      let name = columns == .centered ? "" : " class=\"\(columns == .aligned ? "aligned" : "cases")\""
      let body = rows.map { "<mtr>\($0.map { "<mtd>\(row($0))</mtd>" }.joined())</mtr>" }
      return "<mtable\(name)>\(body.joined())</mtable>"
    }
  }

  private static func scripts(_ base: String, _ sub: MathNode?, _ sup: MathNode?, _ limits: Bool) -> String {
    let name = limits ? "munderover" : "msubsup"
    switch (sub, sup) {
    case (let sub?, let sup?): return "<\(name)>\(base)\(row(sub))\(row(sup))</\(name)>"
    case (let sub?, nil): return "<\(limits ? "munder" : "msub")>\(base)\(row(sub))</\(limits ? "munder" : "msub")>"
    case (nil, let sup?): return "<\(limits ? "mover" : "msup")>\(base)\(row(sup))</\(limits ? "mover" : "msup")>"
    case (nil, nil): return base
    }
  }

  private static func isWide(_ node: MathNode) -> Bool {
    if case .row(let nodes) = node { return nodes.count > 1 }
    return false
  }

  private static func trimmed(_ text: String) -> String {
    var text = Substring(text)
    while text.first == " " { text.removeFirst() }
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
