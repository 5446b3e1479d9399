import Statistics
import Tables

/// What one test found, as a result.
struct TestRecord {
  let keys: [String]
  let sample: TestSample
  let found: Result<TestComputation.Found, TestAbsence>
  let design: TestDesign
  let settings: TestSettings
  /// Where the tests are adjusted for each other.
  var adjusted: (p: Double?, size: Int)?

  init(
    keys: [String], sample: TestSample, found: Result<TestComputation.Found, TestAbsence>, design: TestDesign,
    settings: TestSettings
  ) {
    self.keys = keys
    self.sample = sample
    self.found = found
    self.design = design
    self.settings = settings
  }

  var result: TestResult? {
    if case .success(let found) = found { return found.result }
    return nil
  }

  var absence: TestAbsence? {
    if case .failure(let absence) = found { return absence }
    return nil
  }

  /// Why an estimate stands without an interval.
  static func noInterval(_ method: TestMethod) -> String {
    method.isCorrelation
      ? "too few pairs, or a perfect correlation, for an interval" : "too few values for an interval of this level"
  }

  var event: String? {
    if case .success(let found) = found { return found.event }
    return nil
  }

  /// The method's name; nil where there is no result.
  var method: String? { result.map { settings.name(design.form, $0, groups: sample.groups.count) } }

  /// The fields of a record, known before the run.
  static func shape(
    _ design: TestDesign, _ settings: TestSettings, _ schema: Schema, isAdjusted: Bool
  ) -> [Shape.Field] {
    let method = settings.method
    func fields(_ names: [String], _ shape: Shape) -> [Shape.Field] { names.map { .init($0, shape) } }
    var shape = fields(["estimate", "statistic", "df"], .number)
    if method.hasResidualDegreesOfFreedom { shape.append(.init("df_residual", .number)) }
    shape.append(.init("p_value", .number))
    if isAdjusted { shape += [.init("p_adjusted", .number), .init("family_size", .count)] }
    shape += fields(["conf_low", "conf_high", "effect_size", "effect_low", "effect_high"], .number)
    shape.append(.init("effect_name", .text))
    if method == .anova { shape.append(.init("eta_squared", .number)) }
    if method == .chiSquare || method == .fisher { shape.append(.init("smallest_expected", .number)) }
    shape += fields(["method", "alternative"], .text) + fields(["observations", "rows_dropped"], .count)
    if design.form == .paired { shape.append(.init("unpaired", .count)) }
    if method == .signedRank { shape.append(.init("zeros", .count)) }
    let key = Shape.Key(keyName(design), groupKeys(design, schema))
    if method == .mcNemar {
      let levels = schema[design.outcome.text]?.type.levels
      shape.append(.init("pairs", .keyed(by: [.init("first", levels), .init("second", levels)], .count)))
    } else if method.countsLevels {
      shape.append(
        .init(
          "counts", .keyed(by: [key, .init(design.outcome.text, schema[design.outcome.text]?.type.levels)], .count)))
    } else {
      shape.append(.init("groups", .keyed(by: [key], NumberSummary.shape)))
    }
    return shape
  }

  private static func keyName(_ design: TestDesign) -> String { design.groups?.text ?? "variable" }

  private static func groupKeys(_ design: TestDesign, _ schema: Schema) -> [String]? {
    switch design.form {
    case .mu, .alone: [design.outcome.text]
    case .with: [design.outcome.text, design.second?.text ?? ""]
    case .groups, .paired: design.groups.flatMap { schema[$0.text]?.type.levels }
    }
  }

