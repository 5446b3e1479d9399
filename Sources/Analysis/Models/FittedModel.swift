import Digests
import NotebookSyntax
import Statistics
import Tables

/// What can be asked of a model before it is fitted.
public struct ModelSchema: Sendable {
  /// The factors of its terms; levels are nil where only the data know them.
  public let factors: [Shape.Key]
  /// The columns of numbers that its terms are made of.
  public let numbers: [String]
  /// What it may be compared with.
  let form: ModelForm
  /// The columns of its table that it reads, outcome aside.
  let columns: [ColumnSchema]
  let offset: Expression?
  /// The table it is fitted to.
  let data: Reference
  /// The one column that its outcome is made of; nil where that is several.
  let outcome: ColumnSchema?
  /// Whether that table is.
  let isSensitive: Bool

  init(_ form: ModelForm, _ check: FormulaCheck, offset: Expression? = nil, _ context: inout PlanContext) {
    self.form = form
    self.offset = offset
    data = check.data
    isSensitive = check.schema.isSensitive
    let outcomes = form.formula.response.names
    outcome = outcomes.count == 1 ? check.schema[outcomes[0]] : nil
    let all =
      form.formula.terms.flatMap(\.variables)
      + form.formula.random.flatMap { $0.terms.flatMap(\.variables) + $0.groups }
      + form.formula.covariances.flatMap { [$0.visit, $0.subject] } + [offset].compactMap(\.self)
    columns = all.flatMap(\.names).reduce(into: []) { columns, name in
      guard let column = check.schema[name], !columns.contains(where: { $0.name.isExactly(name) }) else { return }
      columns.append(column)
    }
    let formula = form.formula
    var factors: [Shape.Key] = []
    var numbers: [String] = []
    for variable in formula.terms.flatMap(\.variables) {
      switch check.variable(variable, &context) {
      case .factor(let levels):
        let name = variable.description
        if !factors.contains(where: { $0.name == name }) { factors.append(Shape.Key(name, levels)) }
      case .number, .basis:
        for name in variable.names where !numbers.contains(name) { numbers.append(name) }
      case nil: break
      }
    }
    self.factors = factors
    self.numbers = numbers
  }
}

/// A fitted model, for steps that estimate from it.
public struct FittedModel: Sendable {
  /// What was modelled, and how standard errors and degrees of freedom were computed, for notes.
  let outcome: String
  let inference: String
  /// `inference` as a sentence of a note.
  var note: String { inference.prefix(1).uppercased() + inference.dropFirst() + "." }
  /// One per column of the model matrix; nil where it is not estimable.
  let coefficients: [Double?]
  let codings: [[ModelFrame.Coding]]
  let variables: [String: ModelFrame.Variable]
  /// Of each column of numbers, its mean over the rows used.
  let means: [String: Double]
  private let schemas: [String: ColumnSchema]
  /// Standard error and degrees of freedom of a combination of the estimable coefficients.
  private let combination: @Sendable ([Double]) -> (standardError: Double, degreesOfFreedom: Double)
  /// For each aliased column the weights of the estimable columns that make it up.
  private let aliases: [(column: Int, weights: [Double])]
  /// Of all that the fit was computed from: with the step's parameters it stands for the model.
  let digest: Digest
  let form: ModelForm
  var likelihood: ModelLikelihood
  let observations: Int
  /// Of the outcome, and of weights and offset: models of the same data share it.
  let dataDigest: Digest
  /// For steps that predict or diagnose.
  var details: ModelDetails?

  init(
    _ frame: ModelFrame, _ table: Table, outcome: String, inference: String, coefficients: [Double?],
    groups: [[Int32]], times: [Double] = [], form: ModelForm, likelihood: ModelLikelihood,
    weights: [Double] = [],
    combination: @escaping @Sendable ([Double]) -> (standardError: Double, degreesOfFreedom: Double)
  ) {
    self.outcome = outcome
    self.form = form
    self.likelihood = likelihood
    observations = frame.response.count
    var data = DigestHasher(domain: "outcome")
    data.update(frame.response)
    data.update(weights)
    dataDigest = data.finish()
    self.inference = inference
    self.coefficients = coefficients
    codings = frame.codings
    variables = frame.variables
    self.combination = combination
    var means: [String: Double] = [:]
    var schemas: [String: ColumnSchema] = [:]
    for variable in frame.variables.values {
      let expression: Expression
      switch variable {
      case .number(let own), .basis(let own, _): expression = own
      case .factor: continue
      }
      for name in expression.names {
        guard let column = table[name], let numbers = column.values.numbers else { continue }
        var sum = 0.0
        for row in frame.rows { sum += numbers[row] }
        means[name] = sum / Double(frame.rows.count)
        schemas[name] = column.schema
      }
    }
    self.means = means
    self.schemas = schemas
    aliases = Self.aliases(frame.design, coefficients)
    var hasher = DigestHasher(domain: "model")
    hasher.update(frame.response)
    hasher.update(frame.design.elements)
    for codes in groups {
      // Not all at once: as 64 bits they take more room than the column.
      for start in stride(from: 0, to: codes.count, by: 4096) {
        hasher.update(codes[start..<min(start + 4096, codes.count)].map { UInt64(UInt32(bitPattern: $0)).littleEndian })
      }
    }
    hasher.update(times)
    hasher.update(means.keys.sorted().compactMap { means[$0]?.bitPattern.littleEndian })
    digest = hasher.finish()
  }

