import Digests
import NotebookSyntax
import Statistics

/// How the standard errors of a regression are computed.
enum RegressionErrors {
  case classical
  /// `HC0` to `HC3`.
  case heteroskedastic(String, RobustErrors)
  /// `{cluster: patient}`; CR2 unless `type: CR0` is said.
  case cluster(SourcedText, isReduced: Bool)

  static let key = Key.optional(
    "errors", "classical, HC0, HC1, HC2, HC3 or {cluster: column}",
    "Standard errors. `HC0` to `HC3` allow variances that differ between rows; `{cluster: patient}` allows any dependence within a patient, by CR2 with Satterthwaite's degrees of freedom, or `{cluster: patient, type: CR0}`. Default: classical."
  )

  private static let kinds: [(String, RobustErrors)] = [("HC0", .hc0), ("HC1", .hc1), ("HC2", .hc2), ("HC3", .hc3)]

  /// As results name it.
  var name: String {
    switch self {
    case .classical: return "classical"
    case .heteroskedastic(let name, _): return name
    case .cluster(_, let isReduced): return isReduced ? "CR2" : "CR0"
    }
  }

  var isClassical: Bool {
    if case .classical = self { return true }
    return false
  }

  var clusterColumn: SourcedText? {
    if case .cluster(let column, _) = self { return column }
    return nil
  }

  init(_ cell: inout CellDecoder) {
    self = .classical
    let words = ["classical"] + Self.kinds.map(\.0)
    guard let node = cell.node("errors") else {
      cell.record("errors", .string("classical"))
      return
    }
    guard node.scalar == nil else {
      if let text = cell.text(node, "errors") {
        if let kind = Self.kinds.first(where: { $0.0 == text.text }) {
          self = .heteroskedastic(kind.0, kind.1)
        } else if text.text != "classical" {
          cell.report(
            "choice", "`errors` cannot be `\(text.text)`", text.span,
            help: Suggestion.help(for: text.text, among: words)
              ?? "use one of \(words.joined(separator: ", ")), or `{cluster: patient}`")
        }
      }
      cell.record("errors", .string(name))
      return
    }
    var column: SourcedText?
    var isReduced = true
    for entry in cell.mapping(node, "errors", help: "write for example `{cluster: patient}`") ?? [] {
      switch entry.key.text {
      case "cluster": column = cell.text(entry.value, "cluster")
      case "type":
        guard let text = cell.text(entry.value, "type") else { continue }
        if text.text == "CR0" {
          isReduced = false
        } else if text.text != "CR2" {
          cell.report("choice", "`type` cannot be `\(text.text)`", text.span, help: "use CR0 or CR2")
        }
      default:
        cell.report(
          "unknown-key", "`errors` has no key `\(entry.key.text)`", entry.key.span,
          help: Suggestion.help(for: entry.key.text, among: ["cluster", "type"]))
      }
    }
    if let column {
      self = .cluster(column, isReduced: isReduced)
    } else {
      cell.report("missing-key", "`errors` needs `cluster`", node.span, help: "write for example `{cluster: patient}`")
    }
    cell.record("errors", .object([.init("cluster", .string(column?.text ?? "")), .init("type", .string(name))]))
  }

  /// The sandwich of a fit; nil for classical errors.
  func covariance(
    _ working: WorkingLeastSquares, clusters: (codes: [Int32], names: [String])?, freedom: Double
  ) throws(StatisticsError) -> RobustCovariance? {
    switch self {
    case .classical: return nil
    case .heteroskedastic(_, let kind):
      return try RobustCovariance(working, kind, residualDegreesOfFreedom: freedom)
    case .cluster(_, let isReduced):
      guard let clusters else { return nil }
      let count = clusters.names.count
      return try RobustCovariance(
        working, isReduced ? .cr2(codes: clusters.codes, count: count) : .cr0(codes: clusters.codes, count: count),
        residualDegreesOfFreedom: freedom)
    }
  }

  /// How inference is done, as the end of a sentence.
  ///
  /// - Parameter isNormal: whether the residuals' degrees of freedom are infinite.
  func inference(isNormal: Bool, clusters: Int?) -> String {
    let distribution =
      isNormal ? "intervals and P values by the normal distribution" : "degrees of freedom of the residuals"
    switch self {
    case .classical: return distribution
    case .heteroskedastic(let name, _):
      return "standard errors that allow unequal variances (\(name)), \(distribution)"
    case .cluster(let column, let isReduced):
      return
        "standard errors for dependence within \(NumberFormat.count(clusters ?? 0)) clusters of \(column.text) (\(isReduced ? "CR2" : "CR0")), degrees of freedom by Satterthwaite under independence"
    }
  }
}
