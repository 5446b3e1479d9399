/// Parses and expands a formula. Precedence as in R: `^` > `:` > `*` > `+ -` > `|` > `~`.
struct FormulaParser {
  private static var mostTerms: Int { Limit.terms.value }
  private static let deepest = 40
  private static var mostVariables: Int { Limit.formulaNames.value }

  /// A sum of terms on its way to being expanded; `intercept` is nil where nothing was said of it.
  private struct Sum {
    var terms: [FormulaTerm] = []
    var intercept: Bool?
    var random: [RandomTerm] = []
    var covariances: [CovarianceTerm] = []

    /// Terms that stand for themselves and enter no product.
    var standsAlone: Bool { !random.isEmpty || !covariances.isEmpty }
  }

  private var parser: ExpressionParser
  private var depth = 0
  private var variables = 0

  private init(parser: ExpressionParser) { self.parser = parser }

  static func parse(_ text: SourcedText, resolve: @escaping ParameterResolver) throws(Diagnostic) -> Formula {
    var formula = FormulaParser(parser: try ExpressionParser(text, resolve: resolve))
    return try formula.formula(text)
  }

  private mutating func formula(_ text: SourcedText) throws(Diagnostic) -> Formula {
    let response = try parser.sum()
    guard try parser.take("~") else {
      throw Diagnostic(
        "syntax", "a formula has an outcome, `~`, and terms", at: text.span,
        help: "for example `log(tbil) ~ week * group`")
    }
    let sum = try self.sum()
    guard parser.token.kind == .end else {
      throw Diagnostic("syntax", "unexpected `\(parser.tokenText)` in the formula", at: parser.tokenSpan)
    }
    // As R does: the variables of a term in the order in which the formula names them first. Where the text of the
    // cell is quoted all have one place, and the order of the expanded terms decides.
    var firstPlace: [String: (start: Int, index: Int)] = [:]
    for (index, variable) in sum.terms.flatMap(\.variables).enumerated() {
      let place = (start: variable.span.start, index: index)
      if let known = firstPlace[variable.description], known <= place { continue }
      firstPlace[variable.description] = place
    }
    func isBefore(_ a: Expression, _ b: Expression) -> Bool {
      guard let a = firstPlace[a.description], let b = firstPlace[b.description] else { return false }
      return a < b
    }
    let terms = sum.terms.map { term in
      FormulaTerm(variables: term.variables.sorted(by: isBefore), span: term.span)
    }
    let order = terms.enumerated().sorted {
      ($0.element.variables.count, $0.offset) < ($1.element.variables.count, $1.offset)
    }
    return Formula(
      response: response, terms: order.map(\.element), hasIntercept: sum.intercept ?? true, random: sum.random,
      covariances: sum.covariances, span: text.span)
  }

  private mutating func sum() throws(Diagnostic) -> Sum {
    var total = Sum()
    var isFirst = true
    while true {
      var isRemoved = false
      if parser.isAt("-") {
        try parser.advance()
        isRemoved = true
      } else if !isFirst {
        guard try parser.take("+") else { break }
      }
      let start = parser.tokenSpan
      let next = try product()
      try merge(next, into: &total, isRemoved: isRemoved, at: start)
      isFirst = false
      if !parser.isAt("+"), !parser.isAt("-") { break }
    }
    return total
  }

  private func merge(_ next: Sum, into total: inout Sum, isRemoved: Bool, at span: Span) throws(Diagnostic) {
    if let intercept = next.intercept { total.intercept = intercept != isRemoved }
    if isRemoved {
      let removed = next.terms.map(\.key)
      guard !next.standsAlone else {
        throw Diagnostic("formula", "a random term or a covariance cannot be taken away", at: span)
      }
      total.terms.removeAll { removed.contains($0.key) }
      return
    }
    for term in next.terms where !total.terms.contains(where: { $0.key == term.key }) { total.terms.append(term) }
    total.random += next.random
    total.covariances += next.covariances
    guard total.terms.count <= Self.mostTerms else {
      throw Diagnostic(
        "formula", "this formula expands to more than \(Self.mostTerms) terms", at: span, help: Limit.terms.help())
    }
  }

  private mutating func product() throws(Diagnostic) -> Sum {
    var left = try interaction()
    while parser.isAt("*") {
      let span = parser.tokenSpan
      try parser.advance()
      let right = try interaction()
      let crossed = try cross(left, right, at: span)
      try merge(right, into: &left, isRemoved: false, at: span)
      try merge(crossed, into: &left, isRemoved: false, at: span)
    }
    return left
  }

  private mutating func interaction() throws(Diagnostic) -> Sum {
    var left = try power()
    while parser.isAt(":") {
      let span = parser.tokenSpan
      try parser.advance()
      left = try cross(left, try power(), at: span)
    }
    return left
  }

  /// `(a + b + c)^2`: all terms of the sum and their interactions of up to so many.
  private mutating func power() throws(Diagnostic) -> Sum {
    let base = try atom()
    guard parser.isAt("^") else { return base }
    let span = parser.tokenSpan
    try parser.advance()
    guard case .number(let exponent) = parser.token.kind, exponent == exponent.rounded(), (1...9).contains(exponent)
    else {
      throw Diagnostic(
        "formula", "`^` of several terms takes a whole number from 1 to 9", at: parser.tokenSpan,
        help: "`(a + b)^2` stands for `a + b + a:b`")
    }
    try parser.advance()
    var result = base
    for _ in 1..<Int(exponent) {
      let crossed = try cross(result, base, at: span)
      try merge(crossed, into: &result, isRemoved: false, at: span)
    }
    return result
  }

