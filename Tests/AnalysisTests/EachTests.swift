import Analysis
import NotebookSyntax
import Provenance
import Statistics
import Testing

/// A cell with `each` is the same cell written once for each value.
@Suite("Each")
struct EachTests {
  private static let data = """
    g,week,alt,ast
    low,0,20,30
    low,1,24,31
    low,0,22,28
    low,1,25,26
    mid,0,19,33
    mid,1,20,37
    mid,0,24,31
    mid,1,28,29
    high,0,40,50
    high,1,44,61
    high,0,42,70
    high,1,52,66

    """

  private static func notebook(_ cells: String) -> String {
    """
    ---
    title: T
    ---

    ```{load} rows
    file: data/x.csv
    columns:
      g: category [low, mid, high]
      week: number wk
      alt: number U/L
      ast: number U/L
    ```

    \(cells)
    """
  }

  private static let keyed = notebook(
    """
    ```{regression} growth
    each: {lab: {type: column, values: [alt, ast]}}
    data: rows
    formula: log($lab) ~ g + week
    ```

    ```{means} levels
    model: growth
    of: g
    ```

    ```{contrast} difference
    from: levels
    between: g
    adjust: {method: holm, over: [g, lab]}
    ```
    """)

  private static func single(_ lab: String) -> String {
    notebook(
      """
      ```{regression} growth
      data: rows
      formula: log(\(lab)) ~ g + week
      ```

      ```{means} levels
      model: growth
      of: g
      ```

      ```{contrast} difference
      from: levels
      between: g
      ```
      """)
  }

  private static func result(_ run: RecordedRun, _ name: String) throws -> ResultValue {
    try #require(run.sealed.run.steps.first { $0.planned.name == name }).outcome.result
  }

  private static func entry(_ value: ResultValue, _ keys: [String]) throws -> ResultValue {
    guard case .keyed(_, let entries) = value else {
      Issue.record("not keyed")
      return value
    }
    return try #require(entries.first { $0.keys == keys }).value
  }

