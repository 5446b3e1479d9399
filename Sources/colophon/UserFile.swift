import Analysis

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A file that the user named on the command line, anywhere.
enum UserFile {
  static func read(_ path: String, limit: Int) throws -> [UInt8] {
    let (folder, name) = split(path)
    do throws(Workspace.Problem) {
      return try Workspace(root: folder, largestFile: limit).read(name)
    } catch {
      if case .tooLarge(let limit) = error {
        throw CommandFailure(Exit.inputOutput, "\(path) is larger than \(limit) bytes, so it is no such file")
      }
      throw CommandFailure(Exit.inputOutput, "\(path) \(error.text)")
    }
  }

  /// Whether others than the owner may read or write the file, or run it.
  static func isOpenToOthers(_ path: String) -> Bool {
    var status = stat()
    return stat(Paths.absolute(path), &status) == 0 && status.st_mode & 0o077 != 0
  }

  static func exists(_ path: String) -> Bool {
    var status = stat()
    return lstat(Paths.absolute(path), &status) == 0
  }

  /// Whether two paths lead to one file or folder, by whatever names.
  static func isSame(_ path: String, _ other: String) -> Bool {
    var first = stat()
    var second = stat()
    return stat(Paths.absolute(path), &first) == 0 && stat(Paths.absolute(other), &second) == 0
      && first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }

  /// Removes what this command made itself.
  static func remove(_ path: String) { unlink(Paths.absolute(path)) }

  private static func split(_ path: String) -> (folder: String, name: String) {
    let absolute = Paths.absolute(path)
    return (Paths.parent(absolute), PathText.parts(absolute).last ?? "")
  }
}
