import Digests
import NotebookSyntax
import Statistics

/// What is compared: combinations of the levels of one factor.
enum ContrastMethod: Sendable {
  case pairwise, control, consecutive, polynomial
  /// Rows of weights, as the notebook names them.
  case custom([CustomContrast])

  struct CustomContrast: Sendable {
    let name: SourcedText
    let weights: [Double]
  }

  /// A comparison and its weights of the levels.
  struct Comparison {
    let names: [String]
    let weights: [Double]
  }

  static let words = ["pairwise", "control", "consecutive", "polynomial"]
  /// Beyond, whole numbers of polynomials of degree 6 would grow too large to be exact.
  static let mostLevels = 60
  private static let degrees = ["linear", "quadratic", "cubic", "quartic", "degree 5", "degree 6"]

  /// As results and reports call it.
  var name: String {
    switch self {
    case .pairwise: "pairwise"
    case .control: "control"
    case .consecutive: "consecutive"
    case .polynomial: "polynomial"
    case .custom: "custom"
    }
  }

  /// Whether a comparison is addressed by the two levels it compares, rather than by a name.
  var comparesPairs: Bool {
    switch self {
    case .pairwise, .control, .consecutive: true
    case .polynomial, .custom: false
    }
  }

  /// The names of comparisons that have one.
  func names(levels: Int?) -> [String]? {
    switch self {
    case .polynomial: levels.map { Array(Self.degrees.prefix(max($0 - 1, 0))) }
    case .custom(let rows): rows.map(\.name.text)
    default: nil
    }
  }

  /// How many comparisons a number of levels makes.
  func count(levels: Int) -> Int {
    switch self {
    case .pairwise: levels * (levels - 1) / 2
    case .control, .consecutive: max(levels - 1, 0)
    case .polynomial: min(max(levels - 1, 0), Self.degrees.count)
    case .custom(let rows): rows.count
    }
  }

  /// - Throws: where levels and weights do not fit each other; the message points to `span`.
  func comparisons(of levels: [String], span: Span) throws(StepFailure) -> [Comparison] {
    let count = levels.count
    func difference(_ first: Int, _ second: Int) -> Comparison {
      Comparison(
        names: [levels[first], levels[second]],
        weights: levels.indices.map { $0 == first ? 1 : $0 == second ? -1 : 0 })
    }
    switch self {
    case .control: return (1..<max(count, 1)).map { difference($0, 0) }
    case .consecutive: return (1..<max(count, 1)).map { difference($0, $0 - 1) }
    case .pairwise:
      return (0..<count).flatMap { first in ((first + 1)..<max(count, first + 1)).map { difference(first, $0) } }
    case .polynomial:
      guard count <= Self.mostLevels else {
        throw StepFailure(
          Diagnostic(
            "limit", "polynomial contrasts are for \(Self.mostLevels) levels at most, and these are \(count)", at: span,
            help: "model the number itself, with `poly(x, 3)`, and read its terms"))
      }
      return Self.degrees.prefix(max(count - 1, 0)).enumerated().map { degree, name in
        Comparison(names: [name], weights: PolynomialContrast.weights(degree: degree + 1, levels: count))
      }
    case .custom(let rows):
      for row in rows where row.weights.count != count {
        throw StepFailure(
          Diagnostic(
            "weights",
            "`\(row.name.text)` has \(row.weights.count) weights, and there are \(count) levels: \(levels.joined(separator: ", "))",
            at: row.name.span, help: "give one weight for each level, in this order; 0 for a level left out"))
      }
      return rows.map { Comparison(names: [$0.name.text], weights: $0.weights) }
    }
  }

  /// What the report says of it.
  func note(_ between: String, levels: [String]) -> String {
    let order = levels.joined(separator: ", ")
    switch self {
    case .control: return "Each level of \(between) minus \(levels.first ?? "the first")."
    case .consecutive: return "Each level of \(between) minus the one before, in the order \(order)."
    case .pairwise: return "The first level minus the second."
    case .polynomial:
      return
        "Orthogonal polynomials over the levels of \(between) as equally spaced, in the order \(order); weights are whole numbers."
    case .custom(let rows):
      let weights = rows.map { row in
        "\(row.name.text) (\(row.weights.map { NumberFormat.significant($0, 4) }.joined(separator: ", ")))"
      }
      return "Weights of the levels \(order): \(weights.joined(separator: "; "))."
    }
  }
}

extension CellDecoder {
  /// The key `method` of a `contrast`.
  mutating func contrastMethod() -> ContrastMethod {
    guard let node = node("method"), case .mapping(let entries) = node.content else {
      switch choice("method", ContrastMethod.words, default: "pairwise") {
      case "control": return .control
      case "consecutive": return .consecutive
      case "polynomial": return .polynomial
      default: return .pairwise
      }
    }
    let rows = entries.compactMap { entry -> ContrastMethod.CustomContrast? in
      let weights = list(entry.value).compactMap { weight($0) }
      guard weights.count == list(entry.value).count else { return nil }
      let largest = weights.reduce(0) { max($0, abs($1)) }
      // Thirds and the like add up to zero but for rounding.
      guard largest > 0, abs(weights.reduce(0, +)) <= 1e-12 * largest else {
        report(
          "weights", "the weights of `\(entry.key.text)` do not compare: they must add up to 0, and not all be 0",
          entry.key.span, help: "write fractions as `1/3`, which is exact enough")
        return nil
      }
      return .init(name: entry.key, weights: weights)
    }
    record(
      "method",
      .array(
        rows.map { row in
          [
            "name": .string(row.name.text),
            "weights": .array(row.weights.map { .string(NumberText.shortest($0)) }),
          ]
        }))
    return .custom(rows)
  }

  /// A number, or a fraction of two.
  private mutating func weight(_ node: YAMLNode) -> Double? {
    guard let text = text(node, "method") else { return nil }
    let parts = text.text.split(separator: "/", omittingEmptySubsequences: false)
    let numbers = parts.compactMap {
      ParameterValue.plainNumber(String($0).split(separator: " ").joined(separator: " "))
    }
    guard numbers.count == parts.count, numbers.count <= 2, numbers.count == 1 || numbers[1] != 0 else {
      report("type", "a weight is a number or a fraction, and this is `\(text.text)`", text.span)
      return nil
    }
    return numbers.count == 2 ? numbers[0] / numbers[1] : numbers[0]
  }
}
