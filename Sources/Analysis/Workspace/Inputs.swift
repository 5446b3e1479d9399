import Digests

/// The files a run has read. Their digests are those of the bytes that were parsed: a file that is read again must be the
/// same.
public final class Inputs {
  public struct File: Sendable {
    public let path: String
    public let size: Int
    public let digest: Digest
  }

  private let workspace: Workspace
  private var known: [[UInt8]: File] = [:]
  private(set) public var files: [File] = []

  public init(_ workspace: Workspace) { self.workspace = workspace }

  func exists(_ path: String) -> Bool { workspace.exists(path) }

  /// What a file holds, without keeping it.
  public func file(_ path: String) throws(Workspace.Problem) -> File {
    if let file = known[Array(path.utf8)] { return file }
    let (digest, size) = try workspace.digest(path)
    return note(File(path: path, size: size, digest: digest))
  }

  public func read(_ path: String) throws(Workspace.Problem) -> [UInt8] {
    let bytes = try workspace.read(path)
    let digest = Digest(ofFile: bytes)
    if let file = known[Array(path.utf8)] {
      guard file.digest == digest else { throw .changedWhileRead }
    } else {
      _ = note(File(path: path, size: bytes.count, digest: digest))
    }
    return bytes
  }

  /// By bytes: two spellings of `é` are two files.
  private func note(_ file: File) -> File {
    known[Array(file.path.utf8)] = file
    files.append(file)
    return file
  }
}
