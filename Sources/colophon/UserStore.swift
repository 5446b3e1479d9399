import Analysis
import ArgumentParser
import NotebookSyntax
import Provenance

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

struct StoreOptions: ParsableArguments {
  @Flag(name: .customLong("no-cache"), help: "Computes everything, and keeps nothing of it in .colophon.")
  var ignoresStore = false

  func store(_ workspace: Workspace) -> ResultStore? { ignoresStore ? nil : UserStore.store(workspace) }
}

/// The store of a project as this user may trust it.
enum UserStore {
  /// Nil where this build has no name of its own, or no secret can be kept: then everything is computed.
  static func store(_ workspace: Workspace) -> ResultStore? {
    guard let build = Engine.build, let secret = secret() else { return nil }
    return ResultStore(workspace, engine: "\(Engine.version) \(build) \(Engine.fingerprint)", secret: secret)
  }

  /// 32 bytes in the user's own folder, made when they are first needed.
  private static func secret() -> [UInt8]? {
    guard let folder = stateFolder else { return nil }
    let path = "\(folder)/store.key"
    if let known = read(path) { return known }
    guard (try? RunPublisher.makeFolder(folder)) != nil else { return nil }
    var generator = SystemRandomNumberGenerator()
    let fresh = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    // Of two that make one at once, the first wins and the other reads it.
    guard (try? RunPublisher.create(path, fresh, mode: 0o600)) != nil else { return read(path) }
    return fresh
  }

  private static func read(_ path: String) -> [UInt8]? {
    guard !UserFile.isOpenToOthers(path), let bytes = try? UserFile.read(path, limit: 32), bytes.count == 32 else {
      return nil
    }
    return bytes
  }

  private static var stateFolder: String? {
    func absolute(_ name: String) -> String? {
      guard let value = getenv(name).map({ String(cString: $0) }), value.hasPrefix("/") else { return nil }
      return value
    }
    if let state = absolute("XDG_STATE_HOME") { return Paths.absolute("\(state)/colophon") }
    return absolute("HOME").map { Paths.absolute("\($0)/.local/state/colophon") }
  }
}
