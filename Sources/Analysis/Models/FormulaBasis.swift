import NotebookSyntax
import Statistics

/// `poly(x, 2)` or `ns(x, df = 3)` as a formula writes it: several columns made of one number.
struct FormulaBasis {
  enum Kind: String, CaseIterable { case poly, ns }

  private static let most = 20

  let kind: Kind
  /// The number it is made of.
  let argument: Expression
  let count: Int

  /// What is wrong with a basis as it is written.
  struct Mistake: Error {
    let message: String
    let help: String
  }

  /// Nil for any other expression.
  static func of(_ expression: Expression) -> Result<FormulaBasis, Mistake>? {
    guard case .call(let name, _, let arguments) = expression.node, let kind = Kind(rawValue: name) else { return nil }
    let option = kind == .poly ? "degree" : "df"
    let mistake = Mistake(
      message: "`\(name)` takes a number and its \(kind == .poly ? "degree" : "degrees of freedom"), from 1 to \(most)",
      help: "write for example `\(name)(x, \(kind == .poly ? 2 : 3))`")
    guard arguments.count == 2, arguments[0].name == nil, arguments[1].name == nil || arguments[1].name == option,
      case .number(let value, nil) = arguments[1].value.ungrouped.node, value == value.rounded(),
      (1...Double(most)).contains(value)
    else { return .failure(mistake) }
    return .success(FormulaBasis(kind: kind, argument: arguments[0].value, count: Int(value)))
  }

  /// Its columns, as R names them.
  static func names(_ variable: String, _ count: Int) -> [String] {
    count == 1 ? [variable] : (1...count).map { "\(variable)\($0)" }
  }
}

/// A basis with what it took from the data: polynomials' recurrence, splines' knots. Values elsewhere come from the same.
enum FittedBasis: Sendable {
  case polynomials(OrthogonalPolynomials)
  case spline(NaturalSpline)

  func values(at point: Double) -> [Double] {
    switch self {
    case .polynomials(let basis): return basis.values(at: point)
    case .spline(let basis): return basis.values(at: point)
    }
  }

  /// - Throws: where the numbers take too few values; the message points to `variable`.
  init(_ basis: FormulaBasis, _ numbers: [Double], variable: Expression) throws(StepFailure) {
    if numbers.contains(where: { !$0.isFinite }) {
      throw StepFailure(
        Diagnostic(
          "model", "`\(basis.argument)` is infinite in some row, and `\(variable)` needs finite numbers",
          at: variable.span, help: "filter such rows out before"))
    }
    switch basis.kind {
    case .poly:
      guard let made = OrthogonalPolynomials(numbers, degree: basis.count) else {
        throw StepFailure(
          Diagnostic(
            "model",
            "`\(basis.argument)` has too few different values in the rows used for a polynomial of degree \(basis.count)",
            at: variable.span, help: "use a lower degree"))
      }
      self = .polynomials(made)
    case .ns:
      guard let made = NaturalSpline(numbers, degreesOfFreedom: basis.count) else {
        throw StepFailure(
          Diagnostic(
            "model",
            "the knots of `\(variable)` are quantiles of `\(basis.argument)`, and some of these are equal in the rows used",
            at: variable.span, help: "use fewer degrees of freedom"))
      }
      self = .spline(made)
    }
  }
}
