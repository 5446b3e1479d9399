import Analysis
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// What is stored never stands for anything but what would be computed.
@Suite("Store")
struct StoreTests {
  static let secret = [UInt8](repeating: 7, count: 32)

  static func store(_ project: TemporaryProject, engine: String = "e", secret: [UInt8] = secret) -> ResultStore {
    ResultStore(project.workspace, engine: engine, secret: secret)
  }

  static func run(_ notebook: String, _ workspace: Workspace, _ store: ResultStore?) throws -> RecordedRun {
    let source = SourceFile(path: "n.md", bytes: Array(notebook.utf8))
    return try RecordedRun(try Planner.plan(source, in: workspace), in: workspace, store: store)
  }

  /// The names of the steps whose outcome came from the store.
  static func stored(_ run: RecordedRun) -> [String] {
    run.sealed.run.steps.filter { if case .stored = $0.origin { true } else { false } }.map(\.planned.name)
  }

  static func bytes(_ run: RecordedRun) -> [String: [UInt8]] {
    Dictionary(run.files.map { ($0.path, $0.bytes) }, uniquingKeysWith: { first, _ in first })
  }

  private static let notebook = DeterminismTests.notebook

  private func project(_ data: String = DeterminismTests.data) throws -> TemporaryProject {
    try TemporaryProject(["n.md": Self.notebook, "data/x.csv": data])
  }

  private func entries(_ project: TemporaryProject) throws -> [String] {
    let folder = "\(project.root)/.colophon/results"
    return (Workspace.list(folder) ?? []).filter { $0.kind == .file }.map { "\(folder)/\($0.path)" }
  }

  /// Every step kind's example: the second run takes all from the store, and its files are those of the first, bit for bit.
  @Test(arguments: StepCatalog.kinds.map { $0.kind })
  func whatIsStoredIsWhatWasComputed(_ name: String) throws {
    let kind = try #require(StepCatalog.kinds.first { $0.kind == name })
    let example = StepManual.example(kind)
    let scratch = try TemporaryProject([:])
    try FileManager.default.copyItem(atPath: "\(ManualTests.root)/data", toPath: "\(scratch.root)/data")
    let cold = try Self.run(example, scratch.workspace, Self.store(scratch))
    let warm = try Self.run(example, scratch.workspace, Self.store(scratch))
    #expect(Self.stored(cold).isEmpty)
    #expect(Self.stored(warm) == warm.sealed.run.steps.filter(\.outcome.warnings.isEmpty).map(\.planned.name))
    #expect(Self.bytes(warm) == Self.bytes(cold))
    #expect(Self.bytes(warm) == Self.bytes(try Self.run(example, scratch.workspace, nil)))
  }

  @Test func dataCutInHalfIsComputedAnew() throws {
    let project = try project()
    let before = try Self.run(Self.notebook, project.workspace, Self.store(project))
    let path = "\(project.root)/data/x.csv"
    let old = try FileManager.default.attributesOfItem(atPath: path)
    try "g,x,unused\na,1,7\nb,2,8\n".write(toFile: path, atomically: false, encoding: .utf8)
    // The clock says that nothing has happened.
    try FileManager.default.setAttributes([.modificationDate: old[.modificationDate] as Any], ofItemAtPath: path)
    let after = try Self.run(Self.notebook, project.workspace, Self.store(project))
    #expect(Self.stored(after).isEmpty)
    #expect(Self.bytes(after) == Self.bytes(try Self.run(Self.notebook, project.workspace, nil)))
    #expect(before.manifest.core != after.manifest.core)
  }

