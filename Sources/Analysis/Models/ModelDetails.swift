import NotebookSyntax
import Statistics
import Tables

/// What steps need of a fitted model beyond its coefficients: to predict rows, and to look at those it was fitted to.
struct ModelDetails: Sendable {
  /// The function of the mean that is linear in the coefficients.
  var link = Link.identity
  var offset: Expression?
  /// The variance of a new row about its mean.
  let newRow: NewRow
  /// Random terms; empty without.
  var random: [RandomTermDetails] = []
  /// The likelihood of the same model fitted by ML; nil where it has no other method.
  var refit: (@Sendable () throws(StepFailure) -> ModelLikelihood)?
  /// The rows that were used, made again from their table: most models are never asked for them.
  let observations: @Sendable () throws(StepFailure) -> ModelObservations

  enum NewRow: Sendable {
    case constant(Double)
    /// By level of the visits.
    case visits(Expression, levels: [String], variances: [Double])
    /// Why there is none.
    case absent(String)
  }
}

/// A random term of a fitted model.
struct RandomTermDetails: Sendable {
  let part: RandomPart
  let columnNames: [String]
  let variables: [String: ModelFrame.Variable]
  let codings: [[ModelFrame.Coding]]
  /// By code.
  let levels: [String]
  let estimate: RandomEffectsEstimate
}

/// The rows that a model was fitted to.
struct ModelObservations: Sendable {
  /// Their places in the table.
  let rows: [Int]
  let design: Matrix
  let estimable: [Int]
  /// The names of all columns.
  let columnNames: [String]
  /// Means on the response's scale, random effects included.
  let fitted: [Double]
  /// Response minus `fitted`.
  let residuals: [Double]
  /// About the fixed effects alone, on the scale on which the model is linear.
  let fixedResiduals: [Double]
  let covariance: RowCovariance
  /// Of the estimable columns given the variances, before any adjustment for small samples; nil where no step needs it.
  var fixedCovariance: Matrix?
  /// Residuals over their standard deviations; nil where there is none.
  let standardized: [Double?]
  /// How they were standardized, for a note.
  let standardization: String
  /// What a Q–Q plot shows in place of `standardized`; nil where it is that.
  var scaled: [Double?]?
  /// Of least squares and generalized linear models: leverages and Cook's distances of single rows.
  var influence: Influence?
  /// The grouping factors: names, codes per row and the names of levels.
  var groups: [(name: String, codes: [Int32], levels: [String])] = []
}

/// Rows of a model matrix for a table that the model has not seen.
struct ModelRows {
  struct Absence: Error {
    let reason: String
    /// A level that the model does not know, and not a missing value.
    var isUnknownLevel = false
  }

  private enum Part {
    case numbers([Double])
    case basis([Double], FittedBasis)
    /// −1 is missing, −2 − k is the unknown level k.
    case codes([Int32], unknown: [String])
  }

  private let parts: [String: Part]
  private let codings: [[ModelFrame.Coding]]

  /// - Throws: where an expression has no value in a row of the table.
  init(
    _ variables: [String: ModelFrame.Variable], _ codings: [[ModelFrame.Coding]], _ table: Table, data: Reference
  ) throws(StepFailure) {
    var parts: [String: Part] = [:]
    for name in variables.keys.sorted() {
      switch variables[name] {
      case .number(let expression)?:
        guard case .numbers(let values) = try ModelFrame.values(of: expression, table, data) else { continue }
        parts[name] = .numbers(values)
      case .basis(let expression, let basis)?:
        guard case .numbers(let values) = try ModelFrame.values(of: expression, table, data) else { continue }
        parts[name] = .basis(values, basis)
      case .factor(let levels, _)?:
        let column = name.hasPrefix("factor(") ? String(name.dropFirst("factor(".count).dropLast()) : name
        guard let found = table[column] else { continue }
        parts[name] = Self.codes(found, levels)
      case nil: break
      }
    }
    self.parts = parts
    self.codings = codings
  }

  private static func codes(_ column: Column, _ levels: [String]) -> Part {
    let (codes, own) = Grouping.codes(column)
    var unknown: [String] = []
    let map = own.map { level -> Int32 in
      if let index = levels.firstIndex(ofExactly: level) { return Int32(index) }
      unknown.append(level)
      return Int32(-1 - unknown.count)
    }
    return .codes(codes.map { $0 < 0 ? -1 : map[Int($0)] }, unknown: unknown)
  }

  /// One weight per column of the model matrix.
  func weights(_ row: Int) -> Result<[Double], Absence> {
    var weights: [Double] = []
    weights.reserveCapacity(codings.count)
    for coding in codings {
      var product = 1.0
      for factor in coding {
        switch (parts[factor.variable], factor.part) {
        case (.numbers(let values)?, .number): product *= values[row]
        case (.basis(let values, let basis)?, .basis(let column)):
          product *= values[row].isNaN ? .nan : basis.values(at: values[row])[column]
        case (.codes(let codes, let unknown)?, _):
          let code = Int(codes[row])
          if code == -1 { return .failure(Absence(reason: "a value is missing")) }
          if code < -1 {
            return .failure(
              Absence(
                reason: "\(factor.variable) has no level \(unknown[-2 - code]) in the model", isUnknownLevel: true))
          }
          product *= factor.value(level: code) ?? .nan
        default: product = .nan
        }
      }
      weights.append(product)
    }
    if weights.contains(where: \.isNaN) { return .failure(Absence(reason: "a value is missing")) }
    if weights.contains(where: \.isInfinite) { return .failure(Absence(reason: "a value is infinite")) }
    return .success(weights)
  }
}
