import Statistics
import Testing

/// What must not change when the data are written another way, and what must change with them.
@Suite struct RepeatedMeasuresPropertyTests {
  static let ids = [
    "mmrmx_orthodont_us_reml", "mmrmx_orthodont_toeph_reml", "mmrmx_trial24_alb_us_reml", "mmrmx_trial24_alb_csh_reml",
    "gls_trial24_alb_car1_reml",
  ]

  private func close(_ left: [Double?], _ right: [Double?], _ tolerance: Double) -> Bool {
    worstError(left.map { $0 ?? 0 }, right.map { $0 ?? 0 }, floors: right.map { _ in 1e-3 }) < tolerance
  }

  @Test(arguments: ids)
  func rowsInAnotherOrder(id: String) throws {
    var model = try RepeatedMeasuresCase(id)
    let fit = try model.fit(.kenwardRoger(.linearObserved))
    var generator = SplitMix64(seed: 20_200_630)
    let order = model.response.indices.shuffled(using: &generator)
    let columns = model.fixed.columns
    model.fixed = Matrix(
      rows: order.count, columns: columns, elements: order.flatMap { model.fixed.row($0) })
    model.response = order.map { model.response[$0] }
    model.subjects = order.map { model.subjects[$0] }
    model.visit = order.map { model.visit[$0] }
    let other = try model.fit(.kenwardRoger(.linearObserved))
    // Sums in another order differ by rounding, and the optimum with them.
    #expect(abs(fit.logLikelihood - other.logLikelihood) < 1e-10)
    #expect(close(fit.fixedEffects, other.fixedEffects, 1e-9))
    #expect(close(fit.standardErrors, other.standardErrors, 1e-9))
    #expect(close(fit.degreesOfFreedom, other.degreesOfFreedom, 1e-7))
  }

  @Test(arguments: ids)
  func outcomeInAnotherUnit(id: String) throws {
    let model = try RepeatedMeasuresCase(id)
    let fit = try model.fit(.kenwardRoger(.linearExpected))
    let other = try model.fit(.kenwardRoger(.linearExpected), response: model.response.map { 1000 + 88.4 * $0 })
    let slopes = 1..<model.fixed.columns
    #expect(close(slopes.map { fit.fixedEffects[$0].map { $0 * 88.4 } }, slopes.map { other.fixedEffects[$0] }, 1e-8))
    #expect(close(fit.standardErrors.map { $0.map { $0 * 88.4 } }, other.standardErrors, 1e-8))
    #expect(close(fit.degreesOfFreedom, other.degreesOfFreedom, 1e-6))
  }

  /// For complete data a random intercept is compound symmetry, and with one variance for all visits both programs of
  /// ours must find the same optimum by different ways.
  @Test(arguments: ["reml", "ml"])
  func compoundSymmetryIsARandomIntercept(method: String) throws {
    let fit = try RepeatedMeasuresCase("mmrmx_orthodont_cs_\(method)").fit(.satterthwaite)
    let mixed = try MixedModelCase("orthodont_int_ri_\(method)").fit()
    #expect(abs(fit.logLikelihood - mixed.logLikelihood) < 1e-11)
    #expect(close(fit.fixedEffects, mixed.fixedEffects, 1e-11))
    #expect(close(fit.standardErrors, mixed.standardErrors, 1e-10))
    #expect(close(fit.degreesOfFreedom, mixed.degreesOfFreedom, 1e-8))
    guard method == "reml" else { return }
    let expected = try RepeatedMeasuresCase("mmrmx_orthodont_cs_reml").fit(.kenwardRoger(.linearExpected))
    let mixedKR = try mixed.kenwardRoger()
    #expect(close(expected.standardErrors, mixedKR.standardErrors, 1e-10))
    #expect(close(expected.degreesOfFreedom, mixedKR.degreesOfFreedom, 1e-8))
  }

