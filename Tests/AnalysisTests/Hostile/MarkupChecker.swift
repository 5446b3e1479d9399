import Digests

/// Reads a report or a figure as a browser would at its strictest, and names everything that could do more than show.
///
/// Only what reports are known to hold is allowed: an element, an attribute or an address that is not on the lists is
/// a finding, also where it would be harmless. Markup must be well-formed, so that no parser can read it differently.
struct MarkupChecker {
  private static let void: Set<String> = ["meta", "br", "hr"]
  private static let attributes: [String: Set<String>] = [
    "html": ["lang"], "head": [], "meta": ["charset", "http-equiv", "name", "content"], "title": [], "style": [],
    "body": [], "main": [], "header": [], "h1": [], "i": [], "aside": ["class", "aria-label"], "dl": ["class"],
    "dt": [],
    "dd": [], "h2": ["id"], "h3": ["id"], "h4": ["id"], "h5": ["id"],
    "h6": ["id"], "p": ["class", "role"], "span": ["class", "tabindex"],
    "a": ["href", "class", "title", "id", "aria-label"], "b": [], "strong": [], "em": [],
    "del": [], "sup": [], "code": [], "pre": ["tabindex"], "br": [], "hr": [], "ul": [], "ol": ["start"],
    "li": ["class", "id"], "blockquote": [], "nav": ["aria-label"], "section": ["class", "id", "aria-label"],
    "div": ["class", "role", "tabindex", "id"], "details": ["class", "open"], "summary": [], "figure": ["class", "id"],
    "figcaption": [], "table": [], "caption": [], "thead": [], "tbody": [], "tr": ["id"], "th": ["scope", "class"],
    "td": ["class"],
    "math": ["display"], "mrow": [], "mi": ["mathvariant"], "mn": [], "mo": ["stretchy"], "mtext": [],
    "mspace": ["width"], "mfrac": ["linethickness"], "msqrt": [], "mroot": [], "msub": [], "msup": [], "msubsup": [],
    "munder": ["accentunder"], "mover": ["accent"], "munderover": [], "mtable": ["class"], "mtr": [], "mtd": [],
    "svg": ["xmlns", "class", "width", "height", "viewBox", "role"], "desc": [], "g": ["class"],
    "rect": ["class", "x", "y", "width", "height"], "path": ["class", "d"],
    "circle": ["class", "cx", "cy", "r"], "polygon": ["class", "points"],
    "text": ["class", "text-anchor", "dominant-baseline", "transform", "x", "y"],
  ]
  private static let names = ["viewport", "color-scheme", "generator"]

  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var open: [String] = []
  private var policies: [String] = []
  private var styles: [String] = []
  private var findings: [String] = []

  /// - Parameter isPage: whether it must hold a content security policy; figures have none.
  static func findings(in text: String, isPage: Bool) -> [String] {
    var checker = MarkupChecker(scalars: Array(text.unicodeScalars))
    checker.check(isPage: isPage)
    return checker.findings
  }

  private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

  private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  private mutating func find(_ what: String) {
    let from = max(0, position - 30)
    let around = String(String.UnicodeScalarView(scalars[from..<min(scalars.count, position + 30)]))
    findings.append("\(what) at \(position): …\(around)…")
  }

  private mutating func take(_ text: String) -> Bool {
    let wanted = Array(text.unicodeScalars)
    guard scalars[position...].starts(with: wanted) else { return false }
    position += wanted.count
    return true
  }

  private mutating func check(isPage: Bool) {
    for (index, scalar) in scalars.enumerated() where Self.isHidden(scalar) {
      position = index
      find("a control or bidirectional character")
    }
    position = 0
    guard take(isPage ? "<!DOCTYPE html>\n" : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") else {
      return find("no declaration")
    }
    while let scalar = next, findings.count < 20 {
      switch scalar {
      case "<": tag()
      case "&": if reference() == nil { find("an ampersand that is no reference") }
      case ">": find("a bracket that closes nothing")
      default: position += 1
      }
    }
    if !open.isEmpty { find("not closed: \(open)") }
    guard isPage else { return }
    let digest = styles.first.flatMap { Self.base64(Digest(ofFile: Array($0.utf8)).hex) } ?? ""
    let policy =
      "default-src 'none'; style-src 'sha256-\(digest)'; img-src data:; base-uri 'none'; form-action 'none'"
    if policies != [policy] { findings.append("the policy is \(policies), and not \(policy)") }
  }