  private static func aliases(_ design: Matrix, _ coefficients: [Double?]) -> [(Int, [Double])] {
    let kept = coefficients.indices.filter { coefficients[$0] != nil }
    return coefficients.indices.filter { coefficients[$0] == nil }.map { column in
      let response = (0..<design.rows).map { design[$0, column] }
      let others = Matrix(
        rows: design.rows, columns: kept.count,
        elements: (0..<design.rows).flatMap { row in kept.map { design[row, $0] } })
      // Where that cannot be computed, nothing that leans on the column counts as determined.
      let fit = try? LeastSquares.fit(response: response, design: others)
      return (column, fit?.coefficients.map { $0 ?? 0 } ?? kept.map { _ in 0 })
    }
  }

  /// The value of a numeric variable where its columns have these values.
  ///
  /// - Throws: where it has no value there; the message points to `span`.
  func value(of variable: Expression, at values: [String: Double], span: Span) throws(StepFailure) -> Double {
    let columns = schemas.keys.sorted().compactMap { name in
      schemas[name].map { Column(schema: $0, values: .numbers([values[name] ?? means[name] ?? .nan])) }
    }
    let expression = ModelVariable.evaluable(variable)
    do throws(ExpressionEvaluator.Failure) {
      let result = try ExpressionEvaluator(Table(columns: columns, rowCount: 1)).evaluate(expression)
      guard case .numbers(let numbers) = result.values(rowCount: 1) else { return .nan }
      return numbers[0]
    } catch {
      let place = variable.names.map { "\($0) = \(NumberText.shortest(values[$0] ?? means[$0] ?? .nan))" }
      throw StepFailure(
        Diagnostic(
          "computation", "`\(variable)` has no value at \(place.joined(separator: ", ")): \(error.message)", at: span,
          help: "give another value in `at`"))
    }
  }

  /// The correlations of combinations of all columns that have standard errors, by polarization: 4ρ = Var(a + b) − Var(a − b)
  /// for two of variance 1.
  func correlation(of rows: [[Double]]) -> Matrix {
    let scaled = rows.map { row -> [Double] in
      let error = estimate(row)?.standardError ?? 1
      return row.map { $0 / error }
    }
    var matrix = Matrix(rows: rows.count, columns: rows.count)
    for a in rows.indices {
      matrix[a, a] = 1
      for b in 0..<a {
        let sum = estimate(zip(scaled[a], scaled[b]).map { $0 + $1 })?.standardError ?? 0
        let difference = estimate(zip(scaled[a], scaled[b]).map { $0 - $1 })?.standardError ?? 0
        matrix[a, b] = min(1, max(-1, (sum - difference) * (sum + difference) / 4))
        matrix[b, a] = matrix[a, b]
      }
    }
    return matrix
  }

  /// The estimate of a combination of all columns; nil where the data do not determine it.
  func estimate(_ weights: [Double]) -> LinearEstimates.Estimate? {
    let kept = coefficients.indices.filter { coefficients[$0] != nil }
    let own = kept.map { weights[$0] }
    for alias in aliases {
      var implied = 0.0
      for (weight, part) in zip(own, alias.weights) { implied += weight * part }
      let scale = max(1, own.reduce(0) { max($0, abs($1)) })
      if abs(implied - weights[alias.column]) > 1e-7 * scale { return nil }
    }
    var value = 0.0
    for (weight, column) in zip(own, kept) { value += weight * (coefficients[column] ?? 0) }
    let (error, freedom) = combination(own)
    return .init(value: value, standardError: error, degreesOfFreedom: freedom)
  }
}

/// Estimates that are combinations of a model's coefficients, addressed by levels.
public struct LinearEstimates: Sendable {
  struct Estimate: Sendable {
    let value: Double
    let standardError: Double
    let degreesOfFreedom: Double
  }

  struct Row: Sendable {
    let keys: [String]
    /// One per column of the model matrix.
    let weights: [Double]
  }

  let model: FittedModel
  /// What is estimated: `log(tbil)`, `log(tbil) per unit of week`.
  let quantity: String
  let keys: [String]
  let rows: [Row]

  /// The outcome of a step that estimates and does not compare.
  ///
  /// - Parameters:
  ///   - fields: what its result holds beside `rows` and `sha256`.
  ///   - caption: of its table.
  func outcome(
    level: Double, _ fields: [ResultValue.Field], scale: EstimateScale = .model, caption: String, notes: [String]
  ) -> StepOutcome {
    var table = EstimateTable(self, level: level)
    table.scale = scale
    var hasher = DigestHasher(domain: "estimates")
    hasher.update(Array(model.digest.hex.utf8).map { UInt64($0).littleEndian })
    for row in rows { hasher.update(row.weights.map { $0.bitPattern.littleEndian }) }
    var outcome = StepOutcome(
      result: .record(
        [.init("rows", table.result)] + fields + [.init("sha256", .text(hasher.finish().hex))]))
    outcome.estimates = self
    outcome.exhibits = [.table(table.exhibit(caption: caption, notes: notes + [model.note]))]
    return outcome
  }
}
