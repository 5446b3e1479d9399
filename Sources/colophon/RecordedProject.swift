import Analysis
import Provenance

/// Where the project of a published run is.
enum RecordedProject {
  /// The project of the current directory; where there is none, the nearest folder above the run from which the
  /// recorded notebook can be found.
  static func root(of folder: String) -> String {
    if Paths.projectRoot(above: Paths.current) != nil { return Paths.current }
    guard let bytes = try? Workspace(root: folder).read(Manifest.fileName), let manifest = try? Manifest(bytes: bytes)
    else { return folder }
    var parent = Paths.parent(folder)
    while !Workspace(root: parent).exists(manifest.notebook.path) {
      if parent == "/" { return folder }
      parent = Paths.parent(parent)
    }
    return parent
  }
}
