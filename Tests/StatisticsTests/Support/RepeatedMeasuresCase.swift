import Foundation
import Statistics

/// One of the reference fits of repeated measures: its data as the model takes them.
struct RepeatedMeasuresCase: Sendable {
  var response: [Double] = []
  var fixed = Matrix(rows: 0, columns: 0)
  var subjects: [Int32] = []
  var subjectCount = 0
  var visit: [Int32] = []
  var times: [Double] = []
  let structure: CovarianceStructure
  let method: LinearMixedModel.Method

  /// Builds a case from a reference file's name: `mmrmx_trial24_alb_us_reml`.
  init(_ id: String) throws {
    let parts = id.split(separator: "_").map(String.init)
    method = parts[parts.count - 1] == "reml" ? .reml : .ml
    let name = parts[parts.count - 2]
    let isHeterogeneous = name.hasSuffix("h")
    times =
      parts[1] == "trial24" ? [1, 2, 4, 8, 12, 16, 24] : parts[1] == "orthodont" ? [8, 10, 12, 14] : [1, 2, 3, 4]
    switch isHeterogeneous ? String(name.dropLast()) : name {
    case "us": structure = .unstructured
    case "cs": structure = .compoundSymmetry(isHeterogeneous: isHeterogeneous)
    case "ar1": structure = .autoregressive(isHeterogeneous: isHeterogeneous)
    case "toep": structure = .toeplitz(isHeterogeneous: isHeterogeneous)
    case "ad": structure = .antedependence(isHeterogeneous: isHeterogeneous)
    case "car1": structure = .continuousAutoregressive(times: times)
    default: throw MissingReference(what: name)
    }
    switch parts[1] {
    case "orthodont": try orthodont()
    case "trial24": try trial(parts[2])
    default: try fev()
    }
  }

  private mutating func orthodont() throws {
    let data = try ReferenceFolder.kept.table("orthodont")
    let age = try data.numbers("age")
    let female = try data.texts("Sex").map { $0 == "Female" ? 1.0 : 0 }
    response = try data.numbers("distance")
    fixed = Matrix(columns: [age.map { _ in 1 }, age, female, zip(age, female).map { $0 * $1 }])
    try place(try data.texts("Subject"), age)
  }

  private mutating func fev() throws {
    let data = try ReferenceFolder.beside.table("fev_data")
    let outcome = try data.texts("FEV1")
    let present = outcome.indices.filter { !outcome[$0].isEmpty }
    response = present.compactMap { Double(outcome[$0]) }
    fixed = Matrix(columns: [response.map { _ in 1 }])
    let subject = try data.texts("USUBJID")
    let visit = try data.texts("AVISIT")
    try place(present.map { subject[$0] }, present.compactMap { Double(visit[$0].dropFirst(3)) })
  }

  /// `outcome ~ baseline + group * visit` over the visits after the first.
  private mutating func trial(_ outcome: String) throws {
    let data = try ReferenceFolder.kept.table("trial24")
    let isLog = outcome.hasPrefix("log")
    let texts = try data.texts(isLog ? String(outcome.dropFirst(3)) : outcome)
    let values = texts.map { text in Double(text).map { isLog ? log($0) : $0 } ?? .nan }
    let week = try data.numbers("week")
    let id = try data.texts("id")
    let group = try data.texts("group")
    var baseline: [String: Double] = [:]
    for row in week.indices where week[row] == 0 { baseline[id[row]] = values[row] }
    let used = week.indices.filter { week[$0] > 0 && !values[$0].isNaN && baseline[id[$0]]?.isNaN == false }
    response = used.map { values[$0] }
    func indicator(_ matches: (Int) -> Bool) -> [Double] { used.map { matches($0) ? 1 : 0 } }
    var columns = [used.map { _ in 1.0 }, used.map { baseline[id[$0]] ?? .nan }]
    let groups = ["B", "C", "D"].map { level in indicator { group[$0] == level } }
    let visits = times.dropFirst().map { time in indicator { week[$0] == time } }
    columns += groups + visits
    for visit in visits { columns += groups.map { zip($0, visit).map { $0 * $1 } } }
    fixed = Matrix(columns: columns)
    try place(used.map { id[$0] }, used.map { week[$0] })
  }

  private mutating func place(_ names: [String], _ when: [Double]) throws {
    var codes: [String: Int32] = [:]
    subjects = names.map { name in
      if let code = codes[name] { return code }
      let code = Int32(codes.count)
      codes[name] = code
      return code
    }
    subjectCount = codes.count
    visit = try when.map {
      guard let index = times.firstIndex(of: $0) else { throw MissingReference(what: "visit \($0)") }
      return Int32(index)
    }
  }

  func fit(
    _ inference: RepeatedMeasuresModel.Inference = .satterthwaite, response other: [Double]? = nil
  ) throws -> RepeatedMeasuresFit {
    try RepeatedMeasuresModel.fit(
      response: other ?? response, fixed: fixed, subjects: subjects, subjectCount: subjectCount, visit: visit,
      visitCount: times.count, structure: structure, method: method, inference: inference)
  }
}
