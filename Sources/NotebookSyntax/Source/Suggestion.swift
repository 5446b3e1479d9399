/// "Did you mean": the candidate that a mistyped name most probably stands for.
public enum Suggestion {
  /// The candidate equal ignoring case, else the nearest within an edit distance of max(1, length / 3);
  /// nil where none is near. Ties go to the candidate that stands first.
  public static func nearest(to word: String, among candidates: [String]) -> String? {
    if let same = candidates.first(where: { $0.lowercased() == word.lowercased() }) { return same }
    let written = Array(word.lowercased().unicodeScalars.prefix(64))
    let limit = max(1, written.count / 3)
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let distance = editDistance(written, Array(candidate.lowercased().unicodeScalars.prefix(64)))
      if distance <= limit, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// A help line: the nearest candidate, else the list of all where it is short.
  public static func help(for word: String, among candidates: [String]) -> String? {
    if let near = nearest(to: word, among: candidates) { return "did you mean `\(near)`?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
    return candidates.count > 12 ? "known are \(shown), … (\(candidates.count) in all)" : "known are \(shown)"
  }

  /// Damerau–Levenshtein distance (adjacent swaps count once).
  private static func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var rows = [Array(0...b.count)]
    for i in 1..<(a.count + 1) {
      var row = [i]
      for j in 1..<(b.count + 1) {
        var cost = min(rows[i - 1][j] + 1, row[j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1))
        if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { cost = min(cost, rows[i - 2][j - 2] + 1) }
        row.append(cost)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
