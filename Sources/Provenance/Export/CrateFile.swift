import Analysis
import NotebookSyntax

/// A file of a crate: where it comes from, and what is known of it.
struct CrateFile {
  enum Role {
    case notebook, input, output, record, signature
    /// Of a run whose table was read: its files, its notebook, its data.
    case upstream
  }

  /// In the crate.
  let path: String
  let role: Role
  /// Where it is read, and by which path there.
  let source: Workspace
  let sourcePath: String
  /// SHA-256; the bytes that are written must have it.
  let digest: String
  let size: Int

  var id: String { CrateIdentifier.file(path) }
  var name: String { PathText.parts(path).last ?? path }

  /// The media type by the name's ending, as far as colophon writes or reads such files; nil for any other.
  var mediaType: String? {
    // Sums, and what ssh-keygen writes.
    if role == .record && sourcePath.isExactly(Manifest.sumsName) || role == .signature && path.hasSuffix(".sig") {
      return "text/plain"
    }
    let types = [
      (".csv", "text/csv"), (".dsse.json", "application/vnd.in-toto+json"), (".html", "text/html"),
      (".json", "application/json"), (".md", "text/markdown"), (".svg", "image/svg+xml"),
      (".tsv", "text/tab-separated-values"),
      (".txt", "text/plain"), (".yaml", "application/yaml"),
    ]
    return types.first { path.hasSuffix($0.0) }?.1
  }

  /// What a reader who does not know colophon is told.
  var description: String? {
    switch (role, sourcePath) {
    case (.record, Manifest.fileName):
      return "The record of the run: an in-toto statement with a digest for every step."
    case (.record, _): return "The digests of the run's files, for sha256sum."
    case (.output, "results.json"): return "Every result with full precision."
    case (.output, "report.html"): return "The report."
    case (.output, "report.md"): return "The report as Markdown."
    case (.signature, let name) where SignatureFile.certifier(of: name) != nil:
      return "A reviewer's signed statement that the run was computed again."
    case (.upstream, _): return "Of a run whose published table was read."
    case (.signature, _): return "A signature of the record."
    default: return nil
    }
  }

  /// The step that a file of the run belongs to, by its name: `growth` for `tables/growth.csv`.
  var step: String? {
    guard role == .output, sourcePath.hasPrefix("tables/") || sourcePath.hasPrefix("figures/") else { return nil }
    let name = PathText.parts(sourcePath).last ?? ""
    return String(name.prefix { $0 != "." && $0 != "-" })
  }
}
