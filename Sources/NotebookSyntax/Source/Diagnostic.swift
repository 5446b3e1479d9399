/// A mistake in a notebook or its data, or a warning about one: what is wrong, where, and what to do.
public struct Diagnostic: Error, Sendable {
  public enum Severity: String, Sendable { case error, warning }

  public struct Note: Sendable {
    public var text: String
    /// A second place in the notebook, named by its line.
    public var span: Span?

    public init(_ text: String, at span: Span? = nil) {
      self.text = text
      self.span = span
    }
  }

  public var severity: Severity
  /// Stable, in kebab case: `unknown-column`.
  public var code: String
  public var message: String
  public var span: Span?
  public var help: [String]
  public var notes: [Note]

  public init(
    _ code: String, _ message: String, at span: Span?, help: String? = nil, notes: [Note] = [],
    severity: Severity = .error
  ) {
    self.severity = severity
    self.code = code
    self.message = message
    self.span = span
    self.help = help.map { [$0] } ?? []
    self.notes = notes
  }
}

/// What a stage throws when it has collected mistakes: all of them at once.
public struct Diagnostics: Error, Sendable {
  public let all: [Diagnostic]

  public init(_ all: [Diagnostic]) { self.all = all }
}
