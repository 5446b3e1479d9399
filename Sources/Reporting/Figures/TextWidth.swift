/// How wide text will be, without a font at hand.
///
/// Figures are set in the reader's system font. The widths here are those of DejaVu Sans, the widest of the fonts that the
/// style sheet's list leads to, so that what fits by these numbers fits everywhere.
enum TextWidth {
  /// Advance widths of U+0020 to U+007E in thousandths of the size.
  private static let regular: [Double] = [
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636,
    636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632,
    575, 775, 752, 295, 295, 656, 557, 863, 748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685,
    611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579,
    278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838,
  ]
  private static let bold: [Double] = [
    348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365, 696, 696, 696,
    696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580, 1000, 774, 762, 734, 830, 683,
    683, 821, 837, 372, 372, 775, 637, 995, 837, 850, 733, 850, 770, 720, 682, 812, 774, 1103, 771,
    724, 725, 457, 365, 457, 838, 500, 500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665,
    343, 1042, 712, 687, 716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838,
  ]

  /// - Parameter size: of the font, in the unit of the result.
  static func of(_ text: String, size: Double, isBold: Bool = false) -> Double {
    let table = isBold ? bold : regular
    var width = 0.0
    for scalar in text.unicodeScalars { width += advance(scalar, table) }
    return width * size / 1000
  }

  private static func advance(_ scalar: Unicode.Scalar, _ table: [Double]) -> Double {
    switch scalar.value {
    case 0x20...0x7E: return table[Int(scalar.value) - 0x20]
    // Escaped when drawn: a short name between brackets.
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: return 5200
    case 0x300...0x36F: return 0
    // Minus, multiplication sign, relations.
    case 0xD7, 0xF7, 0x2200...0x22FF: return 840
    case 0x2026, 0x2014: return 1000
    // East Asian scripts and pictures are as wide as high.
    case 0x1100...0x11FF, 0x2E80...0xD7FF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFFEF, 0x1F000...0x3FFFF:
      return 1100
    case 0xA0...0x24F: return 720
    default: return 800
    }
  }

  /// As many lines as needed, broken between words; a word that is wider by itself is cut short.
  static func lines(_ text: String, within width: Double, size: Double, isBold: Bool = false, most: Int = 3) -> [String]
  {
    if of(text, size: size, isBold: isBold) <= width { return [text] }
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ").map(String.init) {
      let longer = line.isEmpty ? word : line + " " + word
      if line.isEmpty || of(longer, size: size, isBold: isBold) <= width {
        line = longer
      } else {
        lines.append(line)
        line = word
      }
    }
    lines.append(line)
    if lines.count > most {
      let rest = lines[(most - 1)...].joined(separator: " ")
      lines = Array(lines[..<(most - 1)]) + [rest]
    }
    return lines.map { shortened($0, within: width, size: size, isBold: isBold) }
  }

  /// The text, or its beginning and an ellipsis where it is too wide.
  static func shortened(_ text: String, within width: Double, size: Double, isBold: Bool = false) -> String {
    if of(text, size: size, isBold: isBold) <= width { return text }
    var kept = ""
    var used = of("…", size: size, isBold: isBold)
    for character in text {
      used += of(String(character), size: size, isBold: isBold)
      if used > width { break }
      kept.append(character)
    }
    while kept.hasSuffix(" ") { kept.removeLast() }
    return kept + "…"
  }
}