  @Test func resultsAreThoseOfCellsWrittenByHand() throws {
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let run = try StoreTests.run(Self.keyed, project.workspace, nil)
    var p: [Double] = []
    var adjusted: [Double] = []
    for lab in ["alt", "ast"] {
      let own = try StoreTests.run(Self.single(lab), project.workspace, nil)
      for step in ["growth", "levels"] {
        let keyed = try Self.entry(try Self.result(run, step), [lab])
        #expect(keyed.json.canonicalBytes == (try Self.result(own, step)).json.canonicalBytes)
      }
      let rows = try #require(try Self.entry(try Self.result(run, "difference"), [lab])["rows"])
      guard case .keyed(_, let entries)? = try Self.result(own, "difference")["rows"] else {
        Issue.record("no rows")
        return
      }
      for entry in entries {
        let row = try Self.entry(rows, entry.keys)
        p.append(try #require(entry.value["p_value"]?.double))
        #expect(row["p_value"]?.double == p.last)
        adjusted.append(try #require(row["p_adjusted"]?.double))
        #expect(row["family_size"]?.double == 6)
      }
    }
    // One family of six.
    #expect(adjusted == MultipleTesting.adjust(p, by: "holm"))
  }

  /// What is stored stands for what would be computed, also where a reader that is new needs estimates of steps whose P
  /// values were adjusted with those of other values.
  @Test func instancesAreStoredOneByOne() throws {
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let store = StoreTests.store(project)
    let cold = try StoreTests.run(Self.keyed, project.workspace, store)
    let warm = try StoreTests.run(Self.keyed, project.workspace, store)
    #expect(StoreTests.stored(warm) == ["rows", "growth", "levels", "difference"])
    #expect(StoreTests.bytes(warm) == StoreTests.bytes(cold))
    let longer =
      Self.keyed + """


        ```{contrast} second
        from: difference
        between: g
        ```

        ```{let} first
        values:
          n: growth["alt"].observations
        ```
        """
    let more = try StoreTests.run(longer, project.workspace, store)
    #expect(StoreTests.stored(more) == ["rows", "growth", "levels", "difference"])
    #expect(StoreTests.bytes(more) == StoreTests.bytes(try StoreTests.run(longer, project.workspace, nil)))
    // A value less leaves the other as it is.
    let fewer = Self.keyed.replacing("values: [alt, ast]", with: "values: [ast]")
    #expect(StoreTests.stored(try StoreTests.run(fewer, project.workspace, store)).contains("growth"))
    // And so does a value more: of each of the three cells one instance is new.
    let second = try TemporaryProject(["data/x.csv": Self.data])
    _ = try StoreTests.run(fewer, second.workspace, StoreTests.store(second))
    let ofOne = try entries(second)
    _ = try StoreTests.run(Self.keyed, second.workspace, StoreTests.store(second))
    #expect(try entries(second) - ofOne == 3)
    // One lab's values leave the instances of the other as they are: new are the rows, and three instances.
    let before = try entries(project)
    try Self.data.replacing("high,1,52,66", with: "high,1,52,65").write(
      toFile: "\(project.root)/data/x.csv", atomically: false, encoding: .utf8)
    let changed = try StoreTests.run(Self.keyed, project.workspace, store)
    #expect(StoreTests.stored(changed).isEmpty)
    #expect(try entries(project) - before == 4)
    #expect(StoreTests.bytes(changed) == StoreTests.bytes(try StoreTests.run(Self.keyed, project.workspace, nil)))
  }

  /// The name of a value's file depends on the values before it, and its result holds the name.
  @Test func aFileIsNamedByAllValues() throws {
    let project = try TemporaryProject(["data/x.csv": "g,x\na b,1\na_b,2\n2_,3\n"])
    let store = StoreTests.store(project)
    func notebook(_ values: String) -> String {
      """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns: {g: text, x: number}
      ```

      ```{filter} own
      each: {of: {type: text, values: [\(values)]}}
      data: rows
      keep: {where: g == $of, because: One of them}
      ```

      ```{table} shown
      data: own
      ```
      """
    }
    for values in ["\"a b\"", "\"a_b\", \"a b\""] {
      let run = try StoreTests.run(notebook(values), project.workspace, store)
      #expect(StoreTests.bytes(run) == StoreTests.bytes(try StoreTests.run(notebook(values), project.workspace, nil)))
    }
    // What stands in for a name that is taken may be taken itself.
    let alike = StoreTests.bytes(try StoreTests.run(notebook("\"2_\", \"2 \", \"2.\""), project.workspace, nil))
    #expect(
      alike.keys.filter { $0.hasSuffix(".csv") }.sorted() == [
        "tables/shown.2_.csv", "tables/shown.2__.csv", "tables/shown.3_.csv",
      ])
  }

  /// A family runs over the key if it has its name, and over a column of that name if the key has another.
  @Test func aKeyIsKnownByItsName() throws {
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let store = StoreTests.store(project)
    func notebook(_ key: String) -> String {
      """
      ---
      title: T
      ---

      ```{load} rows
      file: data/x.csv
      columns: {g: 'category [low, mid, high]', week: 'category [0, 1]', alt: number}
      ```

      ```{test} shift
      each: {\(key): [alt]}
      data: rows
      outcome: $\(key)
      groups: week
      method: welch
      by: g
      adjust: {method: holm, over: g}
      ```
      """
    }
    var sizes: [Double?] = []
    for key in ["g", "lab", "g"] {
      let run = try StoreTests.run(notebook(key), project.workspace, store)
      #expect(StoreTests.bytes(run) == StoreTests.bytes(try StoreTests.run(notebook(key), project.workspace, nil)))
      let rows = try #require(try Self.entry(try Self.result(run, "shift"), ["alt"])["rows"])
      sizes.append(try Self.entry(rows, ["low"])["family_size"]?.double)
    }
    #expect(sizes == [1, 3, 1])
  }

  private func entries(_ project: TemporaryProject) throws -> Int {
    let folder = "\(project.root)/.colophon/results"
    return (Workspace.list(folder) ?? []).count { $0.kind == .file }
  }

  /// A forest shows all values in one figure, each row with its own; other figures come one for each value.
  @Test func aForestShowsAllValues() throws {
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let run = try StoreTests.run(
      Self.keyed + """


        ```{figure} all
        kind: forest
        of: difference
        ```

        ```{figure} courses
        each: {lab: [alt, ast]}
        data: rows
        x: week
        y: $lab
        ```
        """, project.workspace, nil)
    let forest = try #require(run.sealed.run.step(named: "all"))
    #expect(forest.planned.instances.isEmpty)
    #expect(forest.outcome.exhibits.count == 1)
    let text = String(decoding: try #require(forest.outcome.exhibits.first).json.canonicalBytes, as: UTF8.self)
    #expect(text.contains("alt") && text.contains("ast"))
    #expect(forest.outcome.result["n"]?.double == 6)
    #expect(try #require(run.sealed.run.step(named: "courses")).outcome.exhibits.count == 2)
  }

  /// The core digest names the values: an order or a value more is another analysis.
  @Test func theOrderOfValuesIsRecorded() throws {
    let project = try TemporaryProject(["data/x.csv": Self.data])
    let run = try StoreTests.run(Self.keyed, project.workspace, nil)
    let turned = try StoreTests.run(
      Self.keyed.replacing("[alt, ast]", with: "[ast, alt]"), project.workspace, nil)
    #expect(run.manifest.core != turned.manifest.core)
    let a = try #require(try Self.entry(try Self.result(run, "difference"), ["alt"])["rows"])
    let b = try #require(try Self.entry(try Self.result(turned, "difference"), ["alt"])["rows"])
    #expect(a.json.canonicalBytes == b.json.canonicalBytes)
  }
}
