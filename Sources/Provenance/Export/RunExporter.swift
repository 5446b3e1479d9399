import Analysis
import Digests
import NotebookSyntax

/// Packs a published run, its notebook and its data into a folder that other tools read: an RO-Crate.
public enum RunExporter {
  public enum Problem: Error, Sendable {
    /// The run is not as it was recorded, an input is absent, or a signature beside it is bad.
    case refused(Verification)
    /// The notebook does not say what a crate must say.
    case metadata(SourceFile, Diagnostics)
    /// A file of the project has the place of the crate's own metadata.
    case placeTaken(String)
    /// A file changed between being checked and being copied.
    case changed(String)
    case reading(path: String, Workspace.Problem)
    case writing(RunPublisher.Problem)
  }

  /// - Parameter crate: the folder to write, an absolute path, where nothing may be yet.
  /// - Returns: paths of the data files that the crate holds.
  public static func export(_ folder: String, project: Workspace, to crate: String) throws(Problem) -> [String] {
    let outcome = Verifier.verify(folder, project: project, rerun: false)
    guard outcome.verification.verdict == .holds, let manifest = outcome.manifest else {
      throw .refused(outcome.verification)
    }
    let source = SourceFile(
      path: manifest.notebook.path, bytes: try read(manifest.notebook.path, in: project, manifest.notebook.digest))
    let notebook = NotebookParser.parse(source).notebook
    let credits: CrateCredits
    do throws(Diagnostics) {
      credits = try CrateCredits(notebook)
    } catch { throw .metadata(source, error) }
    let files = try collect(
      manifest, notebookSize: source.bytes.count, project: project,
      run: Workspace(root: folder, largestFile: project.largestFile))
    let metadata = CrateGraph(
      manifest: manifest, credits: credits, parameters: notebook.frontMatter.parameters, files: files
    ).bytes
    do throws(RunPublisher.CreationFailure<Problem>) {
      try RunPublisher.create(
        folder: crate, files.map(\.path) + [CrateGraph.fileName], outsideOf: "\(project.root)/outputs"
      ) { index throws(Problem) in
        guard index < files.count else { return metadata }
        return try read(files[index].sourcePath, in: files[index].source, files[index].digest)
      }
    } catch {
      switch error {
      case .content(let problem): throw problem
      case .writing(let problem): throw .writing(problem)
      }
    }
    return manifest.inputs.map(\.path)
  }

  /// The files of the crate: notebook and data at their paths in the project, so that the crate is a project itself, and
  /// the run in a folder of its own, whatever its name was.
  private static func collect(
    _ manifest: Manifest, notebookSize: Int, project: Workspace, run: Workspace
  ) throws(Problem) -> [CrateFile] {
    let upstream = try upstreamFiles(manifest, project)
    let paths = [manifest.notebook.path] + manifest.inputs.map(\.path) + upstream.map(\.path)
    let taken = paths.map { PathText.parts($0).first ?? "" }
    guard !taken.containsExactly(CrateGraph.fileName) else { throw .placeTaken(CrateGraph.fileName) }
    var place = "run"
    var number = 1
    while taken.containsExactly(place) {
      number += 1
      place = "run-\(number)"
    }
    var files = [
      CrateFile(
        path: manifest.notebook.path, role: .notebook, source: project, sourcePath: manifest.notebook.path,
        digest: manifest.notebook.digest, size: notebookSize)
    ]
    files += manifest.inputs.map {
      CrateFile(path: $0.path, role: .input, source: project, sourcePath: $0.path, digest: $0.digest, size: $0.size)
    }
    let signatures = (Workspace.list(run.root, depth: 0) ?? []).map(\.path).filter(SignatureFile.isName)
    let own: [(path: String, role: CrateFile.Role, digest: String?)] =
      manifest.subjects.map { ($0.path, .output, $0.digest) }
      + [
        (Manifest.fileName, .record, Digest(ofFile: manifest.json.canonicalBytes).hex),
        (Manifest.sumsName, .record, nil),
      ]
      + signatures.map { ($0, .signature, nil) }
    for file in own {
      let bytes = try read(file.path, in: run, file.digest)
      files.append(
        CrateFile(
          path: "\(place)/\(file.path)", role: file.role, source: run, sourcePath: file.path,
          digest: file.digest ?? Digest(ofFile: bytes).hex, size: bytes.count))
    }
    for file in upstream where !files.contains(where: { $0.path.isExactly(file.path) }) { files.append(file) }
    return files
  }

  /// The runs whose tables were read, at their places in the project, with their notebooks and data: a chain is verified
  /// link by link.
  private static func upstreamFiles(_ manifest: Manifest, _ project: Workspace) throws(Problem) -> [CrateFile] {
    var files: [CrateFile] = []
    func add(_ path: String, _ digest: String?) throws(Problem) {
      guard !files.contains(where: { $0.path.isExactly(path) }) else { return }
      let bytes = try read(path, in: project, digest)
      files.append(
        CrateFile(
          path: path, role: .upstream, source: project, sourcePath: path, digest: Digest(ofFile: bytes).hex,
          size: bytes.count))
    }
    for upstream in manifest.upstreams {
      let record = try read("\(upstream.path)/\(Manifest.fileName)", in: project, nil)
      guard let other = try? Manifest(bytes: record) else { throw .changed("\(upstream.path)/\(Manifest.fileName)") }
      try add("\(upstream.path)/\(Manifest.fileName)", Digest(ofFile: record).hex)
      try add("\(upstream.path)/\(Manifest.sumsName)", nil)
      for subject in other.subjects { try add("\(upstream.path)/\(subject.path)", subject.digest) }
      let entries = Workspace.list("\(project.root)/\(upstream.path)", depth: 0) ?? []
      for signature in entries.map(\.path).filter(SignatureFile.isName) {
        try add("\(upstream.path)/\(signature)", nil)
      }
      try add(other.notebook.path, other.notebook.digest)
      for input in other.inputs { try add(input.path, input.digest) }
      files += try upstreamFiles(other, project).filter { file in
        !files.contains { $0.path.isExactly(file.path) }
      }
    }
    return files
  }

  /// The bytes of a file, which must be those that were checked.
  private static func read(_ path: String, in source: Workspace, _ digest: String?) throws(Problem) -> [UInt8] {
    let bytes: [UInt8]
    do throws(Workspace.Problem) {
      bytes = try source.read(path)
    } catch { throw .reading(path: path, error) }
    if let digest, Digest(ofFile: bytes).hex != digest { throw .changed(path) }
    return bytes
  }
}
