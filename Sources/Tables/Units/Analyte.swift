/// What a number measures, where the unit alone does not say it: `number umol/L of bilirubin`.
public struct Analyte: Hashable, Sendable {
  public let name: String
  /// What one mg/dL is in umol/L: how mass and substance convert into each other. Nil where nothing is agreed upon, so that
  /// they don't.
  public let micromolesPerLitre: Double?

  /// - Parameter micromolesPerLitre: as declared by `factor`; nil for the conventional factor, if there is one.
  public init(_ name: String, micromolesPerLitre: Double? = nil) {
    self.name = name
    self.micromolesPerLitre = micromolesPerLitre ?? Self.conventional[name]
  }

  /// The rounded factors that laboratories and the published scores use, not molar masses: bilirubin has 17.104 by its molar
  /// mass of 584.66 g/mol, and 17.1 in every guideline. Albumin needs none: g/L and g/dL are both mass.
  private static let conventional: [String: Double] = ["bilirubin": 17.1, "creatinine": 88.4]

  /// Whether the factor is the one that goes with the name.
  public var isConventional: Bool { micromolesPerLitre == Self.conventional[name] }

  /// As a declaration writes it behind `of`.
  public var text: String {
    guard !isConventional, let factor = micromolesPerLitre else { return name }
    return "\(name) factor \(ECMAScriptText.of(factor))"
  }
}
