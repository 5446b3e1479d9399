/// Rows that stand twice, byte for byte.
public enum DuplicateRecords {
  /// For each row the first that is equal to it, or nil where it is the first itself.
  public static func first(_ bytes: [UInt8], _ records: [Range<Int>]) -> [Int?] {
    bytes.withUnsafeBytes { buffer in
      // Keyed anew in each process, so that nobody can make rows that collide; the answer does not depend on it.
      var rows: [Int: [Int]] = [:]
      return records.indices.map { row in
        var hasher = Hasher()
        hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: buffer[records[row]]))
        let hash = hasher.finalize()
        if let first = rows[hash, default: []].first(where: {
          buffer[records[$0]].elementsEqual(buffer[records[row]])
        }) {
          return first
        }
        rows[hash, default: []].append(row)
        return nil
      }
    }
  }
}
