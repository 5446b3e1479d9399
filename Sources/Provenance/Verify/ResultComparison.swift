import Digests

/// One value that two results do not share.
public struct ResultDifference: Sendable {
  public enum Kind: Sendable {
    case number(Double, Double)
    case other(JSONValue, JSONValue)
    case gone
    case new
    case entries(Int, Int)
    case note
  }

  public let step: String
  /// `growth.terms["week"].estimate`; for a note what it says.
  public let path: String
  public let kind: Kind
  /// The standard error that stands beside a number.
  public let standardError: Double?

  /// By how much two numbers differ, of the largest of both and the standard error.
  var relative: Double? {
    guard case .number(let a, let b) = kind else { return nil }
    let size = max(a.magnitude, b.magnitude, standardError ?? 0)
    return size > 0 ? (a - b).magnitude / size : 0
  }
}

/// Compares two `results.json`: which numbers differ, by how much, and whether a conclusion changed.
struct ResultComparison {
  private static let shownOfAStep = 4

  private let tolerance: Double
  private let alpha: Double
  private(set) var found: [ResultDifference] = []
  private(set) var conclusions: [String] = []
  private var step = ""

  /// - Parameter tolerance: zero to compare bit for bit.
  init(tolerance: Double, alpha: Double) {
    self.tolerance = tolerance
    self.alpha = alpha
  }

  var hasDifferences: Bool { !found.isEmpty }

  mutating func note(_ text: String) { add(text, .note) }

  private mutating func add(_ path: String, _ kind: ResultDifference.Kind, standardError: Double? = nil) {
    found.append(ResultDifference(step: step, path: path, kind: kind, standardError: standardError))
  }

  /// - Parameter everything: whether also what is shown, and what the document says of itself, is compared.
  mutating func compare(_ old: JSONValue, _ new: JSONValue, everything: Bool) {
    if everything {
      for key in ["title", "notebook", "parameters", "notices", "failures"] {
        step = key
        compare(old[key] ?? .null, new[key] ?? .null, path: key, scale: nil)
      }
    }
    let oldSteps = old["steps"]?.array ?? []
    for step in new["steps"]?.array ?? [] {
      guard let name = step["name"]?.string else { continue }
      self.step = name
      guard let before = oldSteps.first(where: { $0["name"]?.string == name }) else {
        note("\(name) is not in the recorded results")
        continue
      }
      compare(before["result"] ?? .null, step["result"] ?? .null, path: name, scale: nil)
      if everything { compare(before["shown"] ?? .null, step["shown"] ?? .null, path: "\(name), shown", scale: nil) }
    }
  }

  private mutating func compare(_ old: JSONValue, _ new: JSONValue, path: String, scale: Double?) {
    switch (old, new) {
    case (.object, .object) where Self.rows(old) != nil && Self.rows(new) != nil:
      compareRows(Self.rows(old) ?? [], Self.rows(new) ?? [], path)
    case (.object(let members), .object):
      judge(old, new, path)
      let error = Self.number(old["std_error"])
      for member in members {
        guard let other = new[member.key] else {
          add("\(path).\(member.key)", .gone)
          continue
        }
        compare(member.value, other, path: "\(path).\(member.key)", scale: error)
      }
      for member in new.object ?? [] where old[member.key] == nil { add("\(path).\(member.key)", .new) }
    case (.array(let a), .array(let b)):
      guard a.count == b.count else {
        add(path, .entries(a.count, b.count))
        return
      }
      for (index, pair) in zip(a, b).enumerated() { compare(pair.0, pair.1, path: "\(path)[\(index)]", scale: nil) }
    default: compareScalars(old, new, path: path, scale: scale)
    }
  }

