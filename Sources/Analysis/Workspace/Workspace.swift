import Digests
import NotebookSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The only door to the outside: reads files below the project root, and nothing else.
///
/// Paths are relative, with `/`, and hold no `..`; no link is followed; only regular files are read.
public struct Workspace: Sendable {
  /// Absolute path of the project root.
  public let root: String
  /// Largest file that is read, in bytes.
  public let largestFile: Int

  public init(root: String, largestFile: Int = 4 << 30) {
    self.root = root
    self.largestFile = largestFile
  }

  public enum Problem: Error, Sendable {
    case badPath(String)
    case notFound
    case isLink
    case notAFile
    case tooLarge(limit: Int)
    case system(code: Int32)
    case changedWhileRead
  }

  /// The components of a path that may be read, or why it may not.
  public static func components(_ path: String) throws(Problem) -> [String] {
    guard !path.isEmpty else { throw .badPath("it is empty") }
    guard !path.utf8.contains(0) else { throw .badPath("it holds a NUL byte") }
    guard path.utf8.first != UInt8(ascii: "/") else {
      throw .badPath("it is absolute, and paths are relative to the project root")
    }
    guard !path.utf8.contains(UInt8(ascii: "\\")) else { throw .badPath("folders are separated by `/`") }
    let parts = PathText.parts(path, keepingEmpty: true)
    guard !parts.containsExactly("..") else { throw .badPath("`..` would leave the project") }
    guard !parts.containsExactly(""), !parts.containsExactly(".") else {
      throw .badPath("it holds an empty part or `.`")
    }
    return parts
  }

  /// All bytes of a file.
  public func read(_ path: String) throws(Problem) -> [UInt8] { try read(path, limit: nil) }

  /// The first `limit` bytes of a file: enough for its header.
  public func readBeginning(_ path: String, limit: Int) throws(Problem) -> [UInt8] { try read(path, limit: limit) }

  public func exists(_ path: String) -> Bool {
    guard let descriptor = try? open(path) else { return false }
    close(descriptor)
    return true
  }

  /// SHA-256 and size of a file, which is read piece by piece and never held.
  public func digest(_ path: String) throws(Problem) -> (digest: Digest, size: Int) {
    let (descriptor, size) = try openFile(path)
    defer { close(descriptor) }
    var hasher = DigestHasher()
    var count = 0
    let buffer = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: min(max(size, 1), 1 << 18))
    defer { buffer.deallocate() }
    while count < size {
      let got = systemRead(descriptor, buffer.baseAddress, min(buffer.count, size - count))
      if got < 0, errno == EINTR { continue }
      if got < 0 { throw .system(code: errno) }
      if got == 0 { break }
      hasher.update(UnsafeRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<got])))
      count += got
    }
    try checkUnchanged(descriptor, size: size, read: count, of: size)
    return (hasher.finish(), size)
  }

  private func read(_ path: String, limit: Int?) throws(Problem) -> [UInt8] {
    let (descriptor, size) = try openFile(path)
    defer { close(descriptor) }
    let wanted = min(size, limit ?? size)
    var count = 0
    var failure: Int32 = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
      while count < wanted {
        let got = systemRead(descriptor, buffer.baseAddress.map { $0 + count }, wanted - count)
        if got < 0, errno == EINTR { continue }
        if got < 0 { failure = errno }
        if got <= 0 { break }
        count += got
      }
      filled = count
    }
    guard failure == 0 else { throw .system(code: failure) }
    try checkUnchanged(descriptor, size: size, read: count, of: wanted)
    return bytes
  }

  /// A regular file within the limit, opened, and its size.
  private func openFile(_ path: String) throws(Problem) -> (descriptor: Int32, size: Int) {
    let descriptor = try open(path)
    var status = stat()
    let isRead = fstat(descriptor, &status) == 0
    let code = errno
    let size = Int(status.st_size)
    let problem: Problem? =
      !isRead
      ? .system(code: code)
      : status.st_mode & S_IFMT != S_IFREG ? .notAFile : size > largestFile ? .tooLarge(limit: largestFile) : nil
    if let problem {
      close(descriptor)
      throw problem
    }
    return (descriptor, size)
  }

  private func checkUnchanged(_ descriptor: Int32, size: Int, read: Int, of wanted: Int) throws(Problem) {
    var after = stat()
    guard read == wanted, fstat(descriptor, &after) == 0, Int(after.st_size) == size else { throw .changedWhileRead }
  }

  /// Opens each folder of the path in turn without following links.
  private func open(_ path: String) throws(Problem) -> Int32 {
    let parts = try Self.components(path)
    var folder = systemOpen(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .system(code: errno) }
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      // O_NONBLOCK: opening a FIFO would otherwise wait for a writer.
      let flags = O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | (isLast ? 0 : O_DIRECTORY)
      let next = openat(folder, part, flags)
      let code = errno
      var status = stat()
      let isLink =
        next < 0 && fstatat(folder, part, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_mode & S_IFMT == S_IFLNK
      close(folder)
      guard next >= 0 else {
        if isLink { throw .isLink }
        switch code {
        case ENOENT: throw .notFound
        case ENOTDIR: throw isLast ? .notAFile : .notFound
        case ENXIO: throw .notAFile
        default: throw .system(code: code)
        }
      }
      folder = next
    }
    return folder
  }
}

private func systemOpen(_ path: String, _ flags: Int32) -> Int32 {
  #if canImport(Glibc)
    Glibc.open(path, flags)
  #else
    Darwin.open(path, flags)
  #endif
}

private func systemRead(_ descriptor: Int32, _ buffer: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Int {
  #if canImport(Glibc)
    Glibc.read(descriptor, buffer, count)
  #else
    Darwin.read(descriptor, buffer, count)
  #endif
}

extension Workspace.Problem {
  /// What is wrong with the file, to stand after its name.
  public var text: String {
    switch self {
    case .badPath(let reason): return "is not a path that may be read: \(reason)"
    case .notFound: return "does not exist"
    case .isLink: return "is a link, or lies behind one, and links are not followed"
    case .notAFile: return "is not a regular file"
    case .tooLarge(let limit): return "is larger than the limit of \(limit) bytes (--max-file-size)"
    case .system(let code): return "cannot be read (\(String(cString: strerror(code))))"
    case .changedWhileRead: return "changed while it was read"
    }
  }
}
