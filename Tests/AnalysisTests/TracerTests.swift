import Analysis
import NotebookSyntax
import Tables
import Testing

/// Row identity through every step that prepares data, against rows found from the file itself.
@Suite("Tracer")
struct TracerTests {
  private static let cells = """
    ---
    title: T
    ---

    ```{load} labs
    file: data/labs.csv
    columns:
      patient: id
      day: number d
      alt: number U/L
    ```

    ```{load} people
    file: data/people.csv
    key: person
    columns:
      person: id
      group: category [A, B]
    ```

    ```{filter} measured
    data: labs
    keep:
      - where: alt is present
        because: Measured
    ```

    ```{derive} doubled
    data: measured
    columns:
      twice: alt * 2
    ```

    ```{join} joined
    left: doubled
    right: people
    match: {patient: person}
    expect: many-to-one
    unmatched: drop
    ```

    ```{visits} planned
    data: joined
    day: day
    by: patient
    windows:
      0 wk: 0 d ... 6 d
      2 wk: 7 d ... 20 d
    duplicates: last
    ```

    ```{reshape} wide
    data: planned
    to: wide
    key: patient
    name: visit
    values: twice
    keep: group
    ```

    ```{reshape} long
    data: wide
    to: long
    key: patient
    name: visit
    values: [twice_0, twice_2]
    missing: drop
    ```

    ```{summarize} values
    data: planned
    of: alt
    by: [group, visit]
    ```

    ```{regression} model
    data: joined
    formula: alt ~ group
    ```

    ```{table} listing
    data: planned
    ```
    """

  private struct Project {
    let folder: TemporaryProject
    let plan: Plan
    /// Patient, day and value of each row of the file.
    let labs: [(patient: String, day: Int, alt: Int?)]
    let groups: [String: String]

    init(seed: UInt64) throws {
      var state = seed
      func next(_ bound: UInt64) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int((state >> 33) % bound)
      }
      var labs: [(patient: String, day: Int, alt: Int?)] = []
      var seen: Set<String> = []
      while labs.count < 60 {
        let row = (patient: "P\(next(12))", day: next(26), alt: next(8) == 0 ? nil : 10 + next(90))
        // One measurement a day, so that a rule can choose.
        if seen.insert("\(row.patient)/\(row.day)").inserted { labs.append(row) }
      }
      var groups: [String: String] = [:]
      for person in 0..<9 { groups["P\(person)"] = ["A", "B"][next(2)] }
      self.labs = labs
      self.groups = groups
      let people = (0..<9).reversed().map { "P\($0),\(groups["P\($0)"] ?? "")\n" }.joined()
      folder = try TemporaryProject([
        "notebook.md": TracerTests.cells,
        "data/labs.csv": "patient,day,alt\n"
          + labs.map { "\($0.patient),\($0.day),\($0.alt.map(String.init) ?? "")\n" }.joined(),
        "data/people.csv": "person,group\n" + people,
      ])
      plan = try Planner.plan(
        SourceFile(path: "notebook.md", bytes: Array(TracerTests.cells.utf8)), in: folder.workspace)
    }

    /// Rows of the file that come through to the join.
    var joined: [Int] { labs.indices.filter { labs[$0].alt != nil && groups[labs[$0].patient] != nil } }

    private func visit(_ row: Int) -> Int? { labs[row].day <= 6 ? 0 : labs[row].day <= 20 ? 2 : nil }

    /// Rows that `visits` keeps: the last one of each patient and window.
    var planned: [Int] {
      joined.filter { row in
        guard let visit = visit(row) else { return false }
        return !joined.contains { other in
          labs[other].patient == labs[row].patient && self.visit(other) == visit && labs[other].day > labs[row].day
        }
      }
    }

    func planned(in group: String, at visit: Int) -> [Int] {
      planned.filter { groups[labs[$0].patient] == group && self.visit($0) == visit }
    }

    func rows(behind path: String, observations: Int? = nil) throws -> [Tracer.Reading] {
      var tracer = Tracer(plan, in: folder.workspace)
      let text = SourcedText(path, span: Span(0, path.utf8.count), verbatimStart: 0)
      let expression = try ExpressionReader.expression(text) { _, span throws(Diagnostic) in
        throw Diagnostic("path", "no parameter", at: span)
      }
      return try tracer.rows(behind: expression, observations: observations)
    }

