internal import CPlatform

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Puts a run's files in place: all of them or none.
///
/// They are written to a fresh folder beside the target, which then takes the target's place in one atomic step, so
/// that a kill at any moment leaves the old run or the new.
public enum RunPublisher {
  public enum Problem: Error, Sendable {
    /// The target holds something that is no run of colophon, which is not replaced.
    case notARun(String)
    case isLink(String)
    /// The target lies inside another run, whose closed world it would break.
    case insideRun(String)
    /// What would be made is there already.
    case exists(String)
    /// The folder of runs, or below it.
    case insideOutputs(String)
    case system(path: String, code: Int32)
  }

  /// - Parameters:
  ///   - folder: an absolute path; folders above it are made where they are missing.
  ///   - root: the project root, below which no link is followed; nil for a folder that the user named.
  public static func publish(
    _ files: [(path: String, bytes: [UInt8])], to folder: String, below root: String?
  ) throws(Problem) {
    let (parent, name) = split(folder)
    if let root { try refuseLinks(parent, below: root) }
    if access("\(parent)/manifest.json", F_OK) == 0 { throw .insideRun(parent) }
    try makeFolders(parent)
    var isReplacing = try checkTarget(folder)
    removeDebris(in: parent, of: name)
    // The same run once more: what stands there stays, and with it whatever signatures it has.
    if isReplacing, isPublished(files, in: folder) { return }
    let fresh = "\(parent)/.\(name).new-\(getpid())"
    guard mkdir(fresh, 0o777) == 0 else { throw .system(path: fresh, code: errno) }
    do throws(Problem) {
      for file in files { try write(file.bytes, to: "\(fresh)/\(file.path)", below: fresh) }
      // All are written before the first is flushed: the disk then has one thing to do instead of many.
      for file in files { try synchronize("\(fresh)/\(file.path)") }
      try synchronize(fresh)
      if isReplacing {
        guard colophon_exchange_paths(fresh, folder) == 0 else { throw .system(path: folder, code: errno) }
      } else if rename(fresh, folder) != 0 {
        // Another run of the same notebook may have been first.
        let code = errno
        guard code == EEXIST || code == ENOTEMPTY, try checkTarget(folder) else {
          throw .system(path: folder, code: code)
        }
        guard colophon_exchange_paths(fresh, folder) == 0 else { throw .system(path: folder, code: errno) }
        isReplacing = true
      }
      try synchronize(parent)
    } catch {
      removeTree(fresh)
      throw error
    }
    if isReplacing { removeTree(fresh) }
  }

  /// Writes one file below the project root, whole or not at all; folders above it are made where they are missing.
  public static func replace(_ path: String, with bytes: [UInt8], below root: String) throws(Problem) {
    let (parent, name) = split(path)
    try refuseLinks(parent, below: root)
    try makeFolders(parent)
    removeDebris(in: parent, of: name)
    let fresh = "\(parent)/.\(name).new-\(getpid())"
    do throws(Problem) {
      try write(bytes, to: fresh, below: parent)
      guard rename(fresh, path) == 0 else { throw .system(path: path, code: errno) }
    } catch {
      unlink(fresh)
      throw error
    }
  }

  /// Removes a folder below the project root with all that is in it; returns how many files that was, and their bytes.
  public static func removeFolder(_ folder: String, below root: String) throws(Problem) -> (entries: Int, bytes: Int) {
    try refuseLinks(folder, below: root)
    let files = (Workspace.list(folder) ?? []).filter { $0.kind != .folder }
    var bytes = 0
    for file in files {
      var status = stat()
      if lstat("\(folder)/\(file.path)", &status) == 0 { bytes += Int(status.st_size) }
    }
    removeTree(folder)
    guard access(folder, F_OK) != 0 else { throw .system(path: folder, code: errno == 0 ? EACCES : errno) }
    return (files.count, bytes)
  }

  /// Writes a signature into a run's folder, whole or not at all. It begins beside the folder: what a kill leaves there
  /// breaks no run's closed world.
  public static func replaceSignature(_ path: String, with bytes: [UInt8]) throws(Problem) {
    let folder = split(path).parent
    let (parent, run) = split(folder)
    removeDebris(in: parent, of: run)
    let fresh = "\(parent)/.\(run).new-\(getpid())"
    do throws(Problem) {
      try write(bytes, to: fresh, below: parent)
      try synchronize(fresh)
      guard rename(fresh, path) == 0 else { throw .system(path: path, code: errno) }
      try synchronize(folder)
    } catch {
      unlink(fresh)
      throw error
    }
  }

  /// Makes a folder, and those above it that are missing.
  public static func makeFolder(_ path: String) throws(Problem) { try makeFolders(path) }

  /// Writes a new file, which must not be there yet, with the given permissions and to the disk.
  public static func create(_ path: String, _ bytes: [UInt8], mode: UInt32) throws(Problem) {
    try write(bytes, to: path, below: split(path).parent, mode: mode)
    try synchronize(path)
  }

  static func split(_ path: String) -> (parent: String, name: String) {
    let parts = PathText.parts(path)
    return ("/" + parts.dropLast().joined(separator: "/"), parts.last ?? "")
  }

