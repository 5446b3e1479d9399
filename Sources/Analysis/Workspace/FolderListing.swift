#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// What stands in a folder, seen without following a link.
public struct FolderEntry: Sendable {
  public enum Kind: Sendable { case file, folder, link, other }

  /// Below the folder that was listed, with `/`.
  public let path: String
  public let kind: Kind
}

extension Workspace {
  /// Everything below `folder` (an absolute path or one relative to the current directory), sorted by path.
  /// Nil where the folder can't be read.
  public static func list(_ folder: String, depth: Int = 8) -> [FolderEntry]? {
    guard let stream = opendir(folder) else { return nil }
    defer { closedir(stream) }
    var entries: [FolderEntry] = []
    while let item = readdir(stream) {
      let name = withUnsafePointer(to: &item.pointee.d_name) { pointer in
        pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0 else {
        // A name that is no UTF-8 cannot be asked for by its text; it is there all the same.
        entries.append(FolderEntry(path: name, kind: .other))
        continue
      }
      switch status.st_mode & S_IFMT {
      case S_IFREG: entries.append(FolderEntry(path: name, kind: .file))
      case S_IFLNK: entries.append(FolderEntry(path: name, kind: .link))
      case S_IFDIR:
        entries.append(FolderEntry(path: name, kind: .folder))
        guard depth > 0 else { continue }
        entries += (list("\(folder)/\(name)", depth: depth - 1) ?? []).map {
          FolderEntry(path: "\(name)/\($0.path)", kind: $0.kind)
        }
      default: entries.append(FolderEntry(path: name, kind: .other))
      }
    }
    return entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }
}
