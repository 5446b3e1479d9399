import NotebookSyntax

/// What a `load` says of one column: `number umol/L of bilirubin, 0 ... 1500 from tbil_umol`.
public struct ColumnDeclaration: Sendable {
  public enum Outside: String, CaseIterable, Sendable { case stop, missing, keep }
  /// What a value below a limit of detection, `<5`, is read as.
  public enum Below: String, CaseIterable, Sendable { case limit, half, missing, censored }
  /// What a value above a limit, `>1000`, is read as.
  public enum Above: String, CaseIterable, Sendable { case limit, missing, censored }

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
  /// The column of the file that holds each row's unit.
  public var unitSource: SourcedText?
  /// Markers that may stand behind a number and are stripped from it: the `H` of `35 H`.
  public var flags: [String] = []
  /// What stands before a number's decimals, the first as usual; nil for a point.
  public var decimalMarks: [UInt8]?
  public var below: Below?
  public var above: Above?
  public var dateFormat = DateFormat.iso
  /// Whether it belongs to data that must not be shown row by row with what names a person.
  public var isSensitive = false

  public init(name: SourcedText, source: SourcedText, type: ColumnType) {
    self.name = name
    self.source = source
    self.type = type
  }

  /// Whether values keep the mark that they lie below or above a limit.
  public var isCensored: Bool { below == .censored || above == .censored }

  public var schema: ColumnSchema {
    var schema = ColumnSchema(
      name: name.text, type: isCensored ? .censored(type.unit) : type, analyte: analyte, label: label,
      levelLabels: levelLabels)
    schema.isSensitive = isSensitive
    return schema
  }

  /// Canonical text: what the plan digest is made of.
  public var text: String {
    func list(_ texts: [String]) -> String { "[\(texts.map(NumberText.quoted).joined(separator: ", "))]" }
    var text = type.canonicalName
    if type == .date, dateFormat != .iso { text += " \(NumberText.quoted(dateFormat.text))" }
    if type.levels != nil, codes != type.levels { text += " codes \(list(codes))" }
    if let analyte { text += " of \(analyte.text)" }
    if let range { text += ", \(NumberText.shortest(range.lowerBound)) ... \(NumberText.shortest(range.upperBound))" }
    if outside != .stop { text += " else \(outside.rawValue)" }
    if let missing { text += " missing \(list(missing))" }
    if !flags.isEmpty { text += " flags \(list(flags))" }
    if let decimalMarks { text += " decimal \(list(decimalMarks.map { String(decoding: [$0], as: UTF8.self) }))" }
    if let below { text += " below \(below.rawValue)" }
    if let above { text += " above \(above.rawValue)" }
    if let unitSource { text += " unit from \(NumberText.quoted(unitSource.text))" }
    text += " from \(NumberText.quoted(source.text))"
    if let label { text += " label \(NumberText.quoted(label))" }
    if let levelLabels { text += " labels \(list(levelLabels))" }
    return text
  }
}
