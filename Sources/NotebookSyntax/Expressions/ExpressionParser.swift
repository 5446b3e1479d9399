/// Resolves `$name` to what stands for it in the syntax tree: a literal, or a column's name.
public typealias ParameterResolver = (_ name: String, _ span: Span) throws(Diagnostic) -> Expression.Node

/// Parses expressions by precedence: `or` < `and` < `not` < comparisons < `+ -` < `* /` < unary `-` < `^`.
struct ExpressionParser {
  private static let keywords: Set<String> = ["and", "or", "not", "in", "is"]
  private static let deepest = 40
  /// Each operator makes the tree one deeper, and trees are walked by recursion.
  private static var mostOperators: Int { Limit.operators.value }

  var lexer: Lexer
  var token: Lexer.Token
  private let resolve: ParameterResolver
  private var depth = 0
  private var operators = 0

  init(_ text: SourcedText, resolve: @escaping ParameterResolver) throws(Diagnostic) {
    lexer = Lexer(text)
    self.resolve = resolve
    token = try lexer.next()
  }

  /// The whole text as one expression.
  static func parse(_ text: SourcedText, resolve: @escaping ParameterResolver) throws(Diagnostic) -> Expression {
    var parser = try ExpressionParser(text, resolve: resolve)
    if parser.token.kind == .end { throw Diagnostic("syntax", "an expression is missing here", at: text.span) }
    let expression = try parser.expression()
    guard parser.token.kind == .end else {
      throw Diagnostic("syntax", "unexpected `\(parser.tokenText)` after the expression", at: parser.tokenSpan)
    }
    return expression
  }

  var tokenSpan: Span {
    let range = token.range.isEmpty ? max(0, token.range.lowerBound - 1)..<token.range.upperBound : token.range
    return lexer.text.span(range)
  }

  var tokenText: String {
    token.kind == .end ? "end" : String(decoding: Array(lexer.text.text.utf8)[token.range], as: UTF8.self)
  }

  /// What follows the current token, unread.
  var rest: SourcedText { lexer.text.part(token.range.lowerBound..<lexer.text.text.utf8.count) }

  mutating func advance() throws(Diagnostic) { token = try lexer.next() }

  func isAt(_ symbol: String) -> Bool { token.kind == .symbol(symbol) }

  mutating func take(_ symbol: String) throws(Diagnostic) -> Bool {
    guard isAt(symbol) else { return false }
    try advance()
    return true
  }

  mutating func expect(_ symbol: String) throws(Diagnostic) {
    guard try take(symbol) else {
      let found = token.kind == .end ? "the end" : "`\(tokenText)`"
      throw Diagnostic("syntax", "expected `\(symbol)` before \(found)", at: tokenSpan)
    }
  }

  private func isKeyword(_ word: String) -> Bool { token.kind == .name(word) }

