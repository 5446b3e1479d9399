import Statistics
import Testing

@Suite("Largest of several statistics")
struct MultiplicityTests {
  /// P(Q > q) by R 4.2.2's `ptukey`, which is good to about 1e-8 here. Where it is not, as at 30 with 4 degrees of freedom (it
  /// says 8.09e-5), the same integral by an independent program with finer steps.
  @Test(
    arguments: [
      (3.5, 3, 10, 0.0771033108386604, 1e-9), (3.633, 4, 30.5, 0.0690951786235392, 1e-9),
      (1.2, 10, 7, 0.993825777697099, 1e-8), (4.3, 20, 2000, 0.21121426845278, 1e-8),
      (8, 5, 12, 0.000820452833418805, 1e-7), (3.3, 3, .infinity, 0.0513109064189863, 1e-10),
      (3.3, 3, .infinity, 0.051310906418189896, 1e-12),
      (2.1, 60, 5, 0.998103627995122, 1e-7), (30, 3, 4, 6.530591737198647e-05, 1e-12),
      (3.5, 3, 10, 0.07710331083841183, 1e-12),
    ] as [(Double, Int, Double, Double, Double)])
  func studentizedRange(q: Double, groups: Int, freedom: Double, expected: Double, tolerance: Double) {
    let found = StudentizedRange.upper(q, groups: groups, degreesOfFreedom: freedom)
    #expect(abs(found - expected) <= tolerance * expected)
  }

  @Test func aRangeOfTwoIsStudents() {
    for (t, freedom) in [(0.3, 1.5), (2.1, 12), (9, 40)] {
      let student = Distributions.studentTwoSided(t, degreesOfFreedom: freedom)
      let range = StudentizedRange.upper(t * 2.0.squareRoot(), groups: 2, degreesOfFreedom: freedom)
      #expect(abs(range - student) <= 1e-14 * student)
      // A hypothesis that is twice the same needs no adjustment, and one of independent parts Šidák's, about.
      let two = LargestOfStudents(correlation: Matrix(rows: 2, columns: 2, elements: [1, 0, 0, 1]))
      let normal = two.upper(t, degreesOfFreedom: .infinity).value
      let single = Distributions.studentTwoSided(t, degreesOfFreedom: .infinity)
      #expect(abs(normal - single * (2 - single)) <= 1e-12 * normal)
    }
  }

  /// Quadrature against the lattice rule, two ways that share nothing but the average over s; and all pairs, a singular
  /// correlation, against the range.
  @Test func latticeAgrees() {
    let points: [(Double, Double)] = [(0.5, 4), (2.2, 10), (3.5, 60), (2.5, .infinity)]
    let size = 5
    var loadings = Matrix(rows: size, columns: size)
    let load = [0.9, 0.2, -0.6, 0.5, 0.7]
    for a in 0..<size { for b in 0..<size { loadings[a, b] = a == b ? 1 : load[a] * load[b] } }
    let exact = LargestOfStudents(correlation: loadings)
    let lattice = LargestOfStudents(correlation: loadings, usesLattice: true)
    #expect(exact.method != .lattice)
    let half = 0.5.squareRoot()
    var rows: [[Double]] = []
    for a in 0..<4 { for b in (a + 1)..<4 { rows.append((0..<4).map { $0 == a ? half : $0 == b ? -half : 0 }) } }
    var pairs = Matrix(rows: 6, columns: 6)
    for a in 0..<6 { for b in 0..<6 { for (x, y) in zip(rows[a], rows[b]) { pairs[a, b] += x * y } } }
    for index in 0..<6 { pairs[index, index] = 1 }
    let all = LargestOfStudents(correlation: pairs)
    #expect(all.method == .lattice)
    for (t, freedom) in points {
      // 2,048 points of each of eight shifts reach three to four digits; the stated error must cover what is missing.
      let first = lattice.upper(t, degreesOfFreedom: freedom)
      #expect(abs(first.value - exact.upper(t, degreesOfFreedom: freedom).value) <= max(2 * first.error, 1e-5))
      #expect(first.error < 5e-4)
      let second = all.upper(t, degreesOfFreedom: freedom)
      let range = StudentizedRange.upper(t * 2.0.squareRoot(), groups: 4, degreesOfFreedom: freedom)
      #expect(abs(second.value - range) <= max(2 * second.error, 1e-5))
    }
  }

  /// Two independent parts with variances 1 and 4 and 10 and 20 degrees of freedom, by hand: F = (2² + 1.5²)/2,
  /// E = 10/8 + 20/18 and 2E/(E − 2) = 13.0769…; a row that depends on the others changes nothing.
  @Test func jointTest() throws {
    func estimate(_ weights: [Double]) -> (value: Double, standardError: Double, degreesOfFreedom: Double)? {
      let variance = weights[0] * weights[0] + 4 * weights[1] * weights[1]
      return (2 * weights[0] + 3 * weights[1], variance.squareRoot(), abs(weights[0]) > 0.5 ? 10 : 20)
    }
    for rows in [[[1.0, 0], [0, 1]], [[1, 1], [1, -1], [2, 0]], [[0, 3], [5, 1]]] {
      let test = try #require(try LinearHypothesis(rows, estimate: estimate))
      #expect(test.rank == 2)
      #expect(abs(test.statistic - 3.125) < 1e-13)
      #expect(abs(test.degreesOfFreedom - 170.0 / 13) < 1e-11)
    }
    let one = try #require(try LinearHypothesis([[0, 2]], estimate: estimate))
    #expect(one.degreesOfFreedom == 20)
    #expect(abs(one.statistic - 2.25) < 1e-14)
    #expect(try LinearHypothesis([], estimate: estimate) == nil)
  }

  /// Nothing that a fit may hand over stops or slows an integral.
  @Test func extremes() {
    let pair = LargestOfStudents(correlation: Matrix(rows: 2, columns: 2, elements: [1, 0.5, 0.5, 1]))
    for t in [0, 1e-300, 1, 50, 1e8, 1e200, .infinity] {
      for freedom in [1e-3, 0.3, 1, 1e3, 1e12, 1e16, .infinity] {
        let single = Distributions.studentTwoSided(t, degreesOfFreedom: freedom)
        for p in [
          StudentizedRange.upper(t * 2.0.squareRoot(), groups: 5, degreesOfFreedom: freedom),
          pair.upper(t, degreesOfFreedom: freedom).value,
        ] {
          // Beyond, Student's own tail has no digits left.
          guard t < 1e100 else { continue }
          #expect(p >= single * (1 - 1e-9) && p <= min(1, 10 * single) * (1 + 1e-9), "\(t) \(freedom) \(p) \(single)")
        }
      }
    }
  }

  /// Fisher & Yates's table XXIII.
  @Test func polynomials() {
    #expect(PolynomialContrast.weights(degree: 1, levels: 4) == [-3, -1, 1, 3])
    #expect(PolynomialContrast.weights(degree: 2, levels: 5) == [2, -1, -2, -1, 2])
    #expect(PolynomialContrast.weights(degree: 3, levels: 5) == [-1, 2, 0, -2, 1])
    #expect(PolynomialContrast.weights(degree: 4, levels: 6) == [1, -3, 2, 2, -3, 1])
    #expect(PolynomialContrast.weights(degree: 6, levels: 9) == [4, -17, 22, 1, -20, 1, 22, -17, 4])
    for degree in 1...6 {
      let weights = PolynomialContrast.weights(degree: degree, levels: 60)
      #expect(weights.reduce(0, +) == 0)
      #expect(weights[59] > 0)
    }
  }
}
