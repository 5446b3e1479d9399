import Analysis

/// Draws a participant flow from the top down: a box for each stage, beside the way those who left, side by side the
/// ways on where it divides.
struct FlowDrawing {
  private static let line = 16.0
  private static let padding = 9.0
  private static let gap = 26.0
  private static let between = 14.0
  private static let size = 12.0

  private(set) var canvas = Canvas()
  private(set) var width: Double
  private(set) var height = 0.0

  init(_ chart: FlowChart, _ form: PlotLayout.Form) {
    // A chart with many ways gets the room they need, and is drawn smaller.
    let leaves = Self.leaves(chart.root)
    width = max(form.width, Double(leaves) * 92 + 12)
    canvas.write("<g>")
    height = (draw(chart.root, left: 6, right: width - 6, top: 6, connected: nil) + 6).rounded(.up)
    canvas.write("</g>")
  }

  private static func leaves(_ node: FlowChart.Node) -> Int {
    max(1, node.next.reduce(0) { $0 + leaves($1) })
  }

  private static func wrapped(_ lines: [String], within width: Double, firstIsBold: Bool) -> [(
    text: String, isBold: Bool
  )] {
    lines.enumerated().flatMap { index, line in
      let isBold = firstIsBold && index == 0
      return TextWidth.lines(line, within: width, size: isBold ? 13 : Self.size, isBold: isBold, most: 4).map {
        ($0, isBold)
      }
    }
  }

  private static func widest(_ lines: [(text: String, isBold: Bool)]) -> Double {
    lines.map { TextWidth.of($0.text, size: $0.isBold ? 13 : size, isBold: $0.isBold) }.max() ?? 0
  }

  /// - Parameter connected: where the way to this box begins.
  /// - Returns: the bottom of all that was drawn.
  private mutating func draw(
    _ node: FlowChart.Node, left: Double, right: Double, top: Double, connected: (x: Double, y: Double)?
  ) -> Double {
    let room = right - left
    // With those who left beside it, the way keeps to the left half.
    let middle = (left + right) / 2
    let most = min(room, 300)
    let lines = Self.wrapped(node.lines, within: most - 2 * Self.padding, firstIsBold: true)
    let boxWidth = min(most, max(90, Self.widest(lines) + 2 * Self.padding + 8))
    let boxHeight = Double(lines.count) * Self.line + 2 * Self.padding - 4
    if let connected { arrow(from: connected, to: (middle, top)) }
    box(lines, x: middle - boxWidth / 2, y: top, width: boxWidth, height: boxHeight, isCentred: true)
    var bottom = top + boxHeight
    var start = (x: middle, y: bottom)
    if !node.excluded.isEmpty { (bottom, start) = drawExcluded(node, middle, left: left, right: right, from: bottom) }
    guard !node.next.isEmpty else { return bottom }
    let next = max(bottom, start.y) + Self.gap + (node.next.count > 1 ? 8 : 0)
    let leaves = node.next.map(Self.leaves)
    let all = leaves.reduce(0, +)
    let usable = room - Self.between * Double(node.next.count - 1)
    var x = left
    var lowest = next
    if node.next.count > 1 {
      // One line down, one across, and arrows from it.
      let bar = next - 16
      canvas.path("way", .segment(start.x, start.y, start.x, bar))
      start.y = bar
    }
    var ends: [Double] = []
    for (child, count) in zip(node.next, leaves) {
      let width = usable * Double(count) / Double(all)
      let centre = x + width / 2
      ends.append(centre)
      let from = node.next.count > 1 ? (x: centre, y: start.y) : start
      lowest = max(lowest, draw(child, left: x, right: x + width, top: next, connected: from))
      x += width + Self.between
    }
    if let first = ends.first, let last = ends.last, ends.count > 1 {
      canvas.path("way", .segment(min(first, start.x), start.y, max(last, start.x), start.y))
    }
    return lowest
  }

  /// Beside the way where there is room, else on it.
  private mutating func drawExcluded(
    _ node: FlowChart.Node, _ middle: Double, left: Double, right: Double, from top: Double
  ) -> (bottom: Double, start: (x: Double, y: Double)) {
    let beside = right - middle - 30
    let isBeside = beside >= 130
    let most = isBeside ? beside : right - left
    let lines = Self.wrapped(node.excluded, within: most - 2 * Self.padding, firstIsBold: false)
    let width = min(most, Self.widest(lines) + 2 * Self.padding + 8)
    let height = Double(lines.count) * Self.line + 2 * Self.padding - 4
    let boxTop = top + (isBeside ? 12 : Self.gap)
    if isBeside {
      let y = boxTop + height / 2
      arrow(from: (middle, y), to: (middle + 30, y))
      box(lines, x: middle + 30, y: boxTop, width: width, height: height, isCentred: false)
      // The way goes on past them.
      canvas.path("way", .segment(middle, top, middle, boxTop + height))
      return (boxTop + height, (middle, boxTop + height))
    }
    arrow(from: (middle, top), to: (middle, boxTop))
    box(lines, x: middle - width / 2, y: boxTop, width: width, height: height, isCentred: false, isDashed: true)
    return (boxTop + height, (middle, boxTop + height))
  }

  private mutating func box(
    _ lines: [(text: String, isBold: Bool)], x: Double, y: Double, width: Double, height: Double, isCentred: Bool,
    isDashed: Bool = false
  ) {
    canvas.rectangle(isDashed ? "stage dashed" : "stage", x: x, y: y, width: width, height: height)
    var base = y + Self.padding + 10
    for line in lines {
      canvas.text(
        line.text, x: isCentred ? x + width / 2 : x + Self.padding, y: base, line.isBold ? .panel : .value,
        isCentred ? .middle : .start)
      base += Self.line
    }
  }

  private mutating func arrow(from: (x: Double, y: Double), to: (x: Double, y: Double)) {
    canvas.path("way", .segment(from.x, from.y, to.x, to.y))
    var head = SVGPath()
    head.move(to.x, to.y)
    if from.x == to.x {
      head.line(to.x - 4, to.y - 7)
      head.line(to.x + 4, to.y - 7)
    } else {
      head.line(to.x - 7, to.y - 4)
      head.line(to.x - 7, to.y + 4)
    }
    head.close()
    canvas.path("head", head)
  }
}
