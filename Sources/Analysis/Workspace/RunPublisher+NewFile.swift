#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Files that are made once and replace nothing, such as a student's copy.
extension RunPublisher {
  /// Makes a file that is not there yet: all of it or nothing. The folder above it must be there.
  /// - Parameter path: an absolute path.
  public static func createFile(_ path: String, _ bytes: [UInt8]) throws(Problem) {
    let (parent, name) = split(path)
    var status = stat()
    guard !name.isEmpty, lstat(path, &status) != 0 else { throw .exists(path) }
    removeDebris(in: parent, of: name)
    let fresh = "\(parent)/.\(name).new-\(getpid())"
    do throws(Problem) {
      try write(bytes, to: fresh, below: parent)
      try synchronize(fresh)
      // A second name, which unlike `rename` takes no other file's place.
      guard link(fresh, path) == 0 else {
        let code = errno
        throw code == EEXIST ? Problem.exists(path) : Problem.system(path: path, code: code)
      }
      unlink(fresh)
      try synchronize(parent)
    } catch {
      unlink(fresh)
      throw error
    }
  }
}
