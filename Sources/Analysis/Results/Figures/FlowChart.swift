/// Who took part: boxes one under the other, with those who left beside the way, as the STROBE statement asks
/// (von Elm et al., 2007, PLoS Med 4:e296, item 13).
public struct FlowChart: Sendable {
  public var root: Node

  public init(root: Node) { self.root = root }

  public struct Node: Sendable {
    /// The first line names the box: `Assessed`, `n = 513`.
    public var lines: [String]
    /// Those who left between this box and the next: `Excluded (n = 390)`, then a line for each reason.
    public var excluded: [String]
    /// One for the way straight on, several where it divides.
    public var next: [Node]

    public init(lines: [String], excluded: [String] = [], next: [Node] = []) {
      self.lines = lines
      self.excluded = excluded
      self.next = next
    }
  }
}

/// A participant flow as a figure.
public enum FlowFigure {
  /// Someone, or some, who left: why and how many.
  public struct Exclusion: Sendable {
    public var reason: String
    public var count: Int

    public init(_ reason: String, _ count: Int) {
      self.reason = reason
      self.count = count
    }
  }

  /// A group of participants at one point of the study.
  public struct Stage: Sendable {
    public var name: String
    public var count: Int
    /// Between this stage and the next.
    public var excluded: [Exclusion]
    public var next: [Stage]

    public init(_ name: String, _ count: Int, excluded: [Exclusion] = [], next: [Stage] = []) {
      self.name = name
      self.count = count
      self.excluded = excluded
      self.next = next
    }
  }

  /// - Parameters:
  ///   - noun: what is counted, in the plural: `patients`, `rows`.
  ///   - alternative: instead of the text made from the counts.
  public static func build(
    caption: String, noun: String = "participants", from stage: Stage, alternative: String? = nil, notes: [String] = []
  ) -> Figure {
    Figure(
      caption: caption, alternative: alternative ?? "Flow of \(noun). " + sentences(stage).joined(separator: " "),
      body: .flow(FlowChart(root: node(stage))), notes: notes)
  }

  private static func text(_ name: String, _ count: Int) -> String { "\(name) (n = \(NumberFormat.count(count)))" }

  private static func node(_ stage: Stage) -> FlowChart.Node {
    let left = stage.excluded.reduce(0) { $0 + $1.count }
    let reasons = stage.excluded.map { text($0.reason, $0.count) }
    return FlowChart.Node(
      lines: [stage.name, "n = \(NumberFormat.count(stage.count))"],
      excluded: stage.excluded.isEmpty ? [] : [text("Excluded", left)] + reasons, next: stage.next.map(node))
  }

  private static func sentences(_ stage: Stage) -> [String] {
    var sentence = "\(stage.name): \(NumberFormat.count(stage.count))"
    if !stage.excluded.isEmpty {
      let reasons = stage.excluded.map { "\($0.reason) (\(NumberFormat.count($0.count)))" }
      sentence += "; then excluded: \(reasons.joined(separator: ", "))"
    }
    if stage.next.count > 1 {
      let parts = stage.next.map { "\($0.name) (\(NumberFormat.count($0.count)))" }
      sentence += "; divided into \(parts.joined(separator: ", "))"
    }
    let later = stage.next.filter { stage.next.count == 1 || !$0.next.isEmpty || !$0.excluded.isEmpty }
    return [sentence + "."] + later.flatMap(sentences)
  }
}
