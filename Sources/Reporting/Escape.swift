import NotebookSyntax

/// Text made safe for where it is written.
public enum Escape {
  /// For HTML text and attribute values. Control and bidirectional characters are shown, not obeyed.
  static func html(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\n", "\t": result.unicodeScalars.append(scalar)
      default: result += VisibleText.of(String(scalar))
      }
    }
    return result
  }

  /// For a cell of a Markdown table or a line of Markdown text that came from data.
  public static func markdown(_ text: String) -> String {
    var result = ""
    for scalar in VisibleText.of(text, limit: .max).unicodeScalars {
      if "\\`*_{}[]<>|#~&$".unicodeScalars.contains(scalar) { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result
  }

  /// For code in Markdown, where nothing is markup: control and bidirectional characters are shown, not obeyed.
  static func code(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar == "\n" || scalar == "\t" {
        result.unicodeScalars.append(scalar)
      } else {
        result += VisibleText.of(String(scalar))
      }
    }
    return result
  }

  /// An address that a report may link to, or nil.
  static func link(_ address: String) -> String? {
    let lowered = address.lowercased()
    guard ["http://", "https://", "mailto:", "#"].contains(where: lowered.hasPrefix) else { return nil }
    return html(address)
  }
}
