/// Censored numbers as files and tables write them: `<5`, `12.5`, `>1000`.
public enum CensoredText {
  /// - Parameter mark: −1 where the value lies below `limit`, 1 where it lies above, 0 where it is the value itself.
  public static func of(_ limit: Double, _ mark: Int8) -> String {
    (mark < 0 ? "<" : mark > 0 ? ">" : "") + ECMAScriptText.of(limit)
  }
}
