import NotebookSyntax

/// The part of UCUM that clinical data use.
enum UnitCodes {
  /// Units that take a metric prefix.
  private static let metric = [
    "m", "g", "s", "L", "mol", "U", "[IU]", "Pa", "Hz", "K", "J", "W", "V", "A", "eq", "osm", "kat", "cal",
  ]
  private static let plain = [
    "1", "%", "[pH]", "Cel", "[degF]", "a", "mo", "wk", "d", "h", "min", "mm[Hg]", "[lb_av]", "[in_i]", "[arb'U]",
    "deg",
  ]
  private static let prefixes = ["", "f", "p", "n", "u", "m", "c", "d", "k", "M", "G"]
  private static let known: Set<String> = Set(plain + metric.flatMap { unit in prefixes.map { $0 + unit } })

  /// Words for units of time, whose codes few readers know.
  static let words = ["a": "years", "mo": "months", "wk": "weeks", "d": "days", "h": "hours"]

  /// What people write for what UCUM calls otherwise.
  private static let otherSpellings: [String: String] = [
    "year": "a", "years": "a", "yr": "a", "y": "a", "week": "wk", "weeks": "wk", "w": "wk", "day": "d", "days": "d",
    "month": "mo", "months": "mo", "hour": "h", "hours": "h", "minute": "min", "sec": "s", "second": "s",
    "IU": "[IU]", "IU/mL": "[IU]/mL", "IU/L": "[IU]/L", "µmol/L": "umol/L", "μmol/L": "umol/L", "mmHg": "mm[Hg]",
    "percent": "%", "10^9/L": "10*9/L", "10^12/L": "10*12/L", "x10^9/L": "10*9/L", "C": "Cel", "°C": "Cel",
    "lb": "[lb_av]",
  ]
  private static let common = [
    "umol/L", "mmol/L", "nmol/L", "mg/dL", "g/dL", "g/L", "ug/L", "ng/mL", "U/L", "[IU]/L", "[IU]/mL", "10*9/L",
    "10*12/L", "kg",
    "kg/m2", "cm", "m", "wk", "d", "a", "mo", "h", "s", "%", "mm[Hg]",
  ]

  /// A code and its exponent: `m2` → (`m`, 2), `10*9` → (`10*9`, 1). Nil where the code is unknown.
  static func split(_ text: String) -> (code: String, exponent: Int)? {
    if text.hasPrefix("10*"), let power = Int(text.dropFirst(3)), (1...24).contains(power) { return (text, 1) }
    if text == "l" { return ("L", 1) }
    if known.contains(text) { return (text, 1) }
    let digits = text.utf8.reversed().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }.count
    guard digits > 0, digits <= 2, let exponent = Int(text.suffix(digits)), exponent > 0 else {
      let litres = text.hasSuffix("l") ? String(text.dropLast()) + "L" : ""
      return known.contains(litres) ? (litres, 1) : nil
    }
    let code = String(text.dropLast(digits))
    return known.contains(code) ? (code, exponent) : nil
  }

  static func suggestion(for code: String) -> String? {
    otherSpellings[code] ?? Suggestion.nearest(to: code, among: common)
  }
}
