import Digests
import NotebookSyntax
import Statistics

/// `contrast`: differences of estimated means.
public struct Contrast: Step {
  public static let kind = "contrast"
  public static let version = 1
  public static let summary =
    "Compares estimates of a `means` or `trends` step: differences between levels, adjusted over a named family."
  public static let keys: [Key] = [
    .required("from", "step", "A `means` or `trends` step, or another `contrast`."),
    .required("between", "factor", "The factor whose levels are compared, as `of` writes it."),
    .optional(
      "within", "factors",
      "The other factors; each combination of their levels is compared by itself. Default: all others."),
    .optional(
      "method", "pairwise, control, consecutive, polynomial or name: weights",
      "All pairs, first minus second; each level minus the first; each level minus the one before; orthogonal polynomials; or weights of the levels, `{ends: [-1, 0, 1], middle: [-1/2, 1, -1/2]}`. Default: pairwise."
    ),
    .optional(
      "adjust", "mapping of method and over",
      "`{method: holm, over: [group, visit]}`: bonferroni, holm, hochberg, bh, tukey, dunnett or mvt over a family that spans these factors; levels of the others are families of their own. Default: none."
    ),
    .optional(
      "joint", "factors",
      "One F test that all comparisons over these factors are zero, for each combination of the others' levels: `joint: group`. Default: none."
    ),
    EstimateScale.key,
  ]
  public static let manual = ContrastManual.text

  let source: Reference
  let between: SourcedText
  let within: [SourcedText]
  let method: ContrastMethod
  let adjustment: FamilyAdjustment?
  /// What a joint test spans; empty for none.
  let joint: [SourcedText]
  let response: Span?
  let level: Double

  public init?(_ cell: inout CellDecoder) {
    let source = cell.step("from")
    let between = cell.text("between")
    within = cell.columns("within")
    method = cell.contrastMethod()
    level = cell.confidenceLevel()
    adjustment = FamilyAdjustment(&cell, methods: MultipleTesting.methods + SingleStep.methods)
    // Not recorded where it is not written: the step is older than the key.
    joint = cell.node("joint") == nil ? [] : cell.columns("joint")
    response = cell.responseScale()
    guard let source, let between else { return nil }
    self.source = source
    self.between = between
  }

  /// The factors that are compared within, in the order of their levels in a row.
  func within(_ keys: [String]) -> [String] {
    within.isEmpty ? keys.filter { $0 != between.text } : within.map(\.text)
  }

  /// What addresses a comparison: two levels, or its name. No other key of a row has the same name.
  func comparisonKeys(_ inner: [String]) -> [String] {
    func free(_ name: String) -> String {
      var candidate = name
      var number = 2
      while inner.contains(candidate) || candidate == between.text {
        candidate = "\(name) \(number)"
        number += 1
      }
      return candidate
    }
    return method.comparesPairs ? [between.text, free("with")] : [free("contrast")]
  }

  public func plan(_ context: inout PlanContext) -> Yield? {
    guard let keys = context.estimates(source) else { return nil }
    let names = keys.map(\.name)
    let before = context.diagnostics.count
    for factor in [between] + within + (adjustment?.over ?? []) + joint where !names.contains(factor.text) {
      context.report(
        "unknown-factor", "`\(source.name)` has no factor `\(factor.text)`", factor.span,
        help: Suggestion.help(for: factor.text, among: names))
    }
    for factor in within where factor.text == between.text {
      context.report("choice", "`\(factor.text)` is what is compared", factor.span, help: "leave it out of `within`")
    }
    guard context.diagnostics.count == before else { return nil }
    let inner = within(names)
    if inner.count != names.count - 1 {
      let missing = names.filter { $0 != between.text && !inner.contains($0) }
      context.report(
        "choice", "estimates of `\(source.name)` differ by \(missing.joined(separator: ", ")) as well",
        within.first?.span ?? between.span,
        help: "add it to `within`, or make another `means` step that averages over it")
      return nil
    }
    guard checkFamilies(&context) else { return nil }
    func key(_ name: String) -> Shape.Key { keys.first { $0.name == name } ?? Shape.Key(name, nil) }
    let levels = key(between.text).values
    let named = method.names(levels: levels?.count)
    let rowKeys =
      comparisonKeys(inner).map { Shape.Key($0, method.comparesPairs ? levels : named) } + inner.map(key)
    var shape = CoefficientTable.shape
    if adjustment != nil, case .record(let fields) = shape {
      shape = .record(fields + [.init("p_adjusted", .number), .init("family_size", .count)])
    }
    var fields: [Shape.Field] = [.init("rows", .keyed(by: rowKeys, shape)), .init("method", .text)]
    if !joint.isEmpty {
      let apart = inner.filter { !joint.map(\.text).contains($0) }.map(key)
      fields.append(.init("joint", apart.isEmpty ? JointTest.shape : .keyed(by: apart, JointTest.shape)))
    }
    if response != nil { fields.append(EstimateScale.shape) }
    return Yield(shape: .record(fields), estimates: rowKeys)
  }

  /// Whether families span what is compared, and suit the method of adjustment.
  private func checkFamilies(_ context: inout PlanContext) -> Bool {
    let before = context.diagnostics.count
    if let over = adjustment?.over, !over.contains(where: { $0.text == between.text }) {
      context.report(
        "choice", "a family of comparisons spans what is compared", over.first?.span ?? between.span,
        help: "add `\(between.text)` to `over`")
    }
    if !joint.isEmpty, !joint.contains(where: { $0.text == between.text }) {
      context.report(
        "choice", "a joint test spans what is compared", joint.first?.span ?? between.span,
        help: "add `\(between.text)` to `joint`")
    }
    guard let adjustment, SingleStep.methods.contains(adjustment.method), adjustment.method != "mvt" else {
      return context.diagnostics.count == before
    }
    let needed = adjustment.method == "tukey" ? "pairwise" : "control"
    if method.name != needed {
      context.report(
        "choice", "`\(adjustment.method)` is for `method: \(needed)`, and this is `\(method.name)`", adjustment.span,
        help: "use `mvt`, which serves any family")
    } else if let other = adjustment.over.first(where: { $0.text != between.text }) {
      context.report(
        "choice", "a family of `\(adjustment.method)` are the levels of one factor", other.span,
        help: "write `over: \(between.text)`, or use `mvt`, which serves any family")
    }
    return context.diagnostics.count == before
  }
}