  /// Whether there is a run to replace.
  private static func checkTarget(_ folder: String) throws(Problem) -> Bool {
    var status = stat()
    guard lstat(folder, &status) == 0 else { return false }
    if status.st_mode & S_IFMT == S_IFLNK { throw .isLink(folder) }
    guard status.st_mode & S_IFMT == S_IFDIR else { throw .notARun(folder) }
    let entries = Workspace.list(folder, depth: 1) ?? []
    let isRun = entries.contains { $0.path == "manifest.json" } && entries.contains { $0.path == "results.json" }
    guard entries.isEmpty || (isRun && entries.allSatisfy(belongsToRun)) else { throw .notARun(folder) }
    return true
  }

  /// Whether a folder holds these files, bit for bit, and beside them nothing but signatures.
  private static func isPublished(_ files: [(path: String, bytes: [UInt8])], in folder: String) -> Bool {
    let found = (Workspace.list(folder) ?? []).filter { $0.kind != .folder && !SignatureFile.isName($0.path) }
    let run = Workspace(root: folder)
    return found.count == files.count
      && files.allSatisfy { file in
        guard found.contains(where: { $0.path.isExactly(file.path) && $0.kind == .file }) else { return false }
        return (try? run.read(file.path)) == file.bytes
      }
  }

  /// Whether a run of colophon may hold such a file: what a user put beside one is not deleted with it.
  private static func belongsToRun(_ entry: FolderEntry) -> Bool {
    switch entry.kind {
    case .folder: return ["figures", "tables"].contains(entry.path)
    case .file:
      let path = entry.path
      if SignatureFile.isName(path) { return true }
      if ["report.html", "report.md", "results.json", "manifest.json", "SHA256SUMS"].contains(path) { return true }
      if path.hasPrefix("figures/") { return path.hasSuffix(".svg") }
      if path.hasPrefix("tables/") { return path.hasSuffix(".csv") || path.hasSuffix(".yaml") }
      return false
    case .link, .other: return false
    }
  }

  private static func refuseLinks(_ folder: String, below root: String) throws(Problem) {
    var path = folder
    while path != root, path.hasPrefix(root), path != "/" {
      var status = stat()
      if lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK { throw .isLink(path) }
      path = split(path).parent
    }
  }

  private static func makeFolders(_ path: String) throws(Problem) {
    var made = ""
    for part in PathText.parts(path) {
      made += "/\(part)"
      if mkdir(made, 0o777) != 0, errno != EEXIST {
        var status = stat()
        if stat(made, &status) != 0 || status.st_mode & S_IFMT != S_IFDIR { throw .system(path: made, code: errno) }
      }
    }
  }

  static func write(_ bytes: [UInt8], to path: String, below folder: String, mode: UInt32 = 0o666)
    throws(Problem)
  {
    let (parent, _) = split(path)
    if parent != folder { try makeFolders(parent) }
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode_t(mode))
    guard descriptor >= 0 else { throw .system(path: path, code: errno) }
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        systemWrite(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw .system(path: path, code: errno) }
      written += count
    }
  }

  private static func systemWrite(_ descriptor: Int32, _ start: UnsafeRawPointer?, _ count: Int) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, start, count)
    #else
      Darwin.write(descriptor, start, count)
    #endif
  }

  /// Flushes a file or a folder to the disk.
  static func synchronize(_ path: String) throws(Problem) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: path, code: errno) }
    defer { close(descriptor) }
    // Some file systems refuse to flush folders (EINVAL); the exchange is atomic on them all the same.
    guard fsync(descriptor) == 0 || errno == EINVAL else { throw .system(path: path, code: errno) }
  }

  /// What a killed run of the same notebook, or a killed signing of it, left behind.
  static func removeDebris(in parent: String, of name: String) {
    let prefix = ".\(name).new-"
    for entry in Workspace.list(parent, depth: 0) ?? [] where entry.path.hasPrefix(prefix) {
      guard let process = Int32(entry.path.dropFirst(prefix.count)) else { continue }
      // A process of somebody else cannot be asked (EPERM), and lives.
      guard process == getpid() || (kill(process, 0) != 0 && errno == ESRCH) else { continue }
      if entry.kind == .folder {
        removeTree("\(parent)/\(entry.path)")
      } else {
        unlink("\(parent)/\(entry.path)")
      }
    }
  }

  static func removeTree(_ folder: String) {
    for entry in (Workspace.list(folder) ?? []).reversed() {
      let path = "\(folder)/\(entry.path)"
      _ = entry.kind == .folder ? rmdir(path) : unlink(path)
    }
    rmdir(folder)
  }
}

extension RunPublisher.Problem {
  public var text: String {
    switch self {
    case .notARun(let path):
      return
        "`\(path)` is no run of colophon, so it is not replaced: move it away, or choose another folder with `--output`"
    case .insideRun(let path):
      return "`\(path)` is a run of its own, and a run inside it would break it: move the notebook to another folder"
    case .exists(let path): return "`\(path)` is there already, and nothing is replaced: choose another folder"
    case .insideOutputs(let path):
      return "`\(path)` would lie in the project's outputs, which hold runs and nothing else: choose another folder"
    case .isLink(let path): return "`\(path)` is a link, and links are not followed: remove it"
    case .system(let path, let code): return "`\(path)` cannot be written (\(String(cString: strerror(code))))"
    }
  }
}
