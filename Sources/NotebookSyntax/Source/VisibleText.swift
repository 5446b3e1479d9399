/// Text from a notebook or a data file made safe to print: control and bidirectional characters are shown,
/// not obeyed, so that a file can't move a terminal's cursor or turn a line around.
public enum VisibleText {
  public static func of(_ text: String, limit: Int = 400) -> String {
    var shown = ""
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit { return shown + "…" }
      switch scalar.value {
      case 0x00...0x1F, 0x7F, 0x80...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF,
        0xFFF9...0xFFFB,
        0xFFFE, 0xFFFF:
        shown += "\\u{" + String(scalar.value, radix: 16) + "}"
      default: shown.unicodeScalars.append(scalar)
      }
    }
    return shown
  }
}
