import NotebookSyntax

/// A published clinical score as a function of expressions: arguments with their units, variants with their sources.
public struct ClinicalScore: Sendable {
  /// The arguments of one row.
  typealias Values = UnsafeBufferPointer<Double>

  public struct Argument: Sendable {
    enum Kind: Sendable {
      /// A positive number in a UCUM unit, of an analyte where mass and substance convert.
      case number(unit: String, analyte: String?)
      case condition
      /// Levels, each with its points.
      case levels([(level: String, points: Double)])
    }

    public let name: String
    let kind: Kind
    let documentation: String
  }

  /// One way to compute the score, named because others exist.
  public struct Variant: Sendable {
    enum Value: Sendable {
      /// A pure number; whole where it is rounded.
      case number(isWhole: Bool)
      /// Ordered levels; the formula gives their index.
      case levels([String])
    }

    public let name: String
    let documentation: String
    let value: Value
    let arguments: [Argument]
    /// The value for the arguments in their order: numbers in the units named, conditions as 0 and 1, levels as points.
    let formula: @Sendable (Values) -> Double

    init(
      _ name: String, _ documentation: String, value: Value = .number(isWhole: false), _ arguments: [Argument],
      formula: @escaping @Sendable (Values) -> Double
    ) {
      self.name = name
      self.documentation = documentation
      self.value = value
      self.arguments = arguments
      self.formula = formula
    }
  }

  public let name: String
  let title: String
  let source: String
  /// Formula, bounds and what else a reader must know, as Markdown.
  let documentation: String
  /// With more than one, a call names the one it means.
  public let variants: [Variant]

  public static let all: [ClinicalScore] = [
    meld, meldSodium, meld3, childPugh, childPughClass, albi, albiGrade, fib4, apri,
  ]

  static func named(_ name: String) -> ClinicalScore? { all.first { $0.name == name } }
}

extension ClinicalScore.Argument {
  static func number(_ name: String, _ unit: String, of analyte: String? = nil, _ documentation: String) -> Self {
    Self(name: name, kind: .number(unit: unit, analyte: analyte), documentation: documentation)
  }

  static func condition(_ name: String, _ documentation: String) -> Self {
    Self(name: name, kind: .condition, documentation: documentation)
  }

  static let bilirubin = number("bilirubin", "mg/dL", of: "bilirubin", "total bilirubin")
  static let bilirubinSubstance = number("bilirubin", "umol/L", of: "bilirubin", "total bilirubin")
  static let creatinine = number("creatinine", "mg/dL", of: "creatinine", "serum creatinine")
  static let inr = number("inr", "1", "international normalized ratio")
  static let sodium = number("sodium", "mmol/L", "serum sodium")
  static let albumin = number("albumin", "g/dL", of: "albumin", "serum albumin")
  static let albuminLitre = number("albumin", "g/L", of: "albumin", "serum albumin")
  static let dialysis = condition(
    "dialysis", "at least two dialyses, or 24 h of continuous dialysis, in the week before")
  static let female = condition("female", "")
}

/// Arithmetic that several scores share.
enum ScoreArithmetic {
  static func clamp(_ value: Double, _ low: Double, _ high: Double) -> Double { Swift.min(Swift.max(value, low), high) }

  static func log(_ value: Double) -> Double { Elementary.log(value) }

  /// To a whole number, halves away from zero, within the limits of the score.
  static func whole(_ value: Double, _ low: Double = 6, _ high: Double = 40) -> Double {
    clamp(value.rounded(), low, high)
  }
}
