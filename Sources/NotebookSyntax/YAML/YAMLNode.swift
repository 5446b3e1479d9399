/// A YAML value as it is written: scalars stay text, for a step's own schema to read.
public struct YAMLNode: Sendable {
  public enum Content: Sendable {
    case scalar(SourcedText, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([YAMLEntry])
  }

  public let content: Content
  public let span: Span

  public init(content: Content, span: Span) {
    self.content = content
    self.span = span
  }

  public var scalar: SourcedText? {
    if case .scalar(let text, _) = content { return text }
    return nil
  }

  /// True for a key with nothing after it: `notes:`.
  public var isEmpty: Bool {
    if case .scalar(let text, let isPlain) = content { return isPlain && text.text.isEmpty }
    return false
  }

  /// What the value is, for messages.
  public var form: String {
    switch content {
    case .scalar: return isEmpty ? "nothing" : "text"
    case .sequence: return "a list"
    case .mapping: return "a mapping of keys"
    }
  }
}

public struct YAMLEntry: Sendable {
  public let key: SourcedText
  public let value: YAMLNode
}