  func fields(_ table: Table) -> [ResultValue.Field] {
    let method = settings.method
    let reason = absence?.reason
    let result = result
    func real(_ value: Double?, _ none: String) -> ResultValue { .real(value, orAbsent: reason ?? none) }
    let noEstimate =
      method == .chiSquare || method == .fisher
      ? "a table larger than two by two has no single estimate" : "this test estimates no difference"
    let noInterval =
      method.estimate(design.form, event: "") == nil || result?.estimate == nil
      ? noEstimate
      : Self.noInterval(method)
    let effect = result?.effect
    let noEffect = method == .shapiroWilk ? "this test has no effect size" : "too few values for an effect size"
    let noEffectInterval =
      [.welchAnova, .kruskalWallis].contains(method)
      ? "no interval is established for this effect size"
      : method.isCorrelation ? noInterval : "the effect is too extreme for an interval"

    var fields: [ResultValue.Field] = [
      .init("estimate", real(result?.estimate, noEstimate)),
      .init("statistic", real(result?.statistic, "this test has no statistic")),
      .init("df", real(result?.degreesOfFreedom, "this test has no degrees of freedom")),
    ]
    if method.hasResidualDegreesOfFreedom {
      fields.append(.init("df_residual", real(result?.residualDegreesOfFreedom, "")))
    }
    fields.append(.init("p_value", real(result?.pValue, "")))
    if let adjusted {
      fields += [.init("p_adjusted", real(adjusted.p, "")), .init("family_size", .count(adjusted.size))]
    }
    fields += [
      .init("conf_low", real(result?.interval?.low, noInterval)),
      .init("conf_high", real(result?.interval?.high, noInterval)),
      .init("effect_size", real(effect?.value, noEffect)),
      .init("effect_low", real(effect?.interval?.low, effect == nil ? noEffect : noEffectInterval)),
      .init("effect_high", real(effect?.interval?.high, effect == nil ? noEffect : noEffectInterval)),
      .init("effect_name", effect.map { .text($0.kind.rawValue) } ?? .absent(reason: reason ?? noEffect)),
    ]
    if method == .anova, case .success(let found) = found {
      fields.append(.init("eta_squared", real(found.etaSquared, "")))
    } else if method == .anova {
      fields.append(.init("eta_squared", real(nil, "")))
    }
    if method == .chiSquare || method == .fisher {
      fields.append(.init("smallest_expected", real(result?.smallestExpected, "")))
    }
    fields += [
      .init("method", self.method.map { .text($0) } ?? .absent(reason: reason ?? "")),
      .init("alternative", .text(settings.alternative.rawValue)),
      .init("observations", .count(sample.observations)), .init("rows_dropped", .count(sample.dropped)),
    ]
    if design.form == .paired { fields.append(.init("unpaired", .count(sample.unpaired))) }
    if method == .signedRank {
      fields.append(.init("zeros", result.map { .count($0.zeros) } ?? .absent(reason: reason ?? "")))
    }
    fields.append(method == .mcNemar ? pairs(table) : method.countsLevels ? counts(table) : summaries)
    return fields
  }

  private var summaries: ResultValue.Field {
    .init(
      "groups",
      .keyed(
        by: [Self.keyName(design)],
        sample.groups.map { group in
          .init([group.key], NumberSummary(group.values, rows: Array(group.values.indices)).result)
        }))
  }

  /// How many pairs have each combination of levels.
  private func pairs(_ table: Table) -> ResultValue.Field {
    let levels = table[design.outcome.text]?.schema.type.levels ?? []
    let pairs = sample.groups.count == 2 ? Array(zip(sample.groups[0].values, sample.groups[1].values)) : []
    return .init(
      "pairs",
      .keyed(
        by: ["first", "second"],
        levels.enumerated().flatMap { first, firstLevel in
          levels.enumerated().map { second, secondLevel in
            .init(
              [firstLevel, secondLevel], .count(pairs.count { $0.0 == Double(first) && $0.1 == Double(second) }))
          }
        }))
  }

  private func counts(_ table: Table) -> ResultValue.Field {
    let levels = table[design.outcome.text]?.schema.type.levels ?? []
    return .init(
      "counts",
      .keyed(
        by: [Self.keyName(design), design.outcome.text],
        sample.groups.flatMap { group in
          levels.enumerated().map { code, level in
            .init([group.key, level], .count(group.values.count { $0 == Double(code) }))
          }
        }))
  }
}
