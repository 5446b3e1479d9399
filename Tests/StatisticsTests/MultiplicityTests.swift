import Statistics
import Testing

@Suite("Largest of several statistics")
struct MultiplicityTests {
  @Test func print_() {
    for (q, k, df) in [(3.5, 3, 10.0), (3.633, 4, 30.5), (1.2, 10, 7), (4.3, 20, 2000), (8, 5, 12), (30, 3, 4), (12, 4, 1), (3.3, 3, .infinity), (2.1, 60, 5)] {
      print("TUKEY", q, k, df, StudentizedRange.upper(q, groups: k, degreesOfFreedom: df))
    }
    for m in [3, 5] {
      var r = Matrix(rows: m, columns: m)
      for a in 0..<m { for b in 0..<m { r[a, b] = a == b ? 1 : 0.5 } }
      let exact = LargestOfStudents(correlation: r)
      let lattice = LargestOfStudents(correlation: r, usesLattice: true)
      for (t, df) in [(0.5, 4.0), (2.2, 10), (3.5, 60), (8, 30), (2.5, .infinity)] {
        print("DUN", m, t, df, exact.method == .lattice, exact.upper(t, degreesOfFreedom: df), lattice.upper(t, degreesOfFreedom: df))
      }
    }
    for k in [3, 4, 6] {
      var rows: [[Double]] = []
      for a in 0..<k { for b in (a + 1)..<k { var l = [Double](repeating: 0, count: k); l[a] = 0.5.squareRoot(); l[b] = -0.5.squareRoot(); rows.append(l) } }
      var r = Matrix(rows: rows.count, columns: rows.count)
      for a in rows.indices { for b in rows.indices { r[a, b] = zip(rows[a], rows[b]).reduce(0) { $0 + $1.0 * $1.1 } } }
      let lattice = LargestOfStudents(correlation: r)
      for (t, df) in [(0.5, 4.0), (2.2, 10), (3.5, 60), (8, 30), (2.5, .infinity)] {
        print("PAIRS", k, t, df, StudentizedRange.upper(t * 2.0.squareRoot(), groups: k, degreesOfFreedom: df), lattice.upper(t, degreesOfFreedom: df))
      }
    }
    for (d, n) in [(1, 3), (2, 3), (1, 4), (3, 5), (4, 6), (6, 9)] { print("POLY", d, n, PolynomialContrast.weights(degree: d, levels: n)) }
  }
}
