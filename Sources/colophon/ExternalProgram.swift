import Analysis

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A program of the machine that converts reports. It gets arguments, never a shell's line.
struct ExternalProgram {
  let path: String

  /// The first of the names that the folders of `PATH` hold.
  static func find(_ names: [String]) -> ExternalProgram? {
    guard let search = getenv("PATH").map({ String(cString: $0) }) else { return nil }
    let folders = search.split(separator: ":").filter { $0.hasPrefix("/") }
    for name in names {
      for folder in folders where access("\(folder)/\(name)", X_OK) == 0 {
        return ExternalProgram(path: "\(folder)/\(name)")
      }
    }
    return nil
  }

  /// Runs it to its end, its output thrown away; the code it ended with, nil where it could not be started.
  func run(_ arguments: [String]) -> Int32? {
    var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    words.append(nil)
    #if canImport(Glibc)
      var actions = posix_spawn_file_actions_t()
    #else
      var actions: posix_spawn_file_actions_t?
    #endif
    guard posix_spawn_file_actions_init(&actions) == 0 else { return nil }
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [Int32(1), 2] {
      posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_WRONLY, 0)
    }
    var process: pid_t = 0
    guard posix_spawn(&process, path, &actions, nil, words, environ) == 0 else { return nil }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 {
      guard errno == EINTR else { return nil }
    }
    return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
  }

  /// Whether the user may do anything, in which case Chromium refuses its own sandbox.
  static var isRoot: Bool { geteuid() == 0 }
}

/// A folder that is there while something is written in it.
enum ScratchFolder {
  static func using<Value>(_ body: (String) throws -> Value) throws -> Value? {
    // A relative one would be a folder of wherever the command is called, such as a stranger's project.
    let chosen = getenv("TMPDIR").map { String(cString: $0) }
    let base = chosen.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
    var template = Array("\(base)/colophon-XXXXXX".utf8CString)
    guard mkdtemp(&template) != nil else { return nil }
    let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { remove(path) }
    return try body(path)
  }

  private static func remove(_ path: String) {
    for entry in (Workspace.list(path) ?? []).reversed() {
      // No link is followed: what a link leads to is not this folder's.
      if entry.kind == .folder { rmdir("\(path)/\(entry.path)") } else { unlink("\(path)/\(entry.path)") }
    }
    rmdir(path)
  }
}
