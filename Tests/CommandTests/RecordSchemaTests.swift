import Digests
import Foundation
import Testing

/// The published schemas against what is written. That they accept and refuse as JSON Schema says is checked by
/// `make interop`; here every object of a record must have exactly the members that its schema lists.
@Suite("docs/*.schema.json")
struct RecordSchemaTests {
  private func json(_ path: String) throws -> JSONValue {
    try JSONParser.parse(Array(Data(contentsOf: URL(filePath: "\(Command.root)/\(path)"))))
  }

  /// Places where the members differ. Objects whose schema lists no members may have any.
  private func mismatches(_ value: JSONValue, _ schema: JSONValue, _ root: JSONValue, _ path: String) -> [String] {
    if let target = schema["$ref"]?.string {
      let parts = target.split(separator: "/").dropFirst()
      let found = parts.reduce(Optional(root)) { $0?[String($1)] }
      return found.map { mismatches(value, $0, root, path) } ?? ["\(path): \(target) leads nowhere"]
    }
    if let constant = schema["const"], constant.canonicalBytes != value.canonicalBytes {
      return ["\(path): another constant"]
    }
    if let items = schema["items"] {
      guard let elements = value.array else { return ["\(path): no array"] }
      return elements.enumerated().flatMap { mismatches($0.element, items, root, "\(path)[\($0.offset)]") }
    }
    guard let properties = schema["properties"]?.object else { return [] }
    guard let members = value.object else { return ["\(path): no object"] }
    var found: [String] = []
    let keys = members.map(\.key).sorted()
    // Only a run that reads another's table names it.
    let optional = ["upstream"]
    let required = properties.map(\.key).filter { !optional.contains($0) }.sorted()
    if keys.filter({ !optional.contains($0) }) != required { found.append("\(path): \(keys)") }
    if schema["required"]?.array?.compactMap(\.string).sorted() != required {
      found.append("\(path): required are others than listed")
    }
    if schema["additionalProperties"]?.bool != false { found.append("\(path): more is allowed") }
    for member in members {
      if let inner = schema["properties"]?[member.key] {
        found += mismatches(member.value, inner, root, "\(path).\(member.key)")
      }
    }
    return found
  }

  @Test func everyCommittedManifestHasItsMembers() throws {
    let schema = try json("docs/manifest.schema.json")
    let runs = try FileManager.default.contentsOfDirectory(atPath: "\(Command.root)/outputs")
    #expect(!runs.isEmpty)
    // A folder of runs, such as a course, and the gallery's page are no runs.
    for run in runs where FileManager.default.fileExists(atPath: "\(Command.root)/outputs/\(run)/manifest.json") {
      let manifest = try json("outputs/\(run)/manifest.json")
      #expect(mismatches(manifest, schema, schema, run) == [])
    }
  }

  @Test func aCertificateHasItsMembers() throws {
    let signed = try SignedProject(keys: ["bob"])
    #expect(try signed.run("certify", SignedProject.run, "--key", "bob", "--as", "bob").code == 0)
    let envelope = try JSONParser.parse(Array(signed.project.read("outputs/t/certificate-bob.dsse.json")))
    let payload = try #require(envelope["payload"]?.string.flatMap { Data(base64Encoded: $0) })
    let schema = try json("docs/certificate.schema.json")
    #expect(mismatches(try JSONParser.parse(Array(payload)), schema, schema, "certificate") == [])
  }

  /// That the comparison can fail.
  @Test func otherMembersAreFound() throws {
    let schema = try json("docs/manifest.schema.json")
    let text = String(
      decoding: try json("outputs/ucmsc-visit-by-visit/manifest.json").canonicalBytes, as: UTF8.self)
    for (old, new) in [
      ("\"analysis\":", "\"analysys\":"), ("\"size\":", "\"more\":1,\"size\":"), ("\"plan\":", "\"plans\":"),
      ("\"name\":\"colophon\"", "\"name\":\"other\""), ("\"sha256\":", "\"sha512\":"), ("run:1", "run:2"),
    ] {
      let changed = text.replacingOccurrences(of: old, with: new)
      #expect(try mismatches(JSONParser.parse(Array(changed.utf8)), schema, schema, "x") != [], "\(old)")
    }
  }
}
