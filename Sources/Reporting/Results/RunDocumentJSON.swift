import Analysis
import Digests
import NotebookSyntax

/// `results.json`: every result with full precision, what each step shows, and the notebook's source.
extension RunDocument {
  static let format = "colophon/results/1"

  public var json: JSONValue { json { $0.json } }

  /// The bytes of `results.json`.
  public var canonicalBytes: [UInt8] { json { result in .writing { result.write(to: &$0) } }.canonicalBytes }

  /// - Parameter result: the form of a step's result.
  private func json(_ result: (ResultValue) -> JSONValue) -> JSONValue {
    .object(
      [
        .init("format", .string(Self.format)), .init("engine", .string(engine)),
        .init("title", .string(notebook.frontMatter.title)),
        .init(
          "notebook",
          .object([
            .init("path", .string(notebook.source.path)),
            .init("source", .string(String(decoding: notebook.source.bytes, as: UTF8.self))),
          ])),
        .init(
          "inputs",
          .array(inputs.map { ["path": .string($0.path), "size": .integer($0.size), "sha256": .string($0.digest)] })),
        .init("parameters", .array(parameters.map { ["name": .string($0.name), "value": .string($0.value)] })),
        .init("notices", .array(notices.map { .string($0) })), .init("failures", .array(failures.map { .string($0) })),
        .init("core", .string(core)), .init("analysis", .string(analysis)),
        .init("steps", .array(steps.map { $0.json(result) })),
      ]
        + (upstreams.isEmpty
          ? [] : [.init("upstream", .array(upstreams.map { ["path": .string($0.path), "core": .string($0.core)] }))])
        + (sources.isEmpty ? [] : [.init("sources", .array(sources.map(Self.json)))]))
  }

  private static func json(_ source: BibliographyEntry) -> JSONValue {
    [
      "key": .string(source.key), "type": .string(source.type),
      "fields": .array(source.fields.map { ["name": .string($0.name), "value": .string($0.value)] }),
    ]
  }

  private static func source(_ json: JSONValue) -> BibliographyEntry? {
    guard let key = json["key"]?.string, let type = json["type"]?.string, let items = json["fields"]?.array else {
      return nil
    }
    let fields = items.compactMap { item -> (name: String, value: String)? in
      guard let name = item["name"]?.string, let value = item["value"]?.string else { return nil }
      return (name, value)
    }
    return fields.count == items.count ? BibliographyEntry(type: type, key: key, fields: fields) : nil
  }

  public enum Problem: Error, Sendable {
    case notResults
    /// The notebook in it has mistakes, or names what the results lack.
    case notebook(SourceFile, [Diagnostic])
  }

  public init(json: JSONValue) throws(Problem) {
    guard json["format"]?.string == Self.format, let engine = json["engine"]?.string,
      let path = json["notebook"]?["path"]?.string, let text = json["notebook"]?["source"]?.string,
      let inputs = json["inputs"]?.array?.map({ item -> Input? in
        guard let path = item["path"]?.string, let size = item["size"]?.integer, let digest = item["sha256"]?.string
        else { return nil }
        return Input(path: path, size: size, digest: digest)
      }),
      let parameters = json["parameters"]?.array?.map({ item -> Parameter? in
        guard let name = item["name"]?.string, let value = item["value"]?.string else { return nil }
        return Parameter(name: name, value: value)
      }),
      let notices = json["notices"]?.array?.map(\.string), let failures = json["failures"]?.array?.map(\.string),
      let core = json["core"]?.string, let analysis = json["analysis"]?.string,
      let steps = json["steps"]?.array?.map(Step.init(json:))
    else { throw .notResults }
    let source = SourceFile(path: path, bytes: Array(text.utf8))
    let (notebook, problems) = NotebookParser.parse(source)
    guard !problems.contains(where: { $0.severity == .error }) else { throw .notebook(source, problems) }
    self.engine = engine
    self.notebook = notebook
    notebookDigest = Digest(ofFile: source.bytes).hex
    self.inputs = try Self.whole(inputs)
    upstreams = try Self.whole(
      (json["upstream"]?.array ?? []).map { item in
        guard let path = item["path"]?.string, let core = item["core"]?.string else { return nil }
        return UpstreamRun(path: path, core: core)
      })
    sources = try Self.whole((json["sources"]?.array ?? []).map(Self.source))
    let values = try Self.whole(parameters)
    self.parameters = values
    self.notices = try Self.whole(notices)
    self.failures = try Self.whole(failures)
    self.core = core
    self.analysis = analysis
    self.steps = try Self.whole(steps)
    let results = self.steps.map { ($0.name, $0.result) }
    do throws(Diagnostics) {
      self.values = try ProseValues.texts(
        notebook, parameters: values.map { ($0.name, $0.value) },
        results: { name in results.first { $0.0.isExactly(name) }?.1 })
    } catch {
      throw .notebook(source, error.all)
    }
    // What prose names is there, or the results are not this notebook's.
    let keys = Set(sources.map { Array($0.key.utf8) })
    let named = notebook.prose.flatMap(\.citations).flatMap(\.items).map { Array($0.key.utf8) }
    guard named.allSatisfy(keys.contains) else { throw .notResults }
  }

  private static func whole<Value>(_ values: [Value?]) throws(Problem) -> [Value] {
    let present = values.compactMap { $0 }
    guard present.count == values.count else { throw .notResults }
    return present
  }
}

extension RunDocument.Step {
  fileprivate func json(_ result: (ResultValue) -> JSONValue) -> JSONValue {
    func text(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }
    func count(_ count: Int?) -> JSONValue { count.map { .integer($0) } ?? .null }
    return [
      "name": .string(name), "kind": .string(kind), "reads": .array(producers.map { .string($0) }),
      "output": .string(output), "digest": .string(digest), "result": result(self.result), "table": text(table),
      "shown": .array(exhibits.map(\.json)), "tables": .array(tables.map(\.json)),
      "rows": ["in": count(rowsIn), "out": count(rowsOut)], "caption": text(caption), "note": text(note),
      "show": .string(show),
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let name = json["name"]?.string, let kind = json["kind"]?.string, let output = json["output"]?.string,
      let digest = json["digest"]?.string, let result = json["result"], let show = json["show"]?.string,
      let reads = json["reads"]?.array, let shown = json["shown"]?.array, let tables = json["tables"]?.array
    else { return nil }
    self.name = name
    self.kind = kind
    self.output = output
    self.digest = digest
    self.result = ResultValue(json: result)
    self.show = show
    table = json["table"]?.string
    producers = reads.compactMap(\.string)
    exhibits = shown.compactMap(Exhibit.init(json:))
    self.tables = tables.compactMap(ResultTable.init(json:))
    rowsIn = json["rows"]?["in"]?.integer
    rowsOut = json["rows"]?["out"]?.integer
    caption = json["caption"]?.string
    note = json["note"]?.string
    guard exhibits.count == shown.count, self.tables.count == tables.count, producers.count == reads.count else {
      return nil
    }
  }
}