  mutating func expression() throws(Diagnostic) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else {
      throw Diagnostic("syntax", "this expression is nested more than \(Self.deepest) deep", at: tokenSpan)
    }
    return try either()
  }

  private mutating func either() throws(Diagnostic) -> Expression {
    var left = try both()
    while isKeyword("or") {
      try advance()
      left = try combine(.or, left, try both())
    }
    return left
  }

  private mutating func both() throws(Diagnostic) -> Expression {
    var left = try negated()
    while isKeyword("and") {
      try advance()
      left = try combine(.and, left, try negated())
    }
    return left
  }

  private mutating func countOperator(_ span: Span) throws(Diagnostic) {
    operators += 1
    guard operators <= Self.mostOperators else {
      throw Diagnostic(
        "limit", "this expression has more than \(Self.mostOperators) operators", at: span,
        help: Limit.operators.help("compute parts of it in columns of their own"))
    }
  }

  private mutating func combine(
    _ binary: BinaryOperator, _ left: Expression, _ right: Expression
  ) throws(Diagnostic) -> Expression {
    try countOperator(right.span)
    return Expression(.binary(binary, left, right), at: left.span.union(right.span))
  }

  private mutating func negated() throws(Diagnostic) -> Expression {
    guard isKeyword("not") else { return try comparison() }
    let start = tokenSpan
    try advance()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw Diagnostic("syntax", "too many `not`", at: start) }
    let inner = try negated()
    return Expression(.not(inner), at: start.union(inner.span))
  }

  private mutating func comparison() throws(Diagnostic) -> Expression {
    let left = try sum()
    if isAt("=") {
      throw Diagnostic("syntax", "`=` names an argument; it does not compare", at: tokenSpan, help: "write `==`")
    }
    if case .symbol(let symbol) = token.kind, let binary = BinaryOperator(rawValue: symbol), binary.isComparison {
      try advance()
      let result = try combine(binary, left, try sum())
      if case .symbol(let next) = token.kind, BinaryOperator(rawValue: next)?.isComparison == true {
        throw Diagnostic("syntax", "comparisons do not chain", at: tokenSpan, help: "join two comparisons with `and`")
      }
      return result
    }
    if isKeyword("in") {
      try advance()
      return try membership(left, isNegated: false)
    }
    if isKeyword("not") {
      try advance()
      guard isKeyword("in") else { throw Diagnostic("syntax", "expected `in` after `not`", at: tokenSpan) }
      try advance()
      return try membership(left, isNegated: true)
    }
    if isKeyword("is") {
      try advance()
      guard isKeyword("missing") || isKeyword("present") || isKeyword("censored") else {
        throw Diagnostic(
          "syntax", "expected `missing`, `present` or `censored` after `is`", at: tokenSpan,
          help: "compare values with `==`")
      }
      if isKeyword("censored") {
        let end = tokenSpan
        try advance()
        return Expression(.censored(left), at: left.span.union(end))
      }
      let isMissing = isKeyword("missing")
      let end = tokenSpan
      try advance()
      return Expression(.presence(left, isMissing: isMissing), at: left.span.union(end))
    }
    return left
  }

  private mutating func membership(_ value: Expression, isNegated: Bool) throws(Diagnostic) -> Expression {
    let start = tokenSpan
    guard try take("[") else {
      throw Diagnostic("syntax", "`in` is followed by a list", at: start, help: "write `in [\"A\", \"B\"]`")
    }
    let elements = try list()
    return Expression(
      .membership(value, elements, isNegated: isNegated), at: value.span.union(elements.last?.span ?? start))
  }

  /// Elements up to `]`, the opening bracket taken.
  private mutating func list() throws(Diagnostic) -> [Expression] {
    var elements: [Expression] = []
    while !isAt("]") {
      elements.append(try expression())
      guard try take(",") else { break }
    }
    try expect("]")
    return elements
  }

  mutating func sum() throws(Diagnostic) -> Expression {
    var left = try product()
    while isAt("+") || isAt("-") {
      let binary: BinaryOperator = isAt("+") ? .add : .subtract
      try advance()
      left = try combine(binary, left, try product())
    }
    return left
  }

  private mutating func product() throws(Diagnostic) -> Expression {
    var left = try signed()
    while isAt("*") || isAt("/") {
      let binary: BinaryOperator = isAt("*") ? .multiply : .divide
      try advance()
      left = try combine(binary, left, try signed())
    }
    return left
  }

  private mutating func signed() throws(Diagnostic) -> Expression {
    guard isAt("-") else { return try power() }
    let start = tokenSpan
    try advance()
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw Diagnostic("syntax", "too many signs", at: start) }
    let inner = try signed()
    return Expression(.negation(inner), at: start.union(inner.span))
  }

  private mutating func power() throws(Diagnostic) -> Expression {
    let base = try path()
    guard try take("^") else { return base }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepest else { throw Diagnostic("syntax", "too many powers", at: tokenSpan) }
    return try combine(.power, base, try signed())
  }

  mutating func path() throws(Diagnostic) -> Expression {
    var value = try primary()
    while true {
      if isAt(".") || isAt("[") { try countOperator(tokenSpan) }
      if isAt("."), !token.hasSpaceBefore {
        try advance()
        guard case .name(let name) = token.kind else {
          throw Diagnostic("syntax", "a name is expected after `.`", at: tokenSpan)
        }
        let end = tokenSpan
        value = Expression(.member(value, name, at: end), at: value.span.union(end))
        try advance()
      } else if isAt("["), !token.hasSpaceBefore {
        let start = tokenSpan
        try advance()
        let indices = try list()
        value = Expression(.index(value, indices), at: value.span.union(indices.last?.span ?? start))
      } else {
        return value
      }
    }
  }

  private mutating func primary() throws(Diagnostic) -> Expression {
    let start = tokenSpan
    switch token.kind {
    case .number(let value):
      let unit = lexer.unitCode(keywords: Self.keywords)
      try advance()
      return Expression(.number(value, unit: unit), at: unit.map { start.union($0.span) } ?? start)
    case .text(let text):
      try advance()
      return Expression(.text(text), at: start)
    case .parameter(let name):
      try advance()
      return Expression(try resolve(name, start), at: start)
    case .name(let name):
      if Self.keywords.contains(name) {
        throw Diagnostic("syntax", "`\(name)` cannot stand here", at: start)
      }
      try advance()
      if name == "true" || name == "false" { return Expression(.boolean(name == "true"), at: start) }
      if isAt("("), !token.hasSpaceBefore { return try call(name, start) }
      return Expression(.name(name), at: start)
    case .symbol("("):
      try advance()
      let inner = try expression()
      let end = tokenSpan
      try expect(")")
      return Expression(.group(inner), at: start.union(end))
    case .symbol("["):
      try advance()
      let elements = try list()
      return Expression(.list(elements), at: start)
    case .end: throw Diagnostic("syntax", "the expression ends too early", at: start)
    default: throw Diagnostic("syntax", "unexpected `\(tokenText)`", at: start)
    }
  }
}
