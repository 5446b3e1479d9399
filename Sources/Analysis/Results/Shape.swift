/// What a result will look like, known before the run: which paths lead into it and to what.
public indirect enum Shape: Sendable {
  case number, count, boolean, text
  case list(Shape)
  case record([Field])
  case keyed(by: [Key], Shape)

  public struct Field: Sendable {
    public let name: String
    public let shape: Shape

    public init(_ name: String, _ shape: Shape) {
      self.name = name
      self.shape = shape
    }
  }

  public struct Key: Sendable {
    public let name: String
    /// Every value the key may take, or nil where only the data know.
    public let values: [String]?

    public init(_ name: String, _ values: [String]?) {
      self.name = name
      self.values = values
    }
  }

  /// What stands at the end of a path, for messages.
  public var name: String {
    switch self {
    case .number: return "a number"
    case .count: return "a count"
    case .boolean: return "true or false"
    case .text: return "text"
    case .list: return "a list"
    case .record(let fields): return "a record of \(fields.map { "`\($0.name)`" }.joined(separator: ", "))"
    case .keyed(let keys, _): return "rows named by \(keys.map(\.name).joined(separator: ", "))"
    }
  }
}