  /// Many subjects of a pattern are reduced to few rows where entries of the model matrix repeat, and kept as they are
  /// where none do: the same model written with mixed columns has none that do.
  @Test(arguments: [
    CovarianceStructure.unstructured, .toeplitz(isHeterogeneous: true), .autoregressive(isHeterogeneous: false),
  ])
  func subjectsInOtherRows(structure: CovarianceStructure) throws {
    var generator = SplitMix64(seed: 20_200_631)
    func draw() -> Double { Double.random(in: -1...1, using: &generator) }
    let visits = 4
    var rows: [[Double]] = []
    var response: [Double] = []
    var subjects: [Int32] = []
    var visit: [Int32] = []
    for subject in 0..<26 {
      let (base, arm, own) = (50 + 10 * draw(), Double(subject % 2), draw())
      // One missing visit for every fifth: patterns of one and of many subjects.
      for week in 0..<visits where subject % 5 != 4 || week != subject % 3 + 1 {
        let indicators = (1..<visits).map { $0 == week ? 1.0 : 0 }
        rows.append([1, base, arm] + indicators + indicators.map { $0 * arm })
        response.append(20 + 0.5 * base + arm * Double(week) + 3 * own + draw())
        subjects.append(Int32(subject))
        visit.append(Int32(week))
      }
    }
    let columns = rows[0].count
    let mixing = (0..<columns).map { row in (0..<columns).map { (row == $0 ? 3 : 0) + draw() } }
    func fit(_ rows: [[Double]]) throws -> RepeatedMeasuresFit {
      try RepeatedMeasuresModel.fit(
        response: response, fixed: Matrix(rows: rows.count, columns: columns, elements: rows.flatMap { $0 }),
        subjects: subjects, subjectCount: 26, visit: visit, visitCount: visits, structure: structure)
    }
    let plain = try fit(rows)
    let mixed = try fit(
      rows.map { row in (0..<columns).map { column in (0..<columns).reduce(0) { $0 + row[$1] * mixing[$1][column] } } })
    #expect(worstError(plain.covariance.elements, mixed.covariance.elements) < 1e-8)
    #expect(worstError(plain.fitted, mixed.fitted) < 1e-10)
    // A row of X is an effect of both.
    let weights = rows[5]
    let other = (0..<columns).map { column in (0..<columns).reduce(0) { $0 + weights[$1] * mixing[$1][column] } }
    let (ours, theirs) = (plain.contrast(weights), mixed.contrast(other))
    #expect(abs(ours.standardError / theirs.standardError - 1) < 1e-8)
    #expect(abs(ours.degreesOfFreedom / theirs.degreesOfFreedom - 1) < 1e-7)
  }

  /// Four subjects of two groups, three visits each: counted by hand. Intercept and week are counted within or take
  /// those degrees: 12 − 4 − 1 = 7; the group has 4 − 2 = 2.
  @Test func betweenWithinByHand() throws {
    let week: [Double] = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    let group: [Double] = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]
    let response: [Double] = [1, 2.2, 2.9, 2, 2.7, 4.1, 3, 4.4, 4.8, 2.5, 3.1, 5]
    let fit = try RepeatedMeasuresModel.fit(
      response: response, fixed: Matrix(columns: [week.map { _ in 1 }, week, group]),
      subjects: [0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3], subjectCount: 4, visit: week.map { Int32($0) }, visitCount: 3,
      structure: .compoundSymmetry(isHeterogeneous: false), inference: .betweenWithin)
    #expect(fit.degreesOfFreedom == [7, 7, 2])
    #expect(fit.contrast([0, 1, 1]).degreesOfFreedom == 2)
  }

  @Test func whatDataCanDoWrong() throws {
    func fit(_ response: [Double], _ subjects: [Int32], _ visit: [Int32], _ structure: CovarianceStructure) throws {
      _ = try RepeatedMeasuresModel.fit(
        response: response, fixed: Matrix(columns: [response.map { _ in 1 }]), subjects: subjects,
        subjectCount: Int(subjects.max() ?? -1) + 1, visit: visit, visitCount: Int(visit.max() ?? -1) + 1,
        structure: structure)
    }
    #expect(throws: StatisticsError.noRows) { try fit([], [], [], .unstructured) }
    #expect(throws: StatisticsError.repeatedVisit(first: 0, second: 1)) {
      try fit([1, 2, 4, 3, 5, 7], [0, 0, 1, 1, 2, 2], [0, 0, 0, 1, 0, 1], .autoregressive(isHeterogeneous: false))
    }
    #expect(throws: StatisticsError.tooFewRows(rows: 3, parameters: 4)) {
      try fit([1, 2, 4], [0, 0, 1], [0, 1, 0], .unstructured)
    }
    #expect(throws: StatisticsError.zeroResidualVariance) {
      try fit([2, 2, 2, 2, 2, 2], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], .unstructured)
    }
    #expect(throws: StatisticsError.nonFinite(row: 1, column: .response)) {
      try fit([2, .infinity, 2, 2, 2, 2], [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], .unstructured)
    }
    // Visit 1 repeats visit 0: a correlation of 1 has no maximum.
    #expect(throws: StatisticsError.self) {
      try fit([1, 1, 2, 2, 4, 4, 3, 3], [0, 0, 1, 1, 2, 2, 3, 3], [0, 1, 0, 1, 0, 1, 0, 1], .unstructured)
    }
  }
}
