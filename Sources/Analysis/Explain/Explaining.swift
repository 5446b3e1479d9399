import NotebookSyntax

/// A step that can say in plain words how to read what it shows, bound to its numbers.
///
/// What is said follows from the step and its result alone, so that a stored result is explained as a fresh one. It says what
/// is seen in the data at hand: nothing of causes, and nothing of anyone who is not in them.
public protocol Explaining: Step {
  func explanation(of result: ResultValue, _ context: ExplanationContext) -> [String]
}

/// A step whose estimates stand on some scale: a model, or what is estimated from one.
protocol Scaled: Step {
  /// Nil where it can't be known.
  func scale(_ context: ExplanationContext) -> ReadingScale?
}

public struct ExplanationContext {
  /// The notebook's confidence level.
  let level: Double
  let steps: (String) -> (any Step)?

  /// The scale of the estimates of a step.
  func scale(of reference: Reference) -> ReadingScale? { (steps(reference.name) as? any Scaled)?.scale(self) }

  var percent: String { NumberFormat.percent(level) }
}

extension RunResult {
  /// How to read what a step shows, where its cell says `show: explained`; nil where it does not, or nothing is to be said.
  public func explanation(of step: StepResult) -> Passage? {
    let planned = step.planned
    guard planned.show == "explained" else { return nil }
    let level = plan.notebook.frontMatter.level
    func paragraphs(_ step: any Step, _ result: ResultValue, _ index: Int?) -> [String] {
      let context = ExplanationContext(level: level) { name in
        guard let planned = plan.step(named: name) else { return nil }
        if let index, planned.instances.indices.contains(index) { return planned.instances[index].step }
        return planned.step
      }
      return (step as? any Explaining)?.explanation(of: result, context) ?? []
    }
    var text: [String] = []
    if planned.each == nil {
      text = paragraphs(planned.step, step.outcome.result, nil)
    } else if case .keyed(_, let entries) = step.outcome.result {
      for (index, (instance, entry)) in zip(planned.instances, entries).enumerated() {
        text += paragraphs(instance.step, entry.value, index).map { "\(entry.keys.joined(separator: ", ")): \($0)" }
      }
    }
    return text.isEmpty ? nil : Passage("How to read this", text, isFolded: false)
  }
}
