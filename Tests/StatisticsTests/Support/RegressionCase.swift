import Foundation
import Statistics
import Testing

/// The columns of the reference models, built by hand as R builds them.
struct RegressionCase {
  let response: [Double]
  let design: Matrix

  init(response: [Double], _ columns: [[Double]]) {
    self.response = response
    design = Matrix(columns: [response.map { _ in 1 }] + columns)
  }

  static func indicators(_ values: [String], _ levels: [String]) -> [[Double]] {
    levels.map { level in values.map { $0 == level ? 1 : 0 } }
  }

  /// `mpg ~ wt + hp + factor(cyl)`
  static func mtcars() throws -> RegressionCase {
    let data = try ReferenceFolder.kept.table("mtcars")
    return RegressionCase(
      response: try data.numbers("mpg"),
      [try data.numbers("wt"), try data.numbers("hp")] + indicators(try data.texts("cyl"), ["6", "8"]))
  }

  /// `alb ~ group * week + age`, rows with albumin, and each row's patient.
  static func trial24() throws -> (RegressionCase, patients: [Int32]) {
    let data = try ReferenceFolder.kept.table("trial24")
    let keep = try data.texts("alb").map { !$0.isEmpty && $0 != "NA" }
    func kept(_ name: String) throws -> [String] { zip(try data.texts(name), keep).filter(\.1).map(\.0) }
    func numbers(_ name: String) throws -> [Double] { try kept(name).map { try #require(Double($0)) } }
    let groups = indicators(try kept("group"), ["B", "C", "D"])
    let week = try numbers("week")
    let products = groups.map { zip($0, week).map { $0 * $1 } }
    return (
      RegressionCase(response: try numbers("alb"), groups + [week, try numbers("age")] + products),
      codes(try kept("id"))
    )
  }

  /// Codes in order of appearance.
  static func codes(_ values: [String]) -> [Int32] {
    var known: [String: Int32] = [:]
    return values.map { value in
      if let code = known[value] { return code }
      let code = Int32(known.count)
      known[value] = code
      return code
    }
  }

  static func count(_ codes: [Int32]) -> Int { Int(codes.max() ?? -1) + 1 }

  /// A model of `pbc` with the death of status 2 as outcome.
  static func pbc(full: Bool) throws -> RegressionCase {
    let data = try ReferenceFolder.kept.table("pbc")
    let columns = [try data.numbers("age"), try data.numbers("bili").map { Foundation.log($0) }]
    let more = [try data.numbers("albumin")] + indicators(try data.texts("sex"), ["f"])
    return RegressionCase(
      response: try data.texts("status").map { $0 == "2" ? 1 : 0 }, full ? columns + more : columns)
  }
}
