import Tables

/// Units as the names of columns say them: `tbil_umol_l`, `weight_kg`, `HBV DNA (IU/mL)`.
enum HeaderUnits {
  /// Endings as they are after everything but letters and digits has become `_`.
  private static let endings: [(text: String, code: String)] = [
    ("umol_l", "umol/L"), ("mmol_l", "mmol/L"), ("nmol_l", "nmol/L"), ("mg_dl", "mg/dL"), ("g_dl", "g/dL"),
    ("mg_l", "mg/L"), ("ug_l", "ug/L"), ("ng_ml", "ng/mL"), ("ug_ml", "ug/mL"), ("g_l", "g/L"), ("iu_ml", "[IU]/mL"),
    ("iu_l", "[IU]/L"), ("u_l", "U/L"), ("kg_m2", "kg/m2"), ("10_9_l", "10*9/L"), ("10e9_l", "10*9/L"),
    ("10_12_l", "10*12/L"), ("mmhg", "mm[Hg]"), ("kg", "kg"), ("cm", "cm"), ("mm", "mm"), ("years", "a"), ("year", "a"),
    ("yrs", "a"), ("weeks", "wk"), ("week", "wk"), ("wk", "wk"), ("days", "d"), ("day", "d"), ("months", "mo"),
    ("hours", "h"), ("minutes", "min"), ("percent", "%"), ("pct", "%"),
  ]

  /// The code of the unit that a header names; nil where it names none.
  static func code(of header: String) -> String? {
    // A code in brackets or parentheses stands as it is.
    for (open, close) in [("(", ")"), ("[", "]")] {
      guard header.hasSuffix(close), let start = header.range(of: open, from: header) else { continue }
      let inner = String(header[header.index(after: start)...].dropLast())
      if let unit = try? Unit(code: inner), !unit.isOne { return unit.description }
    }
    var plain = header.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }
    while plain.last == "_" { plain.removeLast() }
    let text = "_" + String(plain)
    return endings.first { text.hasSuffix("_\($0.text)") }?.code
  }

  /// What short names of laboratories mean, where a factor goes with it.
  static func analyte(of header: String) -> String? {
    // `Total bilirubin (mg/dL)`
    let words = header.lowercased().prefix { $0 != "(" && $0 != "[" }.split(separator: " ")
    switch words.joined(separator: "_") {
    case "tbil", "bili", "bilirubin", "total_bilirubin", "tbili": return "bilirubin"
    case "cr", "crea", "creat", "creatinine": return "creatinine"
    default: return nil
    }
  }

  /// The place of the column that holds the units of `header`'s values, if there is one.
  ///
  /// - Parameter places: of all columns, by their names in lower case.
  static func neighbour(of header: String, in places: [String: Int]) -> Int? {
    ["\(header)_unit", "\(header)_units", "\(header) unit", "\(header) units", "unit_\(header)"]
      .compactMap { places[$0.lowercased()] }.min()
  }

  static func places(_ headers: [String]) -> [String: Int] {
    Dictionary(headers.enumerated().map { ($1.lowercased(), $0) }) { first, _ in first }
  }
}

extension String {
  /// The first place of a character.
  fileprivate func range(of character: String, from text: String) -> String.Index? {
    text.firstIndex { String($0) == character }
  }
}
