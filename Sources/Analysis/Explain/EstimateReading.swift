import Tables

/// The rows of estimates or of their differences, each in a sentence.
struct EstimateReading {
  let scale: ReadingScale
  let percent: String

  static let most = 10

  struct Row {
    let keys: [String]
    let estimate: Double
    let error: Double?
    let low: Double?
    let high: Double?
    let p: Double?
    let isAdjusted: Bool
  }

  /// The rows of a result, on the model's scale whichever it shows.
  static func rows(_ result: ResultValue) -> [Row] {
    guard case .keyed(_, let entries)? = result["rows"] else { return [] }
    let isResponse = result["scale"]?.string == "response"
    return entries.compactMap { entry in
      func value(_ name: String) -> Double? {
        entry.value[name]?.double.map { isResponse ? Elementary.log($0) : $0 }
      }
      guard let estimate = value("estimate") else { return nil }
      let adjusted = entry.value["p_adjusted"]?.double
      return Row(
        keys: entry.keys, estimate: estimate, error: isResponse ? nil : entry.value["std_error"]?.double,
        low: value("conf_low"), high: value("conf_high"), p: adjusted ?? entry.value["p_value"]?.double,
        isAdjusted: adjusted != nil)
    }
  }

  /// Differences of means, the first level minus the second.
  func differences(_ rows: [Row]) -> [String] {
    var text = scale.remark.map { [$0] } ?? []
    for row in rows.prefix(Self.most) {
      let place = row.keys.dropFirst(2).joined(separator: ", ")
      let what = row.keys.prefix(2).map { "`\($0)`" }.joined(separator: " against ")
      var sentence =
        "\(what)\(place.isEmpty ? "" : " at \(place)"): \(scale.difference(row.estimate, error: row.error))."
      if let low = row.low, let high = row.high {
        sentence += " " + scale.interval(low, high, error: row.error, percent: percent)
      }
      text.append(sentence)
    }
    if rows.count > Self.most {
      text.append("The other \(NumberFormat.count(rows.count - Self.most)) rows are read alike.")
    }
    return text + Self.closing(rows)
  }

  /// What is said of all comparisons.
  static func closing(_ rows: [Row]) -> [String] {
    var text: [String] = []
    if rows.contains(where: \.isAdjusted) {
      text.append(
        "Adjusted P values belong to the family as a whole: they keep the chance of any false alarm in it where the method says. Intervals are for one comparison each and are not adjusted."
      )
    }
    text.append("A difference between groups in these data says nothing of its cause.")
    return text
  }
}
