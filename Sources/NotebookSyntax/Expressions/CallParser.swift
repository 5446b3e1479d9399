/// Calls: `f(x, name = y)`, and arguments that are words or units rather than values.
extension ExpressionParser {
  /// Named arguments whose value is a word.
  private static let wordLabels: Set<String> = ["missing", "variant", "above", "closed"]
  /// Functions whose second argument is a word.
  private static let wordSecond: Set<String> = ["uncensor", "cumulative"]
  /// Functions whose second argument is a unit.
  private static let unitSecond: Set<String> = ["convert"]

  private static func isWord(_ label: String?, _ position: Int, of name: String) -> Bool {
    guard let label else { return position == 1 && wordSecond.contains(name) }
    return wordLabels.contains(label)
  }

  /// The arguments of `name`, its opening parenthesis not yet taken.
  mutating func call(_ name: String, _ start: Span) throws(Diagnostic) -> Expression {
    try advance()
    var arguments: [Expression.Argument] = []
    while !isAt(")") {
      let label = try label()
      let value: Expression
      let position = arguments.count { $0.name == nil }
      if label == nil, position == 1, Self.unitSecond.contains(name) {
        value = try unit()
      } else if Self.isWord(label, position, of: name) {
        value = try word()
      } else {
        value = try expression()
      }
      arguments.append(.init(name: label, value: value))
      guard try take(",") else { break }
    }
    let end = tokenSpan
    try expect(")")
    return Expression(.call(name, at: start, arguments), at: start.union(end))
  }

  /// `name =`, taken where it stands here.
  private mutating func label() throws(Diagnostic) -> String? {
    guard case .name(let word) = token.kind else { return nil }
    var ahead = lexer
    guard (try? ahead.next())?.kind == .symbol("=") else { return nil }
    try advance()
    try advance()
    return word
  }

  /// A bare word; anything else is left to the checker, which knows what the function wants.
  private mutating func word() throws(Diagnostic) -> Expression {
    guard case .name(let word) = token.kind else { return try expression() }
    var ahead = lexer
    let next = (try? ahead.next())?.kind
    guard next == .symbol(",") || next == .symbol(")") else { return try expression() }
    let span = tokenSpan
    try advance()
    return Expression(.word(word), at: span)
  }

  private mutating func unit() throws(Diagnostic) -> Expression {
    if case .text(let code) = token.kind {
      let span = tokenSpan
      try advance()
      return Expression(.unit(.init(code: code, span: span)), at: span)
    }
    guard let code = lexer.unitCode(from: token) else {
      throw Diagnostic(
        "syntax", "a unit is expected here", at: tokenSpan,
        help: "write for example `convert(day, a)`, or quote the unit")
    }
    try advance()
    return Expression(.unit(code), at: code.span)
  }
}