  @Test func aClockSetBackChangesNothing() throws {
    let project = try project()
    _ = try Self.run(Self.notebook, project.workspace, Self.store(project))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: "\(project.root)/data/x.csv")
    #expect(Self.stored(try Self.run(Self.notebook, project.workspace, Self.store(project))).count == 3)
  }

  /// `means` reads `g` and `x` only.
  @Test func aColumnThatIsNotReadMakesNothingStale() throws {
    let project = try project()
    _ = try Self.run(Self.notebook, project.workspace, Self.store(project))
    try DeterminismTests.data.replacingOccurrences(of: "a,1,7", with: "a,1,70")
      .write(toFile: "\(project.root)/data/x.csv", atomically: false, encoding: .utf8)
    #expect(Self.stored(try Self.run(Self.notebook, project.workspace, Self.store(project))) == ["means"])
  }

  /// The threshold moves, and the same rows are kept: whoever reads them has nothing to do.
  @Test func whereTheSameComesOutItStopsThere() throws {
    let project = try project()
    _ = try Self.run(Self.notebook, project.workspace, Self.store(project))
    let other = Self.notebook.replacingOccurrences(of: "default: 5", with: "default: 6")
    let run = try Self.run(other, project.workspace, Self.store(project))
    #expect(Self.stored(run) == ["rows", "means"])
    #expect(Self.bytes(run) == Self.bytes(try Self.run(other, project.workspace, nil)))
  }

  /// An outcome is stored without its table; a reader that has to run gets it made again.
  @Test func aReaderOfAStoredTableRuns() throws {
    let project = try project()
    _ = try Self.run(Self.notebook, project.workspace, Self.store(project))
    let other = Self.notebook.replacingOccurrences(of: "of: x", with: "of: [x, unused]")
    let run = try Self.run(other, project.workspace, Self.store(project))
    #expect(Self.stored(run) == ["rows", "some"])
    #expect(Self.bytes(run) == Self.bytes(try Self.run(other, project.workspace, nil)))
  }

  @Test func anotherEngineAndAnotherUserFindNothing() throws {
    let project = try project()
    _ = try Self.run(Self.notebook, project.workspace, Self.store(project))
    #expect(Self.stored(try Self.run(Self.notebook, project.workspace, Self.store(project, engine: "f"))).isEmpty)
    let stranger = Self.store(project, secret: [UInt8](repeating: 8, count: 32))
    let run = try Self.run(Self.notebook, project.workspace, stranger)
    #expect(Self.stored(run).isEmpty)
    #expect(
      run.sealed.run.steps.allSatisfy { if case .ranInPlaceOfDamaged = $0.origin { true } else { false } })
  }

  /// Every byte of every entry, every length of it, and every entry in the place of every other.
  @Test func aDamagedEntryIsComputedAnewAndMended() throws {
    let project = try project()
    let clean = Self.bytes(try Self.run(Self.notebook, project.workspace, Self.store(project)))
    let paths = try entries(project)
    #expect(paths.count == 3)
    let whole = try paths.map { try Data(contentsOf: URL(filePath: $0)) }
    func expectMended(_ path: String, _ content: Data, _ what: String) throws {
      try content.write(to: URL(filePath: path))
      let run = try Self.run(Self.notebook, project.workspace, Self.store(project))
      #expect(Self.stored(run).count == 2, "\(what)")
      #expect(Self.bytes(run) == clean, "\(what)")
      #expect(Self.stored(try Self.run(Self.notebook, project.workspace, Self.store(project))).count == 3, "\(what)")
    }
    for (path, content) in zip(paths, whole) {
      for offset in content.indices {
        var damaged = content
        damaged[offset] ^= 1
        try expectMended(path, damaged, "byte \(offset)")
      }
      for length in stride(from: 0, to: content.count, by: 7) {
        try expectMended(path, content.prefix(length), "length \(length)")
      }
      for other in whole where other != content { try expectMended(path, other, "another entry") }
    }
  }

  /// What points into the notebook's text is made anew each time.
  @Test func warningsComeEachTime() throws {
    let notebook = StepManual.example(try #require(StepCatalog.kinds.first { $0.kind == "mixed" }))
    let scratch = try TemporaryProject([:])
    try FileManager.default.copyItem(atPath: "\(ManualTests.root)/data", toPath: "\(scratch.root)/data")
    let limited = notebook.replacingOccurrences(of: "```{mixed} growth\n", with: "```{mixed} growth\niterations: 1\n")
    try #require(limited != notebook)
    for _ in 1...2 {
      let run = try Self.run(limited, scratch.workspace, Self.store(scratch))
      #expect(run.sealed.run.steps.flatMap(\.outcome.warnings).map(\.code) == ["not-converged"])
    }
  }
}

extension StoreTests {
  private static let texts = """
    ---
    title: T
    ---

    ```{load} rows
    file: data/x.csv
    columns:
      g: text
      x: number
    ```

    ```{filter} some
    data: rows
    keep: {where: x < 5, because: small}
    ```

    ```{summarize} means
    data: some
    of: x
    by: g
    ```

    ```{table} shown
    data: some
    ```

    """

  /// A row that is filtered out was the first to have the text `b`: the groups of those that stay come in their own order.
  @Test func rowsThatAreLeftOutLeaveNoTrace() throws {
    let project = try project("g,x\nb,9\na,1\nb,2\n")
    let before = try Self.run(Self.texts, project.workspace, Self.store(project))
    try "g,x\na,1\nb,2\n".write(toFile: "\(project.root)/data/x.csv", atomically: false, encoding: .utf8)
    let after = try Self.run(Self.texts, project.workspace, Self.store(project))
    #expect(Self.stored(after) == ["means", "shown"])
    #expect(Self.bytes(after) == Self.bytes(try Self.run(Self.texts, project.workspace, nil)))
    for name in ["tables/means.csv", "tables/shown.csv"] {
      #expect(Self.bytes(before)[name] == Self.bytes(after)[name])
    }
  }

  /// The order of a load's columns stands in no digest of its parameters, and its table has it.
  @Test func columnsInAnotherOrderAreReadAnew() throws {
    let project = try project("g,x\nb,9\na,1\n")
    _ = try Self.run(Self.texts, project.workspace, Self.store(project))
    let other = Self.texts.replacingOccurrences(of: "  g: text\n  x: number\n", with: "  x: number\n  g: text\n")
    let after = try Self.run(other, project.workspace, Self.store(project))
    #expect(Self.stored(after) == ["means"])
    #expect(Self.bytes(after) == Self.bytes(try Self.run(other, project.workspace, nil)))
  }
}
