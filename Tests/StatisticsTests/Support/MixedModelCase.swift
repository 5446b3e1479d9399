import Foundation
import Statistics
import Testing

/// One of the reference fits: its data as the mixed model takes them.
struct MixedModelCase: CustomTestStringConvertible, Sendable {
  let id: String
  let response: [Double]
  let fixed: Matrix
  let random: Matrix
  let groups: [Int32]
  let groupNames: [String]
  let correlated: Bool
  let method: LinearMixedModel.Method

  var testDescription: String { id }

  func fit(iterations: Int = 100) throws -> LinearMixedModelFit {
    try LinearMixedModel.fit(
      response: response, fixed: fixed,
      terms: [
        RandomEffectsTerm(columns: random, groups: groups, groupCount: groupNames.count, isCorrelated: correlated)
      ], method: method, iterations: iterations)
  }

  func deviance() throws -> ProfiledDeviance {
    try ProfiledDeviance(
      response: response, fixed: fixed,
      terms: [
        RandomEffectsTerm(columns: random, groups: groups, groupCount: groupNames.count, isCorrelated: correlated)
      ], method: method)
  }

  static let withOracle = [
    "sleepstudy_ri_ml", "sleepstudy_ri_reml", "sleepstudy_ris_ml", "sleepstudy_ris_reml", "sleepstudy_uncorr_ml",
    "sleepstudy_uncorr_reml", "dyestuff_ml", "dyestuff_reml", "orthodont_int_ri_ml", "orthodont_int_ri_reml",
    "orthodont_int_ris_ml", "orthodont_int_ris_reml", "pbcseq_logalbumin_ris_reml", "pbcseq_logbili_ri_ml",
    "pbcseq_logbili_ri_reml", "pbcseq_logbili_ris_ml", "pbcseq_logbili_ris_reml", "pbcseq_protime_ri_reml",
  ]

  static let all = withOracle + ["dyestuff2_ml", "dyestuff2_reml"]

  /// Builds a case from its name: data set, response, random part, method.
  init(_ id: String) throws {
    self.id = id
    let parts = id.split(separator: "_").map(String.init)
    method = parts.last == "reml" ? .reml : .ml
    correlated = !parts.contains("uncorr")
    let slopes = parts.contains("ris") || parts.contains("uncorr")
    let data = try ReferenceFolder.kept.table(parts[0])
    let group: [String]
    var columns: [[Double]] = []
    var slope: [Double] = []
    switch parts[0] {
    case "sleepstudy":
      response = try data.numbers("Reaction")
      slope = try data.numbers("Days")
      columns = [slope]
      group = try data.texts("Subject")
    case "orthodont":
      response = try data.numbers("distance")
      slope = try data.numbers("age")
      let female = try data.texts("Sex").map { $0 == "Female" ? 1.0 : 0 }
      columns = [slope, female, zip(slope, female).map { $0 * $1 }]
      group = try data.texts("Subject")
    case "pbcseq":
      let name = parts[1].replacingOccurrences(of: "log", with: "")
      let raw = try data.numbers(name)
      response = parts[1].hasPrefix("log") ? raw.map { log($0) } : raw
      slope = try data.numbers("day").map { $0 / 365.25 }
      let treated = try data.numbers("trt")
      columns = [slope, treated, zip(slope, treated).map { $0 * $1 }]
      group = try data.texts("id")
    default:
      response = try data.numbers("Yield")
      group = try data.texts("Batch")
    }
    let ones = [Double](repeating: 1, count: response.count)
    fixed = Matrix(columns: [ones] + columns)
    random = Matrix(columns: slopes ? [ones, slope] : [ones])
    let names = Set(group).sorted()
    groupNames = names
    groups = try group.map {
      guard let code = names.firstIndex(of: $0) else { throw MissingReference(what: $0) }
      return Int32(code)
    }
  }
}

extension Matrix {
  /// A matrix of columns of equal length.
  init(columns: [[Double]]) {
    let rows = columns.first?.count ?? 0
    self.init(rows: rows, columns: columns.count)
    for (column, values) in columns.enumerated() {
      for (row, value) in values.enumerated() { self[row, column] = value }
    }
  }

  /// A row as a list.
  func row(_ row: Int) -> [Double] { (0..<columns).map { self[row, $0] } }
}