    func sources(_ readings: [Tracer.Reading], _ file: String) -> [Int] {
      readings.flatMap(\.sources).filter { $0.file == file }.flatMap(\.rows).map { $0 - 1 }
    }
  }

  @Test(arguments: [UInt64(7), 8, 9]) func resultsKnowTheirRows(seed: UInt64) throws {
    let project = try Project(seed: seed)
    for group in ["A", "B"] {
      for visit in [0, 2] {
        let path = "values.rows[\"\(group)\", \"\(visit)\"].alt.mean"
        let expected = project.planned(in: group, at: visit)
        #expect(project.sources(try project.rows(behind: path), "data/labs.csv") == expected, "seed \(seed): \(path)")
      }
    }
    let model = try project.rows(behind: "model.terms[\"groupB\"].estimate", observations: project.joined.count)
    #expect(project.sources(model, "data/labs.csv") == project.joined, "seed \(seed)")
    let stages = try #require(model.first).stages
    #expect(stages.map(\.name) == ["labs", "people", "measured", "doubled", "joined"])
    #expect(stages[2].losses.map(\.count).reduce(0, +) == project.labs.count { $0.alt == nil })
  }

  @Test(arguments: [UInt64(7), 8, 9]) func cellsKnowTheirRows(seed: UInt64) throws {
    let project = try Project(seed: seed)
    var tracer = Tracer(project.plan, in: project.folder.workspace)
    for (place, row) in project.planned.enumerated() {
      for (column, name) in [("alt", "alt"), ("twice", "alt"), ("visit", "day"), ("week", "day")] {
        let reading = try tracer.row(place + 1, of: "listing", column: column)
        let source = try #require(reading.sources.first)
        #expect(reading.sources.count == 1 && source.file == "data/labs.csv" && source.columns == [name])
        #expect(source.rows == [row + 1], "seed \(seed): row \(place + 1), \(column)")
      }
      // The group stands in the other file.
      let group = try tracer.row(place + 1, of: "listing", column: "group")
      let person = try #require(Int(project.labs[row].patient.dropFirst()))
      #expect(group.sources.map(\.file) == ["data/people.csv"] && group.sources[0].rows == [9 - person])
    }
    // A row of the wide table is made of all rows of its patient, and a long one of it as well.
    let patients = project.planned.map { project.labs[$0].patient }
    let first = try #require(patients.first)
    let wide = try tracer.row(1, of: "wide", column: "twice_0")
    #expect(wide.sources.first?.rows == project.planned.filter { project.labs[$0].patient == first }.map { $0 + 1 })
    #expect(wide.sources.first?.columns == ["alt"])
    #expect(try tracer.row(1, of: "long", column: "value").sources.first?.rows == wide.sources.first?.rows)
  }

  private static let sensitive = """
    ---
    title: T
    ---

    ```{load} t
    file: d.csv
    sensitive: true
    columns:
      patient: id
      arm: category [A, B, C]
      sex: category [f, m]
      x: number
    ```

    ```{derive} grouped
    data: t
    by: patient
    columns:
      m: mean(x, missing = skip)
    ```

    ```{derive} twice
    data: grouped
    columns:
      both: 2 * m
    ```

    ```{summarize} values
    data: t
    of: x
    by: patient
    ```

    ```{table1} one
    data: t
    by: arm
    rows: x
    difference: standardized
    compare: [[A, B]]
    tests: {x: welch}
    ```

    ```{flow} people
    of: t
    split: [arm, sex]
    ```

    """

  /// Groups that results call by other names than the file, pairs of groups, and groups within which another divides.
  @Test(arguments: [
    ("values.rows[\"P2\"].x.mean", [2, 4]), ("one.differences[\"x\", \"A\", \"B\"].standardized", [1, 3, 4, 5]),
    ("one.tests[\"x\", \"A\", \"B\"].p_value", [1, 3, 4, 5]), ("people.groups[\"A\"]", [1, 5]),
    ("people.counts[\"A\", \"m\"]", [5]),
  ])
  func groupsKnowTheirRows(_ path: String, _ rows: [Int]) throws {
    let project = try TemporaryProject([
      "n.md": Self.sensitive,
      "d.csv": "patient,arm,sex,x\nR1,A,f,1\nS2,C,m,2\nR1,B,f,4\nS2,B,m,6\nT3,A,m,3\nT3,A,,\nU4,C,f,5\n",
    ])
    let plan = try Planner.plan(SourceFile(path: "n.md", bytes: Array(Self.sensitive.utf8)), in: project.workspace)
    var tracer = Tracer(plan, in: project.workspace)
    let text = SourcedText(path, span: Span(0, path.utf8.count), verbatimStart: 0)
    let expression = try ExpressionReader.expression(text) { _, span throws(Diagnostic) in
      throw Diagnostic("path", "no parameter", at: span)
    }
    let readings = try tracer.rows(behind: expression, observations: nil)
    #expect(readings.flatMap(\.sources).flatMap(\.rows) == rows, "\(path)")
    // Computed over a group, two steps before.
    #expect(try tracer.row(1, of: "twice", column: "both").groups == ["patient"])
  }

  @Test func whatIsNotThereIsRefused() throws {
    let project = try Project(seed: 7)
    var tracer = Tracer(project.plan, in: project.folder.workspace)
    #expect(throws: Tracer.Problem.self) { try tracer.row(1000, of: "planned", column: nil) }
    #expect(throws: Tracer.Problem.self) { try tracer.row(1, of: "planned", column: "tbil") }
    #expect(throws: Tracer.Problem.self) { try tracer.row(1, of: "values", column: nil) }
  }
}
