/// Words for alternative texts.
enum FigureWords {
  /// Three significant digits, as whole numbers where they are whole.
  static func number(_ value: Double) -> String {
    value == value.rounded() && value.magnitude < 1e6
      ? NumberFormat.fixed(value, 0) : NumberFormat.significant(value, 3)
  }

  /// A title inside a sentence; abbreviations keep their capitals.
  static func lowered(_ text: String) -> String {
    guard let second = text.dropFirst().first, second.isLowercase else { return text }
    return text.prefix(1).lowercased() + text.dropFirst()
  }
}
