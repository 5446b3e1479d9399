import Analysis
import ArgumentParser
import NotebookSyntax

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where the project is: the nearest folder with `colophon.yaml`, else `.git`, else the notebook's own folder.
struct ProjectOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The project root, which paths in notebooks are relative to.", valueName: "folder"))
  var project: String?

  @Option(help: ArgumentHelp("Largest file that is read, in bytes.", valueName: "bytes"))
  var maxFileSize = 4 << 30

  @Option(
    name: .customLong("limit"),
    help: ArgumentHelp(
      "Raises or lowers a limit of what files may ask: \(Limit.allCases.map(\.rawValue).joined(separator: ", ")).",
      valueName: "name=number"))
  var limit: [String] = []

  func limits() throws -> [Limit: Int] {
    do throws(Limit.Problem) {
      return try Limit.read(limit)
    } catch {
      throw ValidationError(error.message)
    }
  }

  func workspace(above folder: String) -> Workspace {
    let root = project.map(Paths.absolute) ?? Paths.projectRoot(above: folder) ?? folder
    return Workspace(root: root, largestFile: maxFileSize)
  }
}

/// A command that reads notebooks or data, within limits.
protocol ProjectCommand: ParsableCommand {
  var project: ProjectOptions { get }
}

/// Paths of the command line, which may be absolute or relative to the current directory.
enum Paths {
  static var current: String {
    guard let path = getcwd(nil, 0) else { return "/" }
    defer { free(path) }
    return String(cString: path)
  }

  /// Absolute and without `.`, `..` or empty parts.
  static func absolute(_ path: String) -> String {
    var parts: [String] = path.utf8.first == UInt8(ascii: "/") ? [] : PathText.parts(current)
    for part in PathText.parts(path) where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// `path` below `root`, or nil.
  static func relative(_ path: String, to root: String) -> String? {
    let prefix = root == "/" ? "/" : root + "/"
    return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : nil
  }

  static func parent(_ path: String) -> String { "/" + PathText.parts(path).dropLast().joined(separator: "/") }

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  static func projectRoot(above folder: String) -> String? {
    for marker in ["colophon.yaml", ".git"] {
      var folder = folder
      while true {
        if access(folder == "/" ? "/\(marker)" : "\(folder)/\(marker)", F_OK) == 0 { return folder }
        if folder == "/" { break }
        folder = parent(folder)
      }
    }
    return nil
  }
}

/// A notebook named on the command line.
struct NotebookFile {
  let workspace: Workspace
  let source: SourceFile
  /// Where its run is published, absolute.
  let output: String

  /// Notebooks at `paths`: files, or all `.md` files below folders; sorted, so that one order is run everywhere.
  static func find(_ paths: [String], _ options: ProjectOptions) throws -> [NotebookFile] {
    var files: [String] = []
    for path in paths {
      let absolute = Paths.absolute(path)
      if Paths.isFolder(absolute) {
        let found = (Workspace.list(absolute) ?? []).filter { isNotebook($0, in: absolute) }
        if found.isEmpty { throw CommandFailure(Exit.inputOutput, "there is no notebook (`.md`) below \(path)") }
        files += found.map { "\(absolute)/\($0.path)" }
      } else {
        files.append(absolute)
      }
    }
    var notebooks: [NotebookFile] = []
    for file in files {
      let notebook = try read(file, options)
      if let other = notebooks.first(where: { $0.output == notebook.output }) {
        if other.source.path == notebook.source.path { continue }
        throw CommandFailure(
          Exit.unusable, "\(other.source.path) and \(notebook.source.path) both publish to \(notebook.output)")
      }
      notebooks.append(notebook)
    }
    return notebooks
  }

  /// Below a folder, a notebook is an `.md` file that begins with front matter; published reports and hidden folders
  /// are passed over.
  private static func isNotebook(_ entry: FolderEntry, in folder: String) -> Bool {
    guard entry.kind == .file, entry.path.hasSuffix(".md") else { return false }
    let folders = entry.path.split(separator: "/").dropLast()
    guard !folders.contains(where: { $0.hasPrefix(".") || $0 == "outputs" }) else { return false }
    guard let beginning = try? Workspace(root: folder).readBeginning(entry.path, limit: 6) else { return false }
    return beginning.starts(with: Array("---".utf8)) || beginning.starts(with: Array("\u{FEFF}---".utf8))
  }

  static func read(_ absolute: String, _ options: ProjectOptions) throws -> NotebookFile {
    let workspace = options.workspace(above: Paths.parent(absolute))
    guard let path = Paths.relative(absolute, to: workspace.root) else {
      throw CommandFailure(Exit.inputOutput, "\(absolute) is not below the project root \(workspace.root)")
    }
    let bytes: [UInt8]
    do throws(Workspace.Problem) {
      bytes = try workspace.read(path)
    } catch {
      throw CommandFailure(Exit.inputOutput, "\(path) \(error.text)")
    }
    let stem = path.hasSuffix(".md") ? String(path.dropLast(3)) : path
    let place = stem.hasPrefix("notebooks/") ? String(stem.dropFirst("notebooks/".count)) : stem
    return NotebookFile(
      workspace: workspace, source: SourceFile(path: path, bytes: bytes), output: "\(workspace.root)/outputs/\(place)")
  }
}

/// Ends a command with a message and a code.
struct CommandFailure: Error {
  let code: ExitCode
  let message: String

  init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
  }
}
