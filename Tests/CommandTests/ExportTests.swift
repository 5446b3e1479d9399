import Digests
import Foundation
import Testing

@Suite("colophon export")
struct ExportTests {
  static let credits = [
    "date: 2025-02-28", "description: A small test.", "license: CC0-1.0",
    "authors: [{name: Ada Example, orcid: 0000-0002-1825-0097}, Bob Example]",
  ]

  static func notebook(_ lines: [String] = credits, file: String = "data/x.csv", more: String = "") -> String {
    RunTests.notebook.replacingOccurrences(
      of: "title: T\n", with: (["title: T"] + lines).joined(separator: "\n") + "\n"
    )
    .replacingOccurrences(of: "data/x.csv", with: file)
      + more
  }

  static let table = "\n```{table} listing\ndata: some\n```\n"

  static func project(_ notebook: String = notebook(more: table), file: String = "data/x.csv") throws
    -> ProjectCopy
  {
    let project = try ProjectCopy()
    try project.write(notebook, to: "notebooks/t.md")
    try project.write(RunTests.data, to: file)
    let code = try project.run("run", "-q", "notebooks/t.md").code
    #expect(code == 0 || code == 1)
    return project
  }

  private func graph(_ project: ProjectCopy, _ crate: String = "crate") throws -> [JSONValue] {
    let bytes = Array(try project.read("\(crate)/ro-crate-metadata.json"))
    let json = try JSONParser.parse(bytes)
    #expect(json.canonicalBytes == bytes)
    return try #require(json["@graph"]?.array)
  }

  private func entity(_ graph: [JSONValue], _ id: String) throws -> JSONValue {
    let found = graph.filter { $0["@id"]?.string == id }
    #expect(found.count == 1, "\(id)")
    return try #require(found.first)
  }

  private func ids(_ value: JSONValue?) -> [String] {
    (value?.array ?? [value ?? .null]).compactMap { $0["@id"]?.string }
  }

  @Test func aCrateHoldsTheRunWithEveryDigest() throws {
    let project = try Self.project()
    let result = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == 0, "\(result.errors)")
    #expect(result.output == "crate/ro-crate-metadata.json\n")
    #expect(result.errors == "  holds data: data/x.csv\n")
    let graph = try graph(project)
    var files = try project.contents(of: "crate")
    files["ro-crate-metadata.json"] = nil
    #expect(files.count == 9)
    let root = try entity(graph, "./")
    #expect(ids(root["hasPart"]).sorted() == files.keys.sorted())
    for (path, bytes) in files {
      let entity = try entity(graph, path)
      #expect(entity["sha256"]?.string == Digest(ofFile: Array(bytes)).hex, "\(path)")
      #expect(entity["contentSize"]?.string == String(bytes.count), "\(path)")
      #expect(entity["encodingFormat"] != nil, "\(path)")
    }
    for (path, copy) in try project.contents(of: "outputs/t") { #expect(files["run/\(path)"] == copy) }
    #expect(root["datePublished"]?.string == "2025-02-28")
    #expect(root["name"]?.string == "T" && root["description"]?.string == "A small test.")
    #expect(ids(root["license"]) == ["https://spdx.org/licenses/CC0-1.0"])
    #expect(ids(root["author"]) == ["https://orcid.org/0000-0002-1825-0097", "#author-2"])
    #expect(ids(root["mainEntity"]) == ["notebooks/t.md"])
  }

