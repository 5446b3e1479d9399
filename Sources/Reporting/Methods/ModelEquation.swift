import Analysis
import NotebookSyntax

/// The equation of a fitted model, written from its formula and the names of its coefficients: coefficient k stands in
/// row k of the table, counted from 0 where the model has an intercept.
enum ModelEquation {
  /// Coefficients that are written out; of more, the first and the last.
  private static let most = 9
  /// Letters after which a line is broken.
  private static let widest = 52

  /// Nil where the result is of no model, or its formula is none that can be read.
  static func node(_ result: ResultValue) -> MathNode? {
    guard let text = result["formula"]?.string, case .keyed(_, let terms)? = result["terms"], !terms.isEmpty,
      let formula = parsed(text)
    else { return nil }
    guard let columns = columns(formula, result) else { return nil }
    let names = terms.compactMap(\.keys.first)
    let summands = fixed(names) + random(formula, columns)
    let family = result["family"]?.string
    let outcome = expression(formula.response)
    let left = family == nil ? outcome : linked(outcome, result["link"]?.string ?? "identity")
    var rows = lines(left, summands + (family == nil ? [("ε", [.identifier("ε", isUpright: false)])] : []))
    rows += distributions(formula, columns.map(\.count), outcome, family)
    return .table(rows, .aligned)
  }

  private static func parsed(_ text: String) -> Formula? {
    let span = Span(0, text.utf8.count)
    // Parameters stand in it as their values.
    return try? ExpressionReader.formula(SourcedText(text, span: span, verbatimStart: 0)) {
      name, span throws(Diagnostic) in .name(name)
    }
  }

  private typealias Summand = (text: String, nodes: [MathNode])

  private static func symbol(_ letter: String, _ index: String) -> MathNode {
    .scripts(.identifier(letter, isUpright: false), sub: .number(index), sup: nil, limits: false)
  }

  private static func fixed(_ names: [String]) -> [Summand] {
    let first = names.first == "(Intercept)" ? 0 : 1
    let all = names.enumerated().map { position, name -> Summand in
      let coefficient = symbol("β", String(position + first))
      guard name != "(Intercept)" else { return ("b", [coefficient]) }
      return ("b" + name, [coefficient, .space("0.167")] + product(name))
    }
    guard all.count > most else { return all }
    return Array(all.prefix(4)) + [("…", [.symbol("⋯")])] + all.suffix(1)
  }

  /// `early:groupB` as a product.
  private static func product(_ name: String) -> [MathNode] {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    return parts.enumerated().flatMap { index, part -> [MathNode] in
      (index == 0 ? [] : [.symbol("×")]) + [.text(String(part))]
    }
  }

  /// The columns of each random term, which the result names: a factor has one for each of its levels but one. Nil where
  /// the result is not of this formula.
  private static func columns(_ formula: Formula, _ result: ResultValue) -> [[String]]? {
    guard !formula.random.isEmpty else { return [] }
    guard case .keyed(_, let groups)? = result["varcorr"], groups.count == formula.random.count else { return nil }
    var columns: [[String]] = []
    for group in groups {
      guard case .keyed(_, let deviations)? = group.value["sd"] else { return nil }
      columns.append(deviations.compactMap(\.keys.first))
    }
    return columns
  }

  private static func random(_ formula: Formula, _ columns: [[String]]) -> [Summand] {
    var number = 0
    return zip(formula.random, columns).flatMap { term, columns -> [Summand] in
      columns.map { $0 == "(Intercept)" ? "" : $0 }.map { column in
        let index = MathNode.row([.number(String(number)), .symbol(","), .text(term.group)])
        number += 1
        let effect = MathNode.scripts(.identifier("b", isUpright: false), sub: index, sup: nil, limits: false)
        let factor = column.isEmpty ? [] : [.space("0.167")] + product(column)
        return ("b" + term.group + column, [effect] + factor)
      }
    }
  }

  /// The sum, broken into lines.
  private static func lines(_ left: MathNode, _ summands: [Summand]) -> [[MathNode]] {
    var rows: [[MathNode]] = []
    var nodes: [MathNode] = [.symbol("=")]
    var width = 0
    for (index, summand) in summands.enumerated() {
      if width > 0, width + summand.text.utf8.count > widest {
        rows.append([rows.isEmpty ? left : .row([]), .row(nodes)])
        nodes = [.space("1")]
        width = 0
      }
      if index > 0 { nodes.append(.symbol("+")) }
      nodes += summand.nodes
      width += summand.text.utf8.count + 3
    }
    return rows + [[rows.isEmpty ? left : .row([]), .row(nodes)]]
  }

  /// - Parameter counts: of the effects of each random term.
  private static func distributions(
    _ formula: Formula, _ counts: [Int], _ outcome: MathNode, _ family: String?
  ) -> [[MathNode]] {
    func normal(_ spread: MathNode) -> [MathNode] {
      [
        .symbol("∼"), .space("0.25"), .identifier("N", isUpright: true), .fence("(", grows: false), .number("0"),
        .symbol(","), spread,
        .fence(")", grows: false),
      ]
    }
    func matrix(_ index: String) -> MathNode {
      .scripts(.identifier("Σ", isUpright: true), sub: .text(index), sup: nil, limits: false)
    }
    let variance = MathNode.scripts(.identifier("σ", isUpright: false), sub: nil, sup: .number("2"), limits: false)
    var rows: [[MathNode]] = []
    var number = 0
    for (term, count) in zip(formula.random, counts) {
      let effects = (number..<number + count).map { symbol("b", String($0)) }
      number += count
      let listed = effects.enumerated().flatMap { $0.offset == 0 ? [$0.element] : [.symbol(","), $0.element] }
      let vector = MathNode.scripts(
        .row([.fence("(", grows: false)] + listed + [.fence(")", grows: false)]), sub: .text(term.group), sup: nil,
        limits: false)
      rows.append([vector, .row(normal(matrix(term.group)))])
    }
    if let family {
      rows.append([outcome, .row([.symbol("∼"), .space("0.25"), .text(family)])])
    } else if let covariance = formula.covariances.first {
      let errors = MathNode.scripts(
        .identifier("ε", isUpright: false), sub: .text(covariance.subject.description), sup: nil, limits: false)
      rows.append([errors, .row(normal(matrix(covariance.visit.description)))])
    } else {
      rows.append([.identifier("ε", isUpright: false), .row(normal(variance))])
    }
    return rows
  }

  private static func linked(_ outcome: MathNode, _ link: String) -> MathNode {
    let mean = MathNode.row([
      .identifier("E", isUpright: true), .fence("[", grows: false), outcome, .fence("]", grows: false),
    ])
    guard link != "identity" else { return mean }
    return .row([.identifier(link, isUpright: true), .fence("(", grows: false), mean, .fence(")", grows: false)])
  }

  private static func expression(_ expression: Expression) -> MathNode {
    switch expression.node {
    case .call(let name, _, let arguments) where arguments.count == 1:
      return .row([
        .identifier(name, isUpright: true), .fence("(", grows: false), self.expression(arguments[0].value),
        .fence(")", grows: false),
      ])
    default: return .text(expression.description)
    }
  }
}