  private func cross(_ left: Sum, _ right: Sum, at span: Span) throws(Diagnostic) -> Sum {
    guard !left.standsAlone, !right.standsAlone else {
      throw Diagnostic(
        "formula", "a random term or a covariance does not interact with others", at: span, help: "add it with `+`")
    }
    guard left.intercept == nil, right.intercept == nil else {
      throw Diagnostic("formula", "`1` and `0` stand for the intercept and do not interact", at: span)
    }
    guard left.terms.count * right.terms.count <= Self.mostTerms else {
      throw Diagnostic(
        "formula", "this formula expands to more than \(Self.mostTerms) terms", at: span, help: Limit.terms.help())
    }
    var result = Sum()
    for a in left.terms {
      for b in right.terms {
        var variables = a.variables
        for variable in b.variables where !variables.contains(where: { $0.description == variable.description }) {
          variables.append(variable)
        }
        let term = FormulaTerm(variables: variables, span: a.span.union(b.span))
        if !result.terms.contains(where: { $0.key == term.key }) { result.terms.append(term) }
      }
    }
    return result
  }

  private mutating func atom() throws(Diagnostic) -> Sum {
    let start = parser.tokenSpan
    variables += 1
    guard variables <= Self.mostVariables else {
      throw Diagnostic(
        "limit", "this formula names more than \(Self.mostVariables) variables", at: start,
        help: Limit.formulaNames.help())
    }
    if parser.isAt("(") {
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.deepest else {
        throw Diagnostic("formula", "this formula is nested more than \(Self.deepest) deep", at: start)
      }
      try parser.advance()
      let inner = try sum()
      if parser.isAt("|") || parser.isAt("||") { return try randomTerm(inner, start) }
      try parser.expect(")")
      return inner
    }
    if case .number(let value) = parser.token.kind {
      guard value == 0 || value == 1 else {
        throw Diagnostic(
          "formula", "only `1` (intercept) and `0` (none) are numbers in a formula", at: start,
          help: "put arithmetic in `I(…)`")
      }
      try parser.advance()
      return Sum(intercept: value == 1)
    }
    if let covariance = try covarianceTerm() { return Sum(covariances: [covariance]) }
    let variable = try parser.path()
    switch variable.node {
    case .name, .call: break
    default:
      throw Diagnostic(
        "formula", "a term is a column or a function of columns", at: variable.span, help: "put arithmetic in `I(…)`")
    }
    if parser.isAt("^") || parser.isAt("/") {
      throw Diagnostic(
        "formula", "`\(parser.tokenText)` is arithmetic and means something else in a formula", at: parser.tokenSpan,
        help: "put it in `I(…)`: `I(\(variable)\(parser.tokenText)2)`")
    }
    return Sum(terms: [FormulaTerm(variables: [variable], span: variable.span)])
  }

  /// `us(visit | patient)`; nil, with nothing read, where a column or a function of this name stands.
  private mutating func covarianceTerm() throws(Diagnostic) -> CovarianceTerm? {
    guard case .name(let name) = parser.token.kind, CovarianceTerm.structures.contains(name) else { return nil }
    let before = parser
    let start = parser.tokenSpan
    try parser.advance()
    guard parser.isAt("(") else {
      parser = before
      return nil
    }
    try parser.advance()
    let visit = try parser.path()
    guard parser.isAt("|") else {
      throw Diagnostic(
        "formula", "`\(name)` is the covariance of a subject's visits", at: start,
        help: "write `\(name)(visit | patient)`")
    }
    try parser.advance()
    let subject = try parser.path()
    guard case .name = subject.node else {
      throw Diagnostic("formula", "the subject of a covariance is one column", at: subject.span)
    }
    let end = parser.tokenSpan
    try parser.expect(")")
    return CovarianceTerm(structure: name, visit: visit, subject: subject, span: start.union(end))
  }

  private mutating func randomTerm(_ inner: Sum, _ start: Span) throws(Diagnostic) -> Sum {
    let isCorrelated = parser.isAt("|")
    try parser.advance()
    var nested = [try grouping()]
    while try parser.take("/") { nested.append(try grouping()) }
    let end = parser.tokenSpan
    try parser.expect(")")
    guard !inner.standsAlone else { throw Diagnostic("formula", "a random term inside a random term", at: start) }
    // `a/b` is `a` and `a:b`.
    var groups: [Expression] = []
    var random: [RandomTerm] = []
    for level in nested {
      for variable in level where !groups.contains(where: { $0.description == variable.description }) {
        groups.append(variable)
      }
      random.append(
        RandomTerm(
          terms: inner.terms, hasIntercept: inner.intercept ?? true, groups: groups, isCorrelated: isCorrelated,
          span: start.union(end)))
    }
    return Sum(random: random)
  }

  /// `centre:patient`.
  private mutating func grouping() throws(Diagnostic) -> [Expression] {
    var variables: [Expression] = []
    repeat {
      let variable = try parser.path()
      guard case .name = variable.node else {
        throw Diagnostic(
          "formula", "the grouping of a random term is a column, or columns joined by `:` or `/`", at: variable.span)
      }
      if !variables.contains(where: { $0.description == variable.description }) { variables.append(variable) }
    } while try parser.take(":")
    return variables
  }
}

/// Parses the expressions and formulas that stand inside a cell's values.
public enum ExpressionReader {
  public static func expression(
    _ text: SourcedText, resolve: @escaping ParameterResolver
  ) throws(Diagnostic) -> Expression {
    try ExpressionParser.parse(text, resolve: resolve)
  }

  public static func formula(
    _ text: SourcedText, resolve: @escaping ParameterResolver
  ) throws(Diagnostic) -> Formula {
    try FormulaParser.parse(text, resolve: resolve)
  }
}