  /// The rows of a keyed result with their names as a path has them: `["C", "24"]`.
  private static func rows(_ value: JSONValue) -> [(name: String, row: JSONValue)]? {
    guard value["key"] != nil, let rows = value["rows"]?.array else { return nil }
    return rows.map { row in
      let names = row["names"]?.array?.compactMap(\.string) ?? []
      return ("[\(names.map { "\"\($0)\"" }.joined(separator: ", "))]", row["value"] ?? .null)
    }
  }

  private mutating func compareRows(
    _ old: [(name: String, row: JSONValue)], _ new: [(name: String, row: JSONValue)], _ path: String
  ) {
    let found = Dictionary(new.map { (Array($0.name.utf8), $0.row) }, uniquingKeysWith: { first, _ in first })
    for (name, row) in old {
      if let other = found[Array(name.utf8)] {
        compare(row, other, path: path + name, scale: nil)
      } else {
        add("\(path)\(name)", .gone)
      }
    }
    let before = Set(old.map { Array($0.name.utf8) })
    for (name, _) in new where !before.contains(Array(name.utf8)) { add("\(path)\(name)", .new) }
  }

  private mutating func compareScalars(_ old: JSONValue, _ new: JSONValue, path: String, scale: Double?) {
    if old.canonicalBytes == new.canonicalBytes { return }
    // Digests follow their values to the last bit, and tell a reader nothing that the values don't.
    if path.hasSuffix(".sha256") { return }
    guard let a = Self.number(old), let b = Self.number(new) else {
      return add(path, .other(old, new))
    }
    let size = max(a.magnitude, b.magnitude, scale ?? 0)
    let isWhole = a == a.rounded() && b == b.rounded()
    if tolerance > 0, !isWhole, (a - b).magnitude <= tolerance * size { return }
    add(path, .number(a, b), standardError: scale)
  }

  private mutating func judge(_ old: JSONValue, _ new: JSONValue, _ path: String) {
    if let a = Self.number(old["p_value"]), let b = Self.number(new["p_value"]), (a < alpha) != (b < alpha) {
      conclusions.append("\(path): p crosses \(ECMAScriptNumber.text(alpha))")
    }
    // A prediction of one patient's effect has no interval of its own, and is no conclusion.
    let isConclusion = old["p_value"] != nil || old["conf_low"] != nil
    if isConclusion, let a = Self.number(old["estimate"]), let b = Self.number(new["estimate"]), (a < 0) != (b < 0) {
      conclusions.append("\(path): the estimate changes its sign")
    }
    if let low = Self.number(old["conf_low"]), let high = Self.number(old["conf_high"]),
      let newLow = Self.number(new["conf_low"]), let newHigh = Self.number(new["conf_high"]),
      (low <= 0 && high >= 0) != (newLow <= 0 && newHigh >= 0)
    {
      conclusions.append("\(path): the interval crosses zero in one of the two")
    }
  }

  /// Lines for the reader: the first differences of each step, and changed conclusions.
  var report: [String] {
    var lines: [String] = []
    var steps: [String] = []
    for item in found where !steps.contains(item.step) { steps.append(item.step) }
    for step in steps {
      let own = found.filter { $0.step == step }.map(Self.text)
      lines += own.prefix(Self.shownOfAStep)
      if own.count > Self.shownOfAStep {
        lines.append("… and \(own.count - Self.shownOfAStep) more differences in \(step)")
      }
    }
    if conclusions.isEmpty {
      if !found.isEmpty { lines.append("no conclusion changed (sign, interval across zero, p across alpha)") }
    } else {
      lines += conclusions.map { "CONCLUSION CHANGED  \($0)" }
    }
    return lines
  }

  private static func text(_ difference: ResultDifference) -> String {
    let path = difference.path
    switch difference.kind {
    case .number(let a, let b):
      return
        "\(path): \(ECMAScriptNumber.text(a)) recorded, \(ECMAScriptNumber.text(b)) now (relative difference \(short(difference.relative ?? 0)))"
    case .other(let a, let b): return "\(path): \(text(a)) recorded, \(text(b)) now"
    case .gone: return "\(path) is gone"
    case .new: return "\(path) is new"
    case .entries(let a, let b): return "\(path) had \(a) entries and has \(b)"
    case .note: return path
    }
  }

  private static func number(_ value: JSONValue?) -> Double? {
    switch value {
    case .integer(let number): return Double(number)
    case .number(let number): return number
    default: return nil
    }
  }

  static func text(_ value: JSONValue) -> String {
    String(decoding: value.canonicalBytes.prefix(80), as: UTF8.self)
  }

  /// Two significant digits are enough to say how far apart.
  static func short(_ value: Double) -> String {
    guard value > 0, value.isFinite else { return "0" }
    var exponent = 0
    var mantissa = value
    while mantissa < 0.995 {
      mantissa *= 10
      exponent -= 1
    }
    return "\((mantissa * 10).rounded() / 10)e\(exponent)"
  }
}
