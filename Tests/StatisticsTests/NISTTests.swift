import Foundation
import Statistics
import Testing

/// NIST's Statistical Reference Datasets, which lie beside the repository and are skipped where they do not.
@Suite(.enabled(if: ReferenceFolder.beside.has(data: "nist_norris"), "../shared/reference holds no nist_* files"))
struct NISTTests {
  struct Linear: Sendable, CustomTestStringConvertible {
    let name: String
    /// The degree of the polynomial in x; nil for columns x1, x2, ….
    let degree: Int?
    var intercept = true
    /// The fewest digits of coefficients and of standard errors (LRE).
    let digits: (coefficients: Double, errors: Double)
    var testDescription: String { name }
  }

  static let linear = [
    Linear(name: "norris", degree: 1, digits: (13, 13)),
    Linear(name: "pontius", degree: 2, digits: (13, 13)),
    Linear(name: "noint1", degree: 1, intercept: false, digits: (13, 13)),
    Linear(name: "longley", degree: nil, digits: (13, 13)),
    Linear(name: "wampler1", degree: 5, digits: (13, 13)),
    Linear(name: "wampler3", degree: 5, digits: (13, 13)),
    Linear(name: "wampler4", degree: 5, digits: (13, 13)),
    Linear(name: "filip", degree: 10, digits: (7, 7)),
  ]

  @Test(arguments: linear)
  func linearRegression(set: Linear) throws {
    let data = try ReferenceFolder.beside.table("nist_\(set.name)")
    let exact = try ReferenceFolder.beside.expected("nist_\(set.name)")["exact"]
    let response = try data.numbers("y")
    var columns: [[Double]] = set.intercept ? [response.map { _ in 1 }] : []
    if let degree = set.degree {
      let x = try data.numbers("x")
      var power = x
      for _ in 1...degree {
        columns.append(power)
        power = zip(power, x).map { $0 * $1 }
      }
    } else {
      for name in data.header where name != "y" { columns.append(try data.numbers(name)) }
    }
    // Filip's tenth power is collinear with the rest at R's usual 1e-7.
    let fit = try LeastSquares.fit(
      response: response, design: Matrix(columns: columns), tolerance: 1e-11,
      interceptColumn: set.intercept ? 0 : nil)
    let coefficients = digits(fit.coefficients.compactMap { $0 }, try exact["estimate"].numbers())
    let errors = digits(fit.standardErrors.compactMap { $0 }, try exact["sd"].numbers())
    let sigma = digits([fit.sigma ?? .nan], [try exact["residual_sd"].number()])
    print("NIST \(set.name): coefficients \(coefficients), standard errors \(errors), sigma \(sigma) digits")
    #expect(coefficients >= set.digits.coefficients)
    #expect(errors >= set.digits.errors)
    #expect(sigma >= set.digits.errors)
  }

  /// The powers of NIST's x are no doubles: with what they lose the certified coefficients come back.
  @Test func filipWithLowParts() throws {
    let data = try ReferenceFolder.beside.table("nist_filip")
    let exact = try ReferenceFolder.beside.expected("nist_filip")["exact"]
    let x = try data.numbers("x")
    var columns = [x.map { _ in 1.0 }]
    var low: [Int: [Double]] = [:]
    for power in 1...10 {
      columns.append(zip(columns[columns.count - 1], x).map { $0 * $1 })
      low[power] = zip(columns[power], x).map { PowerRounding.remainder(of: $1, exponent: power, beyond: $0) }
    }
    let fit = try LeastSquares.fit(
      response: data.numbers("y"), design: Matrix(columns: columns), tolerance: 1e-11, interceptColumn: 0, low: low)
    let coefficients = digits(fit.coefficients.compactMap { $0 }, try exact["estimate"].numbers())
    let errors = digits(fit.standardErrors.compactMap { $0 }, try exact["sd"].numbers())
    let sigma = digits([fit.sigma ?? .nan], [try exact["residual_sd"].number()])
    print("NIST filip with low parts: coefficients \(coefficients), standard errors \(errors), sigma \(sigma) digits")
    #expect(coefficients >= 10)
    #expect(sigma >= 10)
    #expect(errors >= 10)
  }

  /// Through orthogonal polynomials nothing is collinear. The certified powers are compared after expanding the fitted
  /// polynomial by differences at exact points, and the residual standard deviation as it is.
  @Test func filipThroughOrthogonalPolynomials() throws {
    let data = try ReferenceFolder.beside.table("nist_filip")
    let exact = try ReferenceFolder.beside.expected("nist_filip")["exact"]
    let x = try data.numbers("x")
    let response = try data.numbers("y")
    let basis = try #require(OrthogonalPolynomials(x, degree: 10))
    let rows = x.map { [1] + basis.values(at: $0) }
    let fit = try LeastSquares.fit(
      response: response, design: Matrix(rows: x.count, columns: 11, elements: rows.flatMap { $0 }), interceptColumn: 0)
    #expect(fit.aliased == [])
    let sigma = digits([fit.sigma ?? .nan], [try exact["residual_sd"].number()])
    // The fitted values from the exact coefficients, Horner in plain doubles: its own rounding is the limit.
    let powers = try exact["estimate"].numbers()
    var worst = 0.0
    for (value, point) in zip(fit.fitted, x) {
      var sum = 0.0
      var size = 0.0
      for power in powers.reversed() {
        sum = sum * point + power
        size = size * abs(point) + abs(power)
      }
      worst = max(worst, abs(sum - value) / size)
    }
    print("NIST filip through poly: sigma \(sigma) digits, fitted within \(worst) of the size of their terms")
    #expect(sigma >= 10)
    #expect(worst < 1e-15)
  }

  @Test func filipIsRankDeficientAtTheUsualTolerance() throws {
    let data = try ReferenceFolder.beside.table("nist_filip")
    let x = try data.numbers("x")
    var columns = [x.map { _ in 1.0 }]
    for _ in 1...10 { columns.append(zip(columns[columns.count - 1], x).map { $0 * $1 }) }
    let fit = try LeastSquares.fit(
      response: data.numbers("y"), design: Matrix(columns: columns), interceptColumn: 0)
    // As R's lm says, too.
    #expect(fit.aliased == [10])
  }

  @Test(arguments: ["lottery", "lew", "numacc1", "numacc2", "numacc4"])
  func univariate(name: String) throws {
    let exact = try ReferenceFolder.beside.expected("nist_\(name)")["exact"]
    let summary = try Summary(ReferenceFolder.beside.table("nist_\(name)").numbers("y"))
    let mean = digits([summary.mean], [try exact["mean"].number()])
    let deviation = digits([summary.standardDeviation ?? .nan], [try exact["sd"].number()])
    print("NIST \(name): mean \(mean), standard deviation \(deviation) digits")
    #expect(mean >= 14)
    // NumAcc4 alternates 10000000.1 and .3, whose doubles carry 8 digits of the deviation.
    #expect(deviation >= (name == "numacc4" ? 8 : name == "numacc2" ? 12 : 14))
  }
}
