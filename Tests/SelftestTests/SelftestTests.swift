import Selftest
import Testing

@Suite("The self-test")
struct SelftestTests {
  @Test(arguments: CertifiedSet.all)
  func reachesWhatIsRequired(_ set: CertifiedSet) {
    let outcome = Self.outcome(set)
    #expect(outcome.failure == nil)
    #expect(outcome.agrees, "\(set.name): \(outcome.quantities.map { "\($0.name) \($0.digits) of \($0.required)" })")
  }

  /// A result that is wrong in a digit that is required makes its quantity fail, whichever value it is, and no other.
  @Test(arguments: CertifiedSet.all)
  func noticesAChangedResult(_ set: CertifiedSet) {
    let solution = Selftest.solve(set)
    for quantity in set.certified {
      for index in quantity.values.indices {
        let outcome = Selftest.compare(solution, with: set) { name, values in
          guard name == quantity.name else { return values }
          var values = values
          let certified = Double(quantity.values[index]) ?? .nan
          values[index] = values[index].map { $0 + Self.changed(certified, digit: quantity.digits) - certified }
          return values
        }
        #expect(!outcome.agrees)
        #expect(
          outcome.quantities.filter { !$0.agrees }.map(\.name) == [quantity.name],
          "\(set.name) \(quantity.name) \(index)")
      }
    }
  }

  @Test(arguments: CertifiedSet.all)
  func noticesAWrongCertifiedValue(_ set: CertifiedSet) throws {
    let solution = Selftest.solve(set)
    for index in set.certified.indices {
      var wrong = set
      let value = try #require(Double(set.certified[index].values[0]))
      wrong.certified[index].values[0] = "\(Self.changed(value, digit: set.certified[index].digits))"
      #expect(!Selftest.compare(solution, with: wrong).agrees, "\(set.name) \(set.certified[index].name)")
    }
  }

  @Test func noticesWhatIsMissingOrNoNumber() {
    for set in [CertifiedSet.all[0], CertifiedSet.all[CertifiedSet.all.count - 1]] {
      for nothing: [Double?] in [[], [nil], [.nan], [.infinity]] {
        let outcome = Selftest.compare(Selftest.solve(set), with: set) { _, values in
          nothing + values.dropFirst(max(nothing.count, 1))
        }
        #expect(!outcome.agrees)
        #expect(outcome.quantities.allSatisfy { $0.digits == 0 })
      }
      var empty = set
      empty.certified = []
      #expect(!Self.outcome(empty).agrees)
    }
    #expect(!SelftestReport(engine: [], outcomes: []).passed)
    let first = CertifiedSet.all[0]
    let none = Selftest.compare(Selftest.solve(first), with: first) { _, _ in [] }
    #expect(!SelftestReport(engine: [], outcomes: [none]).passed)
  }

  @Test func countsDigitsAsNISTDoes() {
    #expect(Agreement.digits(of: 1, certified: 1) == 15)
    #expect(abs(Agreement.digits(of: 1.001, certified: 1) - 3) < 1e-9)
    #expect(abs(Agreement.digits(of: -999, certified: -1000) - 3) < 1e-9)
    #expect(abs(Agreement.digits(of: 1e-4, certified: 0) - 4) < 1e-9)
    #expect(Agreement.digits(of: 30, certified: 1) == 0)
    #expect(Agreement.digits(of: [1, 2], certified: [1]) == 0)
    #expect(Agreement.text(9.99) == "9.9" && Agreement.text(15) == "15.0")
  }

  /// A set is known by its name, and each says where it comes from.
  @Test func namesAreUniqueAndOriginsNamed() {
    #expect(Set(CertifiedSet.all.map { "\($0.kind) \($0.name)" }).count == CertifiedSet.all.count)
    for set in CertifiedSet.all {
      #expect(!set.origin.isEmpty && !set.authority.isEmpty && !set.model.isEmpty)
      #expect(set.name.hasPrefix("trial24") == set.origin.hasPrefix("synthetic"))
      for quantity in set.certified {
        #expect(quantity.values.allSatisfy { Double($0)?.isFinite == true }, "\(set.name)")
        #expect(quantity.digits >= 6)
      }
    }
  }

  private static func outcome(_ set: CertifiedSet) -> SetOutcome { Selftest.compare(Selftest.solve(set), with: set) }

  /// Twice as far off as is allowed.
  private static func changed(_ value: Double, digit: Double) -> Double {
    var factor = 2.0
    for _ in 0..<Int(digit) { factor /= 10 }
    return value == 0 ? factor : value * (1 + factor)
  }
}
