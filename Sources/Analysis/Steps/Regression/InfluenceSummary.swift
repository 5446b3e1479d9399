import Statistics

/// The rows that weigh most in a fit: numbers of rows, never their values.
struct InfluenceSummary {
  static let shape = Shape.record(
    ["hat", "std_resid", "cooksd"].map { .init($0, .record([.init("max", .number), .init("row", .count)])) })

  private let parts: [(name: String, title: String, decimals: Int, largest: (value: Double, row: Int)?)]

  /// - Parameters:
  ///   - influence: nil without an estimate of the variance.
  ///   - rows: numbers of the rows in their table, counted from 0.
  init(_ influence: Influence?, rows: [Int]) {
    func largest(_ values: [Double?]?) -> (value: Double, row: Int)? {
      var found: (value: Double, row: Int)?
      for (index, value) in (values ?? []).enumerated() {
        guard let value, value.isFinite else { continue }
        if abs(value) > abs(found?.value ?? 0) { found = (value, rows[index] + 1) }
      }
      return found
    }
    parts = [
      ("hat", "leverage", 3, largest(influence?.leverages)),
      ("std_resid", "standardized residual", 2, largest(influence?.standardizedResiduals)),
      ("cooksd", "Cook's distance", 3, largest(influence?.cooksDistances)),
    ]
  }

  var result: ResultValue {
    let reason = "no residual variance to compare with"
    return .record(
      parts.map { part in
        .init(
          part.name,
          .record([
            .init("max", .real(part.largest?.value, orAbsent: reason)),
            .init("row", part.largest.map { .count($0.row) } ?? .absent(reason: reason)),
          ]))
      })
  }

  var note: String? {
    let shown = parts.compactMap { part in
      part.largest.map {
        "\(part.title) \(NumberFormat.fixed($0.value, part.decimals)) (row \(NumberFormat.count($0.row)))"
      }
    }
    return shown.isEmpty ? nil : "Largest \(shown.joined(separator: ", "))."
  }
}
