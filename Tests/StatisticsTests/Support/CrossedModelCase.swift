import Foundation
import Statistics

/// A reference fit with several random terms, or with one on combined factors, as the mixed model takes it.
struct CrossedModelCase {
  let response: [Double]
  let fixed: Matrix
  /// Terms in lme4's order, so that theta compares, with lme4's names of them and of their levels.
  let terms: [RandomEffectsTerm]
  let names: [String]
  let levels: [[String]]
  let method: LinearMixedModel.Method

  static let withOracle = [
    "cake_reml", "pastes_ml", "pastes_reml", "penicillin_ml", "penicillin_reml", "sleepstudy_uncorr_ml",
    "sleepstudy_uncorr_reml",
  ]
  static let all = withOracle + ["cake_ml", "cake_crossed_ml", "cake_crossed_reml"]
  static let insteval = "insteval_service_ml"

  func fit() throws -> LinearMixedModelFit {
    try LinearMixedModel.fit(response: response, fixed: fixed, terms: terms, method: method)
  }

  func deviance() throws -> ProfiledDeviance {
    try ProfiledDeviance(response: response, fixed: fixed, terms: terms, method: method)
  }

  init(_ id: String, folder: ReferenceFolder = .kept) throws {
    let parts = id.split(separator: "_").map(String.init)
    method = parts.last == "reml" ? .reml : .ml
    let data = try folder.table(parts[0])
    let ones = [Double](repeating: 1, count: data.rows.count)
    func indicators(_ column: String) throws -> [[Double]] {
      let values = try data.texts(column)
      return Set(values).sorted().dropFirst().map { level in values.map { $0 == level ? 1 : 0 } }
    }
    func products(_ left: [[Double]], _ right: [[Double]]) -> [[Double]] {
      right.flatMap { second in left.map { first in zip(first, second).map { $0 * $1 } } }
    }
    var groupings: [(name: String, column: [Double], values: [String])] = []
    func group(_ columns: String...) throws {
      let values = try columns.map { try data.texts($0) }
      let joined = data.rows.indices.map { row in values.map { $0[row] }.joined(separator: ":") }
      groupings.append((columns.joined(separator: ":"), ones, joined))
    }
    switch id.split(separator: "_").dropLast().joined(separator: "_") {
    case "cake":
      response = try data.numbers("angle")
      let (recipe, temperature) = (try indicators("recipe"), try indicators("temperature"))
      fixed = Matrix(columns: [ones] + recipe + temperature + products(recipe, temperature))
      try group("recipe", "replicate")
    case "cake_crossed":
      response = try data.numbers("angle")
      fixed = Matrix(columns: [ones] + (try indicators("recipe")) + [try data.numbers("temp")])
      try group("recipe", "replicate")
      try group("replicate")
    case "pastes":
      response = try data.numbers("strength")
      fixed = Matrix(columns: [ones])
      try group("sample")
      try group("batch")
    case "penicillin":
      response = try data.numbers("diameter")
      fixed = Matrix(columns: [ones])
      try group("plate")
      try group("sample")
    case "sleepstudy_uncorr":
      response = try data.numbers("Reaction")
      let days = try data.numbers("Days")
      fixed = Matrix(columns: [ones, days])
      try group("Subject")
      groupings.append(("Subject.1", days, groupings[0].values))
    case "insteval_service":
      response = try data.numbers("y")
      fixed = Matrix(columns: [ones, try data.numbers("service")])
      for name in ["s", "d", "dept"] { try group(name) }
    default: throw MissingReference(what: id)
    }
    names = groupings.map(\.name)
    levels = groupings.map { Set($0.values).sorted() }
    terms = zip(groupings, levels).map { grouping, levels in
      let codes = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, Int32($0)) })
      return RandomEffectsTerm(
        columns: Matrix(columns: [grouping.column]), groups: grouping.values.map { codes[$0] ?? 0 },
        groupCount: levels.count)
    }
  }

  private init(
    response: [Double], fixed: Matrix, terms: [RandomEffectsTerm], names: [String], levels: [[String]],
    method: LinearMixedModel.Method
  ) {
    (self.response, self.fixed, self.terms, self.names, self.levels, self.method) = (
      response, fixed, terms, names, levels, method
    )
  }

  /// The same model with the codes of every second term backwards: terms of one factor are then no longer recognised
  /// by their codes, and take the way that several factors take.
  var recoded: CrossedModelCase {
    let terms = terms.enumerated().map { index, term in
      guard index % 2 == 1 else { return term }
      return RandomEffectsTerm(
        columns: term.columns, groups: term.groups.map { Int32(term.groupCount) - 1 - $0 }, groupCount: term.groupCount,
        isCorrelated: term.isCorrelated)
    }
    let levels = levels.enumerated().map { $0 % 2 == 1 ? $1.reversed() : $1 }
    return CrossedModelCase(
      response: response, fixed: fixed, terms: terms, names: names, levels: levels, method: method)
  }
}
