extension ResultValue {
  /// The records of a keyed result, in order. They are held, or made each time they are asked for: the random effects
  /// of 100,000 patients are two arrays of numbers, and a tree of records would be thirty times as large.
  public struct Entries: RandomAccessCollection, Sendable {
    private enum Storage: Sendable {
      case held([Entry])
      case made(Maker)
    }

    private final class Maker: Sendable {
      let count: Int
      let entry: @Sendable (Int) -> Entry

      init(_ count: Int, _ entry: @escaping @Sendable (Int) -> Entry) {
        self.count = count
        self.entry = entry
      }
    }

    private let storage: Storage

    public init(_ entries: [Entry]) { storage = .held(entries) }

    /// - Parameter entry: the record at an index; the same for the same index.
    public init(count: Int, _ entry: @escaping @Sendable (Int) -> Entry) { storage = .made(Maker(count, entry)) }

    public var startIndex: Int { 0 }

    public var endIndex: Int {
      switch storage {
      case .held(let entries): entries.count
      case .made(let maker): maker.count
      }
    }

    public subscript(index: Int) -> Entry {
      switch storage {
      case .held(let entries): entries[index]
      case .made(let maker): maker.entry(index)
      }
    }
  }

  /// Records that are held.
  public static func keyed(by names: [String], _ entries: [Entry]) -> ResultValue {
    .keyed(by: names, Entries(entries))
  }
}
