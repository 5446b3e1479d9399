/// A data set with a model and what is certified of its results.
public struct CertifiedSet: Sendable, CustomStringConvertible {
  /// What is tried.
  public enum Kind: String, Sendable, CaseIterable {
    case functions, univariate, regression, mixed
    case repeatedMeasures = "repeated measures"
  }

  public let name: String
  public let kind: Kind
  /// The model as R would write it, or the points at which a function is asked.
  public let model: String
  /// Where the data come from; says so where they are synthetic.
  public let origin: String
  /// How the certified values were made.
  public let authority: String
  let problem: Problem
  /// What is certified; a test may put other values in its place.
  public var certified: [CertifiedQuantity]

  public var description: String { name }

  /// All sets, in the order of a report.
  public static let all: [CertifiedSet] =
    functions + [lew, lottery, michelso] + numericalAccuracy
    + [norris, pontius, noInt1, longley] + wampler + [filip]
    + dyestuff + dyestuff2 + sleepstudy + pastes + penicillin + cake + orthodont
    + orthodontVisits + trial24
}

/// A result of which certified values are known.
public struct CertifiedQuantity: Sendable {
  /// Which one.
  public enum Name: String, Sendable {
    case values, mean, coefficients, sigma, theta
    case standardDeviation = "standard deviation"
    case standardErrors = "standard errors"
    case logLikelihood = "log-likelihood"
    case satterthwaite = "Satterthwaite df"
    case kenwardRogerErrors = "Kenward-Roger errors"
    case kenwardRogerDegrees = "Kenward-Roger df"
  }

  public let name: Name
  /// Decimals with more digits than a double holds.
  public var values: [String]
  /// How many digits of each must agree.
  public let digits: Double

  /// - Parameter values: decimals between blanks.
  public init(_ name: Name, _ values: String, digits: Double) {
    self.name = name
    self.values = values.split { $0 == " " || $0 == "\n" }.map(String.init)
    self.digits = digits
  }
}

extension CertifiedSet {
  /// Authorities.
  static let exact = "exact rational arithmetic on the published decimals, roots at 50 digits"
  static let oracle =
    "50-digit arithmetic (mpmath): a profiled deviance of its own, Newton's method to a gradient below 1e-29"
  static let closed = "closed form at 50 digits: the variance of batches is 0"
  static let independent =
    "double precision by code of its own (numpy): analytic gradient, exact Hessian, Newton's method to a gradient below 5e-11"
  static let functionValues = "50-digit arithmetic (mpmath)"

  static func univariate(
    _ name: String, origin: String, _ numbers: [Double], _ certified: [CertifiedQuantity]
  ) -> CertifiedSet {
    CertifiedSet(
      name: name, kind: .univariate, model: "mean and standard deviation of \(numbers.count) numbers", origin: origin,
      authority: exact, problem: .univariate(numbers), certified: certified)
  }

  /// Powers of x as the regression step makes them: products rounded to doubles, with what each lost.
  ///
  /// - Parameter tolerance: as the regression step takes it; 1e-7 is its default.
  static func polynomial(
    _ name: String, origin: String, degree: Int, tolerance: Double = 1e-7, intercept: Bool = true, x: [Double],
    y: [Double], _ certified: [CertifiedQuantity]
  ) -> CertifiedSet {
    let terms = (1...degree).map { $0 == 1 ? "x" : "I(x^\($0))" }.joined(separator: " + ")
    let setting = tolerance == 1e-7 ? "" : ", tolerance: \(tolerance)"
    return CertifiedSet(
      name: name, kind: .regression, model: "y ~ \(intercept ? "" : "0 + ")\(terms)\(setting)", origin: origin,
      authority: exact,
      problem: .polynomial(
        response: y, x: x, degree: degree, tolerance: tolerance, hasIntercept: intercept),
      certified: certified)
  }

  static func function(
    _ name: String, at points: String, _ function: @escaping @Sendable (Double) -> Double,
    _ certified: [CertifiedQuantity]
  ) -> CertifiedSet {
    CertifiedSet(
      name: name, kind: .functions, model: "at \(points)", origin: "chosen points", authority: functionValues,
      problem: .function(function, at: points.numbers), certified: certified)
  }
}
