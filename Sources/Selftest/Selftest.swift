import Statistics

/// What a certified set came to.
public struct SetOutcome: Sendable {
  public struct Quantity: Sendable {
    public let name: CertifiedQuantity.Name
    public let computed: [Double?]
    public let certified: [String]
    public let digits: Double
    public let required: Double
    /// Whether all digits that are required agree.
    public var agrees: Bool { digits >= required }
  }

  public let set: CertifiedSet
  public let quantities: [Quantity]
  /// Why nothing could be computed.
  public let failure: StatisticsError?
  public var agrees: Bool { !quantities.isEmpty && quantities.allSatisfy(\.agrees) }
}

/// What the kernels gave for a set.
public struct SetSolution: Sendable {
  let results: [Problem.Result]
  let failure: StatisticsError?
}

/// Runs certified sets through the kernels of this program.
public enum Selftest {
  public static func run(_ sets: [CertifiedSet] = CertifiedSet.all) -> [SetOutcome] {
    sets.map { compare(solve($0), with: $0) }
  }

  public static func solve(_ set: CertifiedSet) -> SetSolution {
    do throws(StatisticsError) {
      return SetSolution(results: try set.problem.solve(), failure: nil)
    } catch {
      return SetSolution(results: [], failure: error)
    }
  }

  /// Compares results with what is certified.
  ///
  /// - Parameter altering: what a test puts in the place of results, to see that the comparison notices.
  public static func compare(
    _ solution: SetSolution, with set: CertifiedSet,
    altering: (CertifiedQuantity.Name, [Double?]) -> [Double?] = { $1 }
  ) -> SetOutcome {
    let quantities = set.certified.map { quantity in
      let found = solution.results.first { $0.name == quantity.name }?.values ?? []
      let computed = altering(quantity.name, found)
      return SetOutcome.Quantity(
        name: quantity.name, computed: computed, certified: quantity.values,
        digits: Agreement.digits(of: computed, certified: quantity.values.map { Double($0) ?? .nan }),
        required: quantity.digits)
    }
    return SetOutcome(set: set, quantities: quantities, failure: solution.failure)
  }
}
