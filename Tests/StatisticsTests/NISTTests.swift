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
