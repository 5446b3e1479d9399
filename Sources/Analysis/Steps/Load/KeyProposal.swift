import Tables

/// Columns that together name each row: one, or an id with one more, or two ids with one more.
enum KeyProposal {
  /// Pairs are tried one by one, and wide files have many.
  private static let most = 20

  /// `key:` and, where rows stand twice, `duplicates:`; empty where no few columns name a row.
  static func lines(_ read: CSVReader.Result, types: [String], names: [String], _ bytes: [UInt8]) -> String {
    let codes = read.columns.map { column -> [Int32] in
      if case .codes(let codes, _) = column.values { return codes }
      return []
    }
    let twins = DuplicateRecords.first(bytes, read.records)
    let kept = twins.indices.filter { twins[$0] == nil }
    guard kept.count > 1 else { return "" }
    func isKey(_ columns: [Int]) -> Bool {
      let keys = RowKeys(columns.map { column in kept.map { codes[column][$0] } })
      return keys.firstRows.count == kept.count && !keys.numbers.contains { $0 < 0 }
    }
    // Measurements may be unique by chance, so they name nothing: only ids, times and dates do.
    let ids = types.indices.filter { types[$0] == "id" }.prefix(most)
    let times = types.indices.filter { index in
      let type = types[index].split(separator: ",")[0]
      return type.hasPrefix("date") || ["number wk", "number d", "number h", "number mo"].contains(type)
        || ["visit", "week", "day", "time", "month"].contains { names[index].lowercased().contains($0) }
    }.prefix(most)
    let candidates =
      ids.map { [$0] } + ids.flatMap { id in times.filter { $0 != id }.map { [id, $0] } }
      + ids.flatMap { id in ids.filter { $0 > id }.map { [id, $0] } }
    let text = kept.count < twins.count ? "duplicates: drop exact\n" : ""
    guard let key = candidates.first(where: isKey) else { return text }
    let list = key.map { names[$0] }
    return "key: \(list.count == 1 ? list[0] : "[\(list.joined(separator: ", "))]")\n" + text
  }
}
