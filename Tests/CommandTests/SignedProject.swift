import Foundation
import Testing

/// A project with one small run, `outputs/t`, and the keys of Alice and Bob.
final class SignedProject: Sendable {
  static let run = "outputs/t"
  static let envelope = "outputs/t/manifest.dsse.json"
  let project: ProjectCopy

  init(keys: [String] = ["alice", "bob"]) throws {
    project = try ProjectCopy()
    try project.write(RunTests.notebook, to: "notebooks/t.md")
    try project.write(RunTests.data, to: "data/x.csv")
    #expect(try project.run("run", "-q", "notebooks/t.md").code == 0)
    for key in keys { #expect(try project.run("key", "new", key).code == 0) }
  }

  var root: String { project.root }

  func run(_ arguments: String...) throws -> Command.Outcome { try Command.run(arguments, in: root) }

  func sign(with key: String = "alice") throws {
    let result = try run("sign", Self.run, "--key", key)
    #expect(result.code == 0, "\(result.errors)")
  }

  /// Writes `allowed`: lines of principals with options, and whose key they name.
  func trust(_ lines: (before: String, key: String)...) throws {
    let text = try lines.map { "\($0.before) \(try publicLine($0.key))\n" }.joined()
    try project.write(text, to: "allowed")
  }

  func publicLine(_ key: String) throws -> String {
    String(decoding: try project.read("\(key).pub"), as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  func verify(_ more: String...) throws -> Command.Outcome {
    try Command.run(["verify", Self.run, "--trust", "allowed"] + more, in: root)
  }

  /// Makes a key as researchers have it, and signs with it as OpenSSH does; returns the file's path below the root.
  @discardableResult
  func signWithSSH(
    as principal: String, kind: String = "ed25519", namespace: String = "colophon", hash: String = "sha512"
  ) throws -> String {
    let key = "ssh-\(principal)"
    try Tool.run("ssh-keygen", ["-q", "-t", kind, "-N", "", "-C", "c", "-f", key], in: root)
    let file = "\(Self.run)/manifest.json.\(principal).sig"
    let signature = try Tool.run(
      "ssh-keygen", ["-Y", "sign", "-f", key, "-n", namespace, "-O", "hashalg=\(hash)"], in: root,
      input: "\(Self.run)/manifest.json")
    try project.write(signature, to: file)
    return file
  }
}

/// A program of the system. That one is missing fails the test: a check that is passed over is none.
enum Tool {
  struct Failure: Error, CustomStringConvertible { let description: String }

  @discardableResult
  static func run(_ name: String, _ arguments: [String], in folder: String, input: String? = nil) throws -> Data {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.standardInput = try input.map { try FileHandle(forReadingFrom: URL(filePath: "\(folder)/\($0)")) }
    let scratch = FileManager.default.temporaryDirectory.appending(path: "colophon-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let out = scratch.appending(path: "out")
    let err = scratch.appending(path: "err")
    for file in [out, err] { _ = FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      let errors = try String(contentsOf: err, encoding: .utf8)
      let why = process.terminationStatus == 127 ? "it is missing: install openssh-client and openssl" : errors
      throw Failure(
        description: "\(name) \(arguments.joined(separator: " ")) ends \(process.terminationStatus): \(why)")
    }
    return try Data(contentsOf: out)
  }
}
