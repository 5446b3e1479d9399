import Foundation

/// Runs the built binary as a user would.
struct Command {
  struct Outcome {
    let code: Int32
    let output: String
    let errors: String
  }

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  /// `make test` builds it before the tests.
  static let binary = ProcessInfo.processInfo.environment["COLOPHON"] ?? "\(root)/.build/release/colophon"

  static func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: binary)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    // Nothing is left in the home of whoever runs the tests.
    let state = ["XDG_STATE_HOME": FileManager.default.temporaryDirectory.appending(path: "colophon-tests-state").path]
    process.environment = ProcessInfo.processInfo.environment.merging(state) { $1 }.merging(environment) { $1 }
    // Files, not pipes: a pipe that nobody reads while the other fills up would wait forever.
    let scratch = FileManager.default.temporaryDirectory.appending(path: "colophon-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: scratch) }
    let out = scratch.appending(path: "out")
    let err = scratch.appending(path: "err")
    for file in [out, err] { FileManager.default.createFile(atPath: file.path, contents: nil) }
    process.standardOutput = try FileHandle(forWritingTo: out)
    process.standardError = try FileHandle(forWritingTo: err)
    try process.run()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
      output: try String(contentsOf: out, encoding: .utf8), errors: try String(contentsOf: err, encoding: .utf8))
  }
}

/// A copy of the shipped notebooks, data and outputs in a temporary folder.
final class ProjectCopy: Sendable {
  let root: String

  init() throws {
    root = FileManager.default.temporaryDirectory.appending(path: "colophon-project-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    for name in ["notebooks", "data", "outputs", "colophon.yaml"] {
      try FileManager.default.copyItem(atPath: "\(Command.root)/\(name)", toPath: "\(root)/\(name)")
    }
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func run(_ arguments: String..., environment: [String: String] = [:]) throws -> Command.Outcome {
    try Command.run(arguments, in: root, environment: environment)
  }

  func read(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(root)/\(path)")) }

  func write(_ data: Data, to path: String) throws {
    let url = URL(filePath: "\(root)/\(path)")
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try data.write(to: url)
  }

  func write(_ text: String, to path: String) throws { try write(Data(text.utf8), to: path) }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: "\(root)/\(path)") }

  func flip(byte offset: Int? = nil, of path: String) throws {
    var data = try read(path)
    data[offset ?? data.count / 2] ^= 1
    try write(data, to: path)
  }

  /// Every file below `folder` with its bytes.
  func contents(of folder: String) throws -> [String: Data] {
    var files: [String: Data] = [:]
    let walker = FileManager.default.enumerator(atPath: "\(root)/\(folder)")
    while let path = walker?.nextObject() as? String {
      var isFolder: ObjCBool = false
      FileManager.default.fileExists(atPath: "\(root)/\(folder)/\(path)", isDirectory: &isFolder)
      if !isFolder.boolValue { files[path] = try read("\(folder)/\(path)") }
    }
    return files
  }
}
