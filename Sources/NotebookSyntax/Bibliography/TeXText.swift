/// The TeX that fields of a bibliography are written in, as plain text.
enum TeXText {
  /// - Returns: the text, and the first command that is not known; its arguments stand in the text.
  static func plain(_ tex: String) -> (text: String, unknown: String?) {
    var reader = Reader(scalars: Array(tex.unicodeScalars))
    let text = reader.text()
    // Blanks and line ends are one blank, as in TeX.
    let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" || $0 == "\r" }
    return (words.joined(separator: " "), reader.unknown)
  }

  /// As `\url` reads: braces and escapes go, as do blanks and line ends, and nothing else changes.
  static func verbatim(_ tex: String) -> String {
    var reader = Reader(scalars: Array(tex.unicodeScalars), isVerbatim: true)
    return reader.text().split { " \n\t\r".contains($0) }.joined()
  }

  /// Accents as combining characters.
  private static let accents: [Character: Unicode.Scalar] = [
    "`": "\u{300}", "'": "\u{301}", "^": "\u{302}", "~": "\u{303}", "=": "\u{304}", "u": "\u{306}", ".": "\u{307}",
    "\"": "\u{308}", "r": "\u{30A}", "H": "\u{30B}", "v": "\u{30C}", "d": "\u{323}", "c": "\u{327}", "k": "\u{328}",
  ]

  private static let letters: [String: String] = [
    "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "aa": "å", "AA": "Å", "l": "ł",
    "L": "Ł", "i": "i", "j": "j", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "textendash": "–", "textemdash": "—",
    "ldots": "…", "dots": "…", "textregistered": "®", "copyright": "©", "S": "§", "textquoteright": "’",
    "textquoteleft": "‘", "textbackslash": "\\", "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "kappa": "κ",
    "mu": "μ", "sigma": "σ", "chi": "χ",
  ]

  /// Commands that change the look of what follows, which plain text has none of.
  private static let transparent: Set<String> = [
    "emph", "textit", "textbf", "textrm", "textsc", "texttt", "text", "em", "it", "bf", "rm", "sc", "url", "mbox",
    "mathrm", "href", "natexlab", "relax", "noopsort",
  ]

  private struct Reader {
    let scalars: [Unicode.Scalar]
    let isVerbatim: Bool
    var index = 0
    var unknown: String?

    init(scalars: [Unicode.Scalar], isVerbatim: Bool = false) {
      self.scalars = scalars
      self.isVerbatim = isVerbatim
    }

    mutating func text() -> String {
      var result = ""
      while index < scalars.count {
        let scalar = scalars[index]
        index += 1
        switch scalar {
        case "{", "}": continue
        case "\\": result += command()
        case _ where isVerbatim: result.unicodeScalars.append(scalar)
        case "$": continue
        case "~": result += "\u{A0}"
        case "-": result += dash()
        case "`" where peek("`"): result += quote("“")
        case "'" where peek("'"): result += quote("”")
        case "'": result += "’"
        default: result.unicodeScalars.append(scalar)
        }
      }
      return result
    }

    private func peek(_ scalar: Unicode.Scalar) -> Bool { index < scalars.count && scalars[index] == scalar }

    private mutating func quote(_ mark: String) -> String {
      index += 1
      return mark
    }

    private mutating func dash() -> String {
      guard peek("-") else { return "-" }
      index += 1
      guard peek("-") else { return "–" }
      index += 1
      return "—"
    }

    private mutating func command() -> String {
      guard index < scalars.count else { return "" }
      let first = scalars[index]
      guard first.properties.isAlphabetic else {
        index += 1
        if !isVerbatim, let accent = TeXText.accents[Character(first)] { return accented(accent, alone: first) }
        return first == "\\" || first == " " ? " " : String(Character(first))
      }
      var name = ""
      while index < scalars.count, scalars[index].isASCII, scalars[index].properties.isAlphabetic {
        name.unicodeScalars.append(scalars[index])
        index += 1
      }
      if name.utf8.count == 1, let accent = TeXText.accents[Character(name)] {
        skipBlanks()
        return accented(accent, alone: nil)
      }
      if let letter = TeXText.letters[name] {
        skipBlanks()
        return letter
      }
      if !TeXText.transparent.contains(name), unknown == nil { unknown = "\\" + VisibleText.of(name, limit: 40) }
      skipBlanks()
      return ""
    }

    private mutating func skipBlanks() { while peek(" ") { index += 1 } }

    /// The letter that follows, in braces or not, with an accent; composed where Unicode has the two as one.
    ///
    /// - Parameter alone: what stands for the accent where no letter follows: `\~{}` is a tilde.
    private mutating func accented(_ accent: Unicode.Scalar, alone: Unicode.Scalar?) -> String {
      while peek("{") { index += 1 }
      guard index < scalars.count, !peek("}") else { return alone.map { String(Character($0)) } ?? "" }
      var base = String(Character(scalars[index]))
      index += 1
      if base == "\\" {
        base = ""
        while index < scalars.count, scalars[index].isASCII, scalars[index].properties.isAlphabetic {
          base.unicodeScalars.append(scalars[index])
          index += 1
        }
        base = TeXText.letters[base] ?? ""
      }
      return Composition.composed(base, accent)
    }
  }
}

/// Latin letters with accents as single characters, where they are in use in names; without Foundation's tables.
enum Composition {
  private static let pairs: [Unicode.Scalar: (bases: String, composed: String)] = [
    "\u{300}": ("aeiouAEIOU", "àèìòùÀÈÌÒÙ"), "\u{301}": ("aeiouyAEIOUYcnszlrCNSZLR", "áéíóúýÁÉÍÓÚÝćńśźĺŕĆŃŚŹĹŔ"),
    "\u{302}": ("aeiouAEIOU", "âêîôûÂÊÎÔÛ"), "\u{303}": ("anoANOiuIU", "ãñõÃÑÕĩũĨŨ"),
    "\u{304}": ("aeiouAEIOU", "āēīōūĀĒĪŌŪ"), "\u{306}": ("agAGu", "ăğĂĞŭ"), "\u{307}": ("zIZegc", "żİŻėġċ"),
    "\u{308}": ("aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"), "\u{30A}": ("aAuU", "åÅůŮ"), "\u{30B}": ("ouOU", "őűŐŰ"),
    "\u{30C}": ("cszrnedtCSZRNEDT", "čšžřňěďťČŠŽŘŇĚĎŤ"), "\u{327}": ("cstCST", "çşţÇŞŢ"), "\u{328}": ("aeAE", "ąęĄĘ"),
  ]

  static func composed(_ base: String, _ accent: Unicode.Scalar) -> String {
    if let (bases, composed) = pairs[accent], let position = Array(bases).firstIndex(where: { String($0) == base }) {
      return String(Array(composed)[position])
    }
    var result = base
    result.unicodeScalars.append(accent)
    return result
  }
}
