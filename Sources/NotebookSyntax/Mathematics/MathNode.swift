/// A formula as a tree, close to MathML's presentation elements.
public indirect enum MathNode: Sendable, Equatable {
  case row([MathNode])
  /// A name: one letter is set in italics, several upright.
  case identifier(String, isUpright: Bool)
  case number(String)
  case symbol(String)
  /// A bracket or bar; one that grows with what it encloses, or of the size of text.
  case fence(String, grows: Bool)
  case text(String)
  /// Width in em.
  case space(String)
  case fraction(MathNode, MathNode, hasLine: Bool)
  case root(MathNode, index: MathNode?)
  /// `limits`: above and below instead of beside, in displayed formulas.
  case scripts(MathNode, sub: MathNode?, sup: MathNode?, limits: Bool)
  case accent(MathNode, String, isBelow: Bool)
  case table([[MathNode]], Columns)

  public enum Columns: Sendable { case centered, aligned, cases }
}