  /// Every reference leads somewhere, and no two entities share a name.
  @Test func theGraphIsClosed() throws {
    let project = try Self.project()
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 0)
    let graph = try graph(project)
    let known = graph.compactMap { $0["@id"]?.string }
    #expect(Set(known).count == known.count)
    func references(_ value: JSONValue) -> [String] {
      if let members = value.object {
        if members.count == 1, let id = value["@id"]?.string { return [id] }
        return members.flatMap { references($0.value) }
      }
      return (value.array ?? []).flatMap(references)
    }
    for id in graph.flatMap(references) where !["https://w3id.org/ro/crate/1.1"].contains(id) {
      #expect(known.contains(id), "\(id)")
    }
  }

  @Test func theStepsAreThoseOfTheManifest() throws {
    let project = try Self.project()
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 0)
    let graph = try graph(project)
    let record = try JSONParser.parse(Array(project.read("outputs/t/manifest.json")))["predicate"]
    let steps = try #require(record?["steps"]?.array)
    #expect(
      ids(try entity(graph, "#organization")["object"]) == ["#control/rows", "#control/some", "#control/listing"])
    let run = try entity(graph, "#run")
    #expect(run["identifier"]?.string == record?["core"]?.string)
    #expect(ids(run["instrument"]) == ["notebooks/t.md"])
    #expect(ids(run["object"]) == ["#value/low", "data/x.csv"])
    #expect(run["actionStatus"]?.string == "http://schema.org/CompletedActionStatus")
    for (index, step) in steps.enumerated() {
      let name = try #require(step["name"]?.string)
      let action = try entity(graph, "#action/\(name)")
      #expect(action["identifier"]?.string == step["step"]?.string)
      #expect(try ids(action["instrument"]) == ["#kind/\(#require(step["kind"]?.string))"])
      #expect(try entity(graph, "#output/\(name)")["value"]?.string == step["output"]?.string)
      #expect(try entity(graph, "#step/\(name)")["position"]?.string == String(index + 1))
    }
    #expect(ids(try entity(graph, "#action/rows")["object"]) == ["data/x.csv"])
    #expect(ids(try entity(graph, "#action/some")["object"]) == ["#output/rows"])
    #expect(
      ids(try entity(graph, "#action/listing")["result"])
        == ["#output/listing", "run/tables/listing.columns.yaml", "run/tables/listing.csv"])
    // Nothing says who ran it, or when.
    #expect(graph.allSatisfy { $0["agent"] == nil && $0["startTime"] == nil && $0["endTime"] == nil })
  }

  @Test func theSameCrateAnywhereAndAnyTime() throws {
    let project = try Self.project()
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 0)
    let elsewhere = ["TZ": "Asia/Kathmandu", "LC_ALL": "de_DE.UTF-8", "LANG": "tr_TR.UTF-8", "HOME": "/nowhere"]
    try FileManager.default.moveItem(atPath: "\(project.root)/outputs/t", toPath: "\(project.root)/other")
    #expect(try project.run("export", "other", "--crate", "crate-2", environment: elsewhere).code == 0)
    #expect(try project.contents(of: "crate") == project.contents(of: "crate-2"))
  }

  @Test func aCrateIsAProjectThatVerifies() throws {
    let signed = try SignedProject()
    try signed.project.write(Self.notebook(), to: "notebooks/t.md")
    #expect(try signed.run("run", "-q", "notebooks/t.md").code == 0)
    try signed.sign()
    #expect(try signed.run("certify", SignedProject.run, "--key", "bob", "--as", "bob").code == 0)
    #expect(try signed.run("export", SignedProject.run, "--crate", "crate").code == 0)
    let graph = try graph(signed.project)
    for file in ["run/manifest.dsse.json", "run/certificate-bob.dsse.json"] {
      #expect(ids(try entity(graph, file)["about"]) == ["run/manifest.json"])
    }
    try signed.trust(("alice", "alice"), ("bob", "bob"))
    let result = try signed.run(
      "verify", "crate/run", "--project", "crate", "--rerun", "--trust", "allowed", "--require-signature")
    #expect(result.code == 0, "\(result.output)")
    #expect(result.output.contains("certified by bob"))
    // Nothing of the crate is in the project: it is found to be changed by itself.
    try signed.project.write(RunTests.data + "b,4\n", to: "crate/data/x.csv")
    #expect(try signed.run("verify", "crate/run", "--project", "crate").code == 4)
  }

  @Test func pathsThatNeedCare() throws {
    let name = "run/x y#ü%41.csv"
    let project = try Self.project(Self.notebook(file: "'\(name)'"), file: name)
    #expect(try project.run("export", "outputs/t", "--crate", "crate").code == 0)
    let graph = try graph(project)
    let file = try entity(graph, "run/x%20y%23%C3%BC%2541.csv")
    #expect(file["name"]?.string == name)
    #expect(try project.read("crate/\(name)") == project.read(name))
    #expect(try project.read("crate/run-2/manifest.json") == project.read("outputs/t/manifest.json"))
    #expect(try project.run("verify", "crate/run-2", "--project", "crate", "--rerun").code == 0)
    let taken = try Self.project(Self.notebook(file: "ro-crate-metadata.json"), file: "ro-crate-metadata.json")
    let result = try taken.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == 6 && result.errors.contains("rename it"))
  }

  @Test func aFailedExpectationIsSaid() throws {
    let project = try Self.project(
      Self.notebook(more: "\n```{expect} enough\nthat: [some.kept == 10]\n```\n"))
    let result = try project.run("export", "outputs/t", "--crate", "crate")
    #expect(result.code == 0, "\(result.errors)")
    let run = try entity(graph(project), "#run")
    #expect(run["actionStatus"]?.string == "http://schema.org/FailedActionStatus")
    #expect(run["error"]?.string == "1 expectation of the notebook did not hold.")
  }

  @Test func givenParametersStandBesideTheirDefaults() throws {
    let project = try Self.project()
    #expect(try project.run("run", "-q", "notebooks/t.md", "-P", "low=1.5", "--output", "other").code == 0)
    #expect(try project.run("export", "other", "--crate", "crate").code == 0)
    let graph = try graph(project)
    let parameter = try entity(graph, "#parameter/low")
    #expect(parameter["defaultValue"]?.string == "0" && parameter["additionalType"]?.string == "Number")
    #expect(try entity(graph, "#value/low")["value"]?.string == "1.5")
  }
}
