import NotebookSyntax
import Tables

/// Values in prose: which formats fit which shapes, and how a value is written.
public enum ValueText {
  /// What is wrong with a value's format, given what stands at the end of its path.
  static func check(_ value: ValueReference, _ shape: Shape) -> Diagnostic? {
    func misfit(_ need: String) -> Diagnostic {
      Diagnostic("format", "this format needs \(need), and `\(value.path)` is \(shape.name)", at: value.formatSpan)
    }
    func has(_ names: [String]) -> Bool {
      guard case .record(let fields) = shape else { return false }
      return names.allSatisfy { name in fields.contains { $0.name == name } }
    }
    switch (value.format, shape) {
    case (nil, .count), (nil, .text), (nil, .boolean): return nil
    case (nil, .number):
      return Diagnostic(
        "format", "`\(value.path)` is a number and needs a format", at: value.path.span,
        help: "for example `\(value.path):.2`")
    case (nil, _):
      return Diagnostic(
        "path", "`\(value.path)` is \(shape.name), which prose cannot show", at: value.path.span,
        help: "name one value in it")
    case (.interval, _): return has(["conf_low", "conf_high"]) ? nil : misfit("a record with an interval")
    case (.pValue, .number):
      guard case .member(_, let name, _) = value.path.node, name == "p_value" || name == "p_adjusted" else {
        return misfit("a P value or a record with one")
      }
      return nil
    case (.pValue, _): return has(["p_value"]) ? nil : misfit("a P value or a record with one")
    case (_, .number), (_, .count): return nil
    default: return misfit("a number")
    }
  }

  /// The text that stands in the report for a value. What isn't estimable prints its reason.
  /// - Parameter level: the notebook's confidence level; an interval of a level of its own says so itself.
  public static func text(_ value: ResultValue, format: ValueFormat?, level: Double) -> String {
    if case .absent(let reason) = value { return "not estimable (\(reason))" }
    switch format {
    case nil: return plain(value)
    case .interval(let decimals):
      guard let low = value["conf_low"]?.double, let high = value["conf_high"]?.double else { return reason(value) }
      let shown = NumberFormat.percent(value["conf_level"]?.double ?? level)
      return "\(shown)% CI \(NumberFormat.fixed(low, decimals)) to \(NumberFormat.fixed(high, decimals))"
    case .pValue:
      let adjusted = value["p_adjusted"]?.double
      guard let p = value.double ?? adjusted ?? value["p_value"]?.double else { return reason(value) }
      let text = NumberFormat.pValue(p)
      let relation = text.hasPrefix("<") || text.hasPrefix(">") ? "p \(text)" : "p = \(text)"
      return adjusted == nil ? relation : relation + " (adjusted)"
    case .decimals(let count): return value.double.map { NumberFormat.fixed($0, count) } ?? reason(value)
    case .significant(let count): return value.double.map { NumberFormat.significant($0, count) } ?? reason(value)
    case .percent(let count): return value.double.map { NumberFormat.fixed(100 * $0, count) + "%" } ?? reason(value)
    case .exponentiated(let count):
      return value.double.map { NumberFormat.fixed(Elementary.exp($0), count) } ?? reason(value)
    case .integer:
      guard let number = value.double else { return reason(value) }
      return number.magnitude < 1e15
        ? NumberFormat.count(Int(number.rounded(.toNearestOrEven))) : NumberFormat.significant(number, 6)
    }
  }

  private static func plain(_ value: ResultValue) -> String {
    switch value {
    case .count(let count): return NumberFormat.count(count)
    case .text(let text): return text
    case .boolean(let value): return value ? "true" : "false"
    // Only a text can stand here without a format, and read back from JSON it is this.
    case .number(let value) where value.isInfinite: return value < 0 ? "-Infinity" : "Infinity"
    default: return reason(value)
    }
  }

  private static func reason(_ value: ResultValue) -> String {
    if case .record(let fields) = value {
      for field in fields { if case .absent(let reason) = field.value { return "not estimable (\(reason))" } }
    }
    return "not estimable"
  }
}
