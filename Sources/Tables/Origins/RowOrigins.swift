/// Where the rows of a table come from: rows of what was loaded. A table carries them only while a result is traced; they
/// enter no digest.
public struct RowOrigins: Sendable {
  public struct Source: Sendable {
    /// The step that loaded the rows.
    public let step: String
    /// For each row of the table the rows of the source that it is made of, counted from 0, ascending.
    public let rows: [[Int32]]
  }

  public let sources: [Source]

  public init(_ sources: [Source]) { self.sources = sources }

  /// Each row is a row of its own of what `step` loaded.
  public init(all count: Int, of step: String) {
    sources = [Source(step: step, rows: (0..<Int32(count)).map { [$0] })]
  }

  /// The origins of the rows at `rows`; a negative row comes from nowhere.
  public func picked(_ rows: [Int]) -> RowOrigins {
    RowOrigins(sources.map { source in Source(step: source.step, rows: rows.map { $0 < 0 ? [] : source.rows[$0] }) })
  }

  /// The origins of rows that are each made of several.
  public func gathered(_ groups: [[Int]]) -> RowOrigins {
    RowOrigins(
      sources.map { source in
        Source(step: source.step, rows: groups.map { group in Self.merged(group.map { source.rows[$0] }) })
      })
  }

  /// Rows that stand beside each other and are one row from now on.
  public func beside(_ other: RowOrigins) -> RowOrigins {
    var sources = sources
    for source in other.sources {
      guard let index = sources.firstIndex(where: { $0.step == source.step }) else {
        sources.append(source)
        continue
      }
      let both = zip(sources[index].rows, source.rows).map { Self.merged([$0, $1]) }
      sources[index] = Source(step: source.step, rows: both)
    }
    return RowOrigins(sources)
  }

  private static func merged(_ lists: [[Int32]]) -> [Int32] {
    lists.count == 1 ? lists[0] : Array(Set(lists.joined())).sorted()
  }
}
