import Digests

/// The files a run has read: each once, so that the bytes hashed are the bytes parsed.
public final class Inputs {
  public struct File: Sendable {
    public let path: String
    public let size: Int
    public let digest: Digest
  }

  private let workspace: Workspace
  private var contents: [String: [UInt8]] = [:]
  private(set) public var files: [File] = []

  public init(_ workspace: Workspace) { self.workspace = workspace }

  public func read(_ path: String) throws(Workspace.Problem) -> (bytes: [UInt8], file: File) {
    if let bytes = contents[path], let file = files.first(where: { $0.path == path }) { return (bytes, file) }
    let bytes = try workspace.read(path)
    let file = File(path: path, size: bytes.count, digest: Digest(ofFile: bytes))
    contents[path] = bytes
    files.append(file)
    return (bytes, file)
  }
}