  private static func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x09, 0x0A: return false
    case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF, 0xFFF9...0xFFFB:
      return true
    default: return false
    }
  }

  private mutating func name() -> String {
    var name = ""
    while let scalar = next, scalar.isASCII,
      scalar.properties.isAlphabetic || "0123456789-".unicodeScalars.contains(scalar)
    {
      name.unicodeScalars.append(scalar)
      position += 1
    }
    return name
  }

  private mutating func tag() {
    position += 1
    if take("/") {
      let name = name()
      if open.last == name, take(">") { open.removeLast() } else { find("</\(name)> closes \(open.last ?? "nothing")") }
      return
    }
    let element = name()
    guard let known = Self.attributes[element] else { return find("an element <\(element)>") }
    var values: [String: String] = [:]
    while take(" ") {
      let attribute = name()
      guard known.contains(attribute), values[attribute] == nil else {
        return find("an attribute \(attribute) of <\(element)>")
      }
      if attribute == "open" {
        values[attribute] = ""
        continue
      }
      guard take("=\""), let value = value() else { return find("a value of \(attribute) without quotes") }
      values[attribute] = value
    }
    check(element, values)
    if take("/>") { return }
    guard take(">") else { return find("<\(element) does not end") }
    if element == "style" { return style() }
    if !Self.void.contains(element) { open.append(element) }
  }

  /// Up to the closing quote, references resolved.
  private mutating func value() -> String? {
    var value = ""
    while let scalar = next {
      switch scalar {
      case "\"":
        position += 1
        return value
      case "<", ">": return nil
      case "&":
        guard let resolved = reference() else { return nil }
        value += resolved
      default:
        value.unicodeScalars.append(scalar)
        position += 1
      }
    }
    return nil
  }

  /// The five references that reports use.
  private mutating func reference() -> String? {
    for (written, text) in [("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'")] {
      if take(written) { return text }
    }
    position += 1
    return nil
  }

  private mutating func check(_ element: String, _ values: [String: String]) {
    if let address = values["href"],
      !["http://", "https://", "mailto:", "#", "tables/"].contains(where: address.lowercased().hasPrefix)
    {
      find("an address \(address)")
    }
    if let namespace = values["xmlns"], namespace != "http://www.w3.org/2000/svg" { find("a namespace \(namespace)") }
    guard element == "meta" else { return }
    if let policy = values["http-equiv"] {
      if policy == "Content-Security-Policy" {
        policies.append(values["content"] ?? "")
      } else {
        find("meta \(policy)")
      }
    }
    if let name = values["name"], !Self.names.contains(name) { find("meta \(name)") }
  }

  private mutating func style() {
    var text = ""
    while let scalar = next, scalar != "<" {
      text.unicodeScalars.append(scalar)
      position += 1
    }
    styles.append(text)
    if styles.count > 1 { find("a second style sheet") }
    for word in ["url(", "@import", "expression(", "image(", "@font-face", "behavior", "src("] where text.contains(word)
    {
      find("\(word) in a style sheet")
    }
    if !take("</style>") { find("a style sheet that does not end") }
  }

  private static func base64(_ hex: String) -> String? {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let bits = hex.compactMap { $0.hexDigitValue }.flatMap { digit in (0..<4).map { digit >> (3 - $0) & 1 } }
    let padded = bits + [Int](repeating: 0, count: (6 - bits.count % 6) % 6)
    let letters = stride(from: 0, to: padded.count, by: 6).map { start in
      alphabet[padded[start..<start + 6].reduce(0) { $0 << 1 | $1 }]
    }
    return String(letters) + String(repeating: "=", count: (4 - letters.count % 4) % 4)
  }
}
