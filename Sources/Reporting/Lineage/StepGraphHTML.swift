import Analysis

/// The steps of a run as a drawing: one line of text for each in the order they ran, and a line on the left from each step
/// down to the last that reads it, with a dot at every reader.
struct StepGraphHTML {
  private static let height = 24
  private static let lane = 14
  private static let width = 680

  private let document: RunDocument
  private let numbering: ExhibitNumbering

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    self.document = document
    self.numbering = numbering
  }

  var html: String {
    let steps = document.steps
    guard steps.count > 1 else { return "" }
    let rows = Dictionary(steps.enumerated().map { ($0.element.name, $0.offset) }) { first, _ in first }
    var last = Array(repeating: -1, count: steps.count)
    for (row, step) in steps.enumerated() {
      for name in step.producers { if let producer = rows[name] { last[producer] = max(last[producer], row) } }
    }
    let lanes = Self.lanes(last)
    let count = (lanes.max() ?? 0) + 1
    let left = count * Self.lane + 10
    func x(_ lane: Int) -> Int { left - 12 - lane * Self.lane }
    func y(_ row: Int) -> Int { row * Self.height + Self.height / 2 }
    var lines = ""
    var dots = ""
    for (row, step) in steps.enumerated() {
      if last[row] > row {
        lines += "<path d=\"M\(left) \(y(row))H\(x(lanes[row]))V\(y(last[row]))\"></path>"
      }
      for name in step.producers {
        guard let producer = rows[name] else { continue }
        lines += "<path d=\"M\(x(lanes[producer])) \(y(row))H\(left)\"></path>"
        dots += "<circle cx=\"\(x(lanes[producer]))\" cy=\"\(y(row))\" r=\"2.5\"></circle>"
      }
    }
    var labels = ""
    for (row, step) in steps.enumerated() {
      dots += "<circle class=\"step\" cx=\"\(left)\" cy=\"\(y(row))\" r=\"4\"></circle>"
      labels += "<text x=\"\(left + 14)\" y=\"\(y(row) + 4)\">\(Escape.html(Self.cut(step.kind, 12)))</text>"
      labels +=
        "<text class=\"name\" x=\"\(left + 110)\" y=\"\(y(row) + 4)\">\(Escape.html(Self.cut(step.name, 34)))</text>"
      let shown = step.exhibits.indices.compactMap { numbering.label(step.name, $0) }
      if !shown.isEmpty {
        labels +=
          "<text x=\"\(left + 400)\" y=\"\(y(row) + 4)\">\(Escape.html(Self.cut(shown.joined(separator: ", "), 24)))</text>"
      }
    }
    let edges = steps.map(\.producers.count).reduce(0, +)
    let tall = steps.count * Self.height
    return """
      <figure class="graph">
      <div class="scroll" tabindex="0"><svg class="graph" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(left + Self.width) \(tall)" \
      width="\(left + Self.width)" height="\(tall)" role="img">\
      <title>Steps and what they read</title>\
      <desc>\(steps.count) steps in the order they ran, and \(NumberFormat.counted(edges, "line")) from what is read to what reads it. The table of steps says the same.</desc>\
      <g class="edges">\(lines)</g><g class="dots">\(dots)</g>\(labels)</svg></div>
      <figcaption>The steps in the order they ran. A line leads from each step to those that read it.</figcaption>
      </figure>

      """
  }

  /// Lanes so that no two lines run over each other, nearest to the text where the line is shortest.
  private static func lanes(_ last: [Int]) -> [Int] {
    var lanes = Array(repeating: 0, count: last.count)
    var taken: [[(Int, Int)]] = []
    let order = last.indices.filter { last[$0] >= 0 }.sorted {
      (last[$0] - $0, $0) < (last[$1] - $1, $1)
    }
    for row in order {
      let free = taken.firstIndex { lane in lane.allSatisfy { $0.1 < row || $0.0 > last[row] } }
      let lane = free ?? taken.count
      if free == nil { taken.append([]) }
      taken[lane].append((row, last[row]))
      lanes[row] = lane
    }
    return lanes
  }

  private static func cut(_ text: String, _ most: Int) -> String {
    text.count <= most ? text : String(text.prefix(most - 1)) + "…"
  }
}
