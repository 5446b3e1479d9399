internal import CGSL

/// The probability of all tables with the same margins that are not likelier than an observed one: the network algorithm
/// of Mehta & Patel (1983, J Am Stat Assoc 78:427–434).
///
/// Tables are filled column by column. A node is what is left of the row sums. The probabilities with which the remaining
/// columns can be filled are bounded on both sides; a way to a node of which all, or no, continuations count is not
/// followed further, and ways of one probability go on together.
struct TableProbability {
  /// So many fillings of a column are tried at most, and so much is spent on ways and nodes: some seconds.
  private static let most = 20_000_000
  private static let mostSpent = 250_000_000
  /// What a node costs, in steps from one way to the next.
  private static let node = 200

  private let rows: [Int]
  private let columns: [Int]
  private let table: [[Int]]
  private let factorial: [Double]
  private let observed: Double

  init(_ table: [[Int]], _ margins: Margins) {
    // Nodes are made of the shorter margin.
    let isWide = table.count <= margins.columns.count
    rows = (isWide ? margins.rows : margins.columns).sorted(by: >)
    // Large columns last: their filling is bounded rather than enumerated.
    columns = (isWide ? margins.columns : margins.rows).sorted()
    self.table = table
    let factorial = LogGamma.factorials(Int(margins.total))
    self.factorial = factorial
    let whole = (margins.rows + margins.columns).reduce(0.0) { $0 + factorial[$1] } - factorial[Int(margins.total)]
    observed = whole - table.joined().reduce(0.0) { $0 + factorial[$1] }
  }

  private struct Node {
    let rows: [Int]
    /// Logarithms of the probabilities of ways to the node, and how likely all ways of that probability are together.
    var ways: [(log: Double, probability: Double)]
  }

  func pValue() throws(TestProblem) -> Double {
    // R's allowance for rounding.
    let bound = observed + log1p(1e-7)
    var work = 0
    var spent = 0
    var nodes = [Node(rows: rows, ways: [(0, 1)])]
    var sum = 0.0
    for stage in columns.indices.dropLast() {
      var index: [[Int]: Int] = [:]
      var next: [Node] = []
      var merged: [[Int64: Int]] = []
      var bounds: [(low: Double, high: Double)] = []
      for node in nodes {
        try forEachFilling(node.rows, columns[stage], &work) { (rest, log) throws(TestProblem) in
          spent += node.ways.count
          guard spent <= Self.mostSpent else { throw .tooManyTables }
          if stage == columns.count - 2 {
            // The last column takes what is left.
            for way in node.ways where way.log + log <= bound { sum += way.probability * exp(log) }
            return
          }
          let rest = rest.sorted(by: >)
          let place: Int
          if let known = index[rest] {
            place = known
          } else {
            place = next.count
            spent += Self.node
            index[rest] = place
            next.append(Node(rows: rest, ways: []))
            merged.append([:])
            bounds.append(range(rest, columns[(stage + 1)...]))
          }
          let factor = exp(log)
          for way in node.ways {
            let total = way.log + log
            if total + bounds[place].high <= bound {
              sum += way.probability * factor
            } else if total + bounds[place].low <= bound {
              let key = Int64((total * 1e11).rounded())
              if let known = merged[place][key] {
                next[place].ways[known].probability += way.probability * factor
              } else {
                merged[place][key] = next[place].ways.count
                next[place].ways.append((total, way.probability * factor))
              }
            }
          }
        }
      }
      nodes = next.filter { !$0.ways.isEmpty }
    }
    return min(1, sum)
  }

  /// Bounds of the logarithm of the probability with which `columns` are filled from `rows`: a constant less Σ log x! over
  /// the cells.
  private func range(_ rows: [Int], _ columns: ArraySlice<Int>) -> (low: Double, high: Double) {
    let total = rows.reduce(0, +)
    let constant =
      rows.reduce(0.0) { $0 + factorial[$1] } + columns.reduce(0.0) { $0 + factorial[$1] } - factorial[total]
    // For multipliers a of rows and b of columns, Σ (log x! − (a + b) x) + Σ a r + Σ b c is at most the smallest Σ log x!.
    // With those of independence, λ = e^(a + b) = r c / total, each cell is smallest at the whole part of λ.
    var smallest = 0.0
    for row in rows where row > 0 {
      for column in columns where column > 0 {
        let lambda = Double(row) * Double(column) / Double(total)
        let x = Int(lambda)
        smallest += factorial[x] + (lambda - Double(x)) * log(lambda)
      }
    }
    // At most, each row alone fills its largest cells first; so does each column.
    func packed(_ lines: some Sequence<Int>, into capacities: [Int]) -> Double {
      let capacities = capacities.sorted(by: >)
      return lines.reduce(0.0) { sum, line in
        var (left, sum) = (line, sum)
        for capacity in capacities where left > 0 {
          let taken = min(left, capacity)
          sum += factorial[taken]
          left -= taken
        }
        return sum
      }
    }
    let largest = min(packed(rows, into: Array(columns)), packed(columns, into: rows))
    return (constant - largest, constant - smallest)
  }

  /// Every way to take `column` from `rows`: what is left of each, and the logarithm of its probability.
  private func forEachFilling(
    _ rows: [Int], _ column: Int, _ work: inout Int, _ body: ([Int], Double) throws(TestProblem) -> Void
  ) throws(TestProblem) {
    work += Self.fillings(rows, column)
    guard work <= Self.most else { throw .tooManyTables }
    let total = rows.reduce(0, +)
    let base = factorial[column] + factorial[total - column] - factorial[total]
    var rest = rows
    // What the rows from each on can give at most.
    var capacity = [Int](repeating: 0, count: rows.count + 1)
    for row in rows.indices.reversed() { capacity[row] = capacity[row + 1] + rows[row] }
    func fill(_ row: Int, _ left: Int, _ log: Double) throws(TestProblem) {
      if row == rows.count {
        try body(rest, log)
        return
      }
      let least = max(0, left - capacity[row + 1])
      let most = min(left, rows[row])
      guard least <= most else { return }
      for taken in least...most {
        rest[row] = rows[row] - taken
        try fill(
          row + 1, left - taken, log + factorial[rows[row]] - factorial[taken] - factorial[rows[row] - taken])
      }
      rest[row] = rows[row]
    }
    try fill(0, column, base)
  }

  /// How many ways there are to take `column` from `rows`, at most `most + 1`.
  private static func fillings(_ rows: [Int], _ column: Int) -> Int {
    // As many as there are to leave it; of both, the smaller is below the peak of the counts.
    let column = min(column, rows.reduce(0, +) - column)
    var ways = [Int](repeating: 0, count: column + 1)
    ways[0] = 1
    for row in rows {
      var sum = 0
      // Sums over windows of row + 1.
      let before = ways
      for taken in 0...column {
        sum += before[taken] - (taken > row ? before[taken - row - 1] : 0)
        ways[taken] = sum
      }
      // None falls when a row is added, and below the peak none exceeds the last.
      if ways.contains(where: { $0 > most }) { return most + 1 }
    }
    return ways[column]
  }
}
