import Digests

/// The files a run has read: each once, so that the bytes hashed are the bytes parsed.
public final class Inputs {
  public struct File: Sendable {
    public let path: String
    public let size: Int
    public let digest: Digest
  }

  private let workspace: Workspace
  private var contents: [[UInt8]: (bytes: [UInt8], file: File)] = [:]
  private(set) public var files: [File] = []

  public init(_ workspace: Workspace) { self.workspace = workspace }

  public func read(_ path: String) throws(Workspace.Problem) -> (bytes: [UInt8], file: File) {
    if let known = contents[Array(path.utf8)] { return known }
    let bytes = try workspace.read(path)
    let file = File(path: path, size: bytes.count, digest: Digest(ofFile: bytes))
    // By bytes: two spellings of `é` are two files.
    contents[Array(path.utf8)] = (bytes, file)
    files.append(file)
    return (bytes, file)
  }
}
