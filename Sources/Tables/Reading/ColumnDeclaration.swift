import NotebookSyntax

/// What a `load` says of one column: `number umol/L of bilirubin, 0 ... 1500 from tbil_umol`.
public struct ColumnDeclaration: Sendable {
  public enum Outside: String, Sendable { case stop, missing, keep }

  public var name: SourcedText
  /// The column's name in the file.
  public var source: SourcedText
  public var type: ColumnType
  /// The levels as the file writes them, in the order of the type's levels.
  public var codes: [String] = []
  public var analyte: Analyte?
  public var range: ClosedRange<Double>?
  public var outside = Outside.stop
  public var label: String?
  public var levelLabels: [String]?
  /// Tokens that mean missing; nil for those of the whole load.
  public var missing: [String]?

  public init(name: SourcedText, source: SourcedText, type: ColumnType) {
    self.name = name
    self.source = source
    self.type = type
  }

  public var schema: ColumnSchema {
    ColumnSchema(name: name.text, type: type, analyte: analyte, label: label, levelLabels: levelLabels)
  }

  /// Canonical text: what the plan digest is made of.
  public var text: String {
    var text = type.canonicalName
    if type.levels != nil, codes != type.levels {
      text += " codes [\(codes.map(NumberText.quoted).joined(separator: ", "))]"
    }
    if let analyte { text += " of \(analyte.text)" }
    if let range { text += ", \(NumberText.shortest(range.lowerBound)) ... \(NumberText.shortest(range.upperBound))" }
    if outside != .stop { text += " else \(outside.rawValue)" }
    if let missing { text += " missing [\(missing.map(NumberText.quoted).joined(separator: ", "))]" }
    text += " from \(NumberText.quoted(source.text))"
    if let label { text += " label \(NumberText.quoted(label))" }
    if let levelLabels { text += " labels [\(levelLabels.map(NumberText.quoted).joined(separator: ", "))]" }
    return text
  }
}
