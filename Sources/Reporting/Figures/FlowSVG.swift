import Analysis

/// A picture that stands in a page, or in a file of its own.
protocol Drawing {
  /// A file of its own, with its colours inside it.
  var standalone: String { get }
  /// For a page that carries the colours itself.
  var inline: String { get }
}

extension SVGFigure: Drawing {}

/// A participant flow as SVG: boxes from top to bottom, at their right what left, the groups at the bottom. It uses the
/// classes of figures, so that it looks like them in light and dark.
struct FlowSVG: Drawing {
  private static let width = 720.0
  private static let line = 18.0
  private static let padding = 10.0
  private static let gap = 26.0
  /// Letters of this size are about 6.7 wide on average; better too much room than too little.
  private static let letter = 6.9

  private let diagram: FlowDiagram
  private var content = ""
  private var height = 0.0

  init(_ diagram: FlowDiagram) {
    self.diagram = diagram
    draw()
  }

  var standalone: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(namespace: true, style: "<style>\(FigureStyle.css)</style>")
  }

  var inline: String { svg(namespace: false, style: "") }

  private func svg(namespace: Bool, style: String) -> String {
    let (width, height) = (Self.text(Self.width), Self.text(self.height))
    let xmlns = namespace ? " xmlns=\"http://www.w3.org/2000/svg\"" : ""
    let size = namespace ? " width=\"\(width)\" height=\"\(height)\"" : ""
    return "<svg\(xmlns) class=\"figure\"\(size) viewBox=\"0 0 \(width) \(height)\" role=\"img\">"
      + "<title>\(Escape.html(diagram.caption))</title><desc>\(Escape.html(diagram.alternative))</desc>\(style)"
      + "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>\(content)</svg>\n"
  }

  private struct Box {
    let left: Double
    let width: Double
    let lines: [String]

    var middle: Double { left + width / 2 }
    var height: Double { Double(lines.count) * FlowSVG.line + 2 * FlowSVG.padding - 4 }

    init(left: Double, width: Double, texts: [String]) {
      self.left = left
      self.width = width
      lines = texts.flatMap { FlowSVG.wrapped($0, to: width - 2 * FlowSVG.padding) }
    }
  }

  private mutating func draw() {
    // Without exclusions at the right the column stands in the middle.
    let hasSide = diagram.stages.contains { !$0.exclusions.isEmpty }
    let width = 330.0
    let left = hasSide ? 4.0 : (Self.width - width) / 2
    var y = 4.0
    for (index, stage) in diagram.stages.enumerated() {
      let box = Box(left: left, width: width, texts: [stage.title, "n = \(NumberFormat.count(stage.count))"])
      add(box, at: y, isCentred: true)
      let bottom = y + box.height
      guard index + 1 < diagram.stages.count else {
        y = bottom
        break
      }
      var next = bottom + Self.gap
      if !stage.exclusions.isEmpty {
        let total = stage.exclusions.map(\.count).reduce(0, +)
        let texts =
          ["Left out (n = \(NumberFormat.count(total)))"]
          + stage.exclusions.map { "\(NumberFormat.count($0.count))  \($0.reason)" }
        let sideLeft = left + width + 46
        let side = Box(left: sideLeft, width: Self.width - 4 - sideLeft, texts: texts)
        let top = bottom + Self.gap / 2
        add(side, at: top, isCentred: false)
        arrow(from: (box.middle, top + side.height / 2), to: (sideLeft, top + side.height / 2))
        next = top + side.height + Self.gap / 2
      }
      arrow(from: (box.middle, bottom), to: (box.middle, next))
      y = next
    }
    height = y + 4
    guard !diagram.groups.isEmpty else { return }
    drawGroups(from: (left + width / 2, y))
  }

  private mutating func drawGroups(from start: (x: Double, y: Double)) {
    let boxes = Self.row(diagram.groups, left: 4, width: Self.width - 8)
    let top = start.y + 2 * Self.gap
    branch(from: start, to: boxes, at: top)
    let heights = boxes.map(\.height).max() ?? 0
    for box in boxes { add(box, at: top, height: heights, isCentred: true) }
    height = top + heights + 4
    let second = height - 4 + 2 * Self.gap
    for (group, box) in zip(diagram.groups, boxes) where !group.groups.isEmpty {
      let inner = Self.row(group.groups, left: box.left, width: box.width)
      branch(from: (box.middle, top + heights), to: inner, at: second)
      let innerHeight = inner.map(\.height).max() ?? 0
      for box in inner { add(box, at: second, height: innerHeight, isCentred: true) }
      height = max(height, second + innerHeight + 4)
    }
  }

  private static func row(_ groups: [FlowDiagram.Group], left: Double, width: Double) -> [Box] {
    let space = 12.0
    let each = (width - space * Double(groups.count - 1)) / Double(max(1, groups.count))
    return groups.enumerated().map { index, group in
      Box(
        left: left + Double(index) * (each + space), width: max(each, 30),
        texts: [group.title, "n = \(NumberFormat.count(group.count))"])
    }
  }

  private mutating func add(_ box: Box, at y: Double, height: Double? = nil, isCentred: Bool) {
    let size = height ?? box.height
    content +=
      "<path class=\"axis\" d=\"M\(Self.text(box.left)) \(Self.text(y))h\(Self.text(box.width))v\(Self.text(size))h-\(Self.text(box.width))z\"/>"
    let x = isCentred ? box.middle : box.left + Self.padding
    let anchor = isCentred ? " text-anchor=\"middle\"" : ""
    for (index, line) in box.lines.enumerated() {
      let baseline = y + Self.padding + Double(index) * Self.line + 11
      content +=
        "<text class=\"label\"\(anchor) x=\"\(Self.text(x))\" y=\"\(Self.text(baseline))\">\(Escape.html(line))</text>"
    }
  }

  /// Down, across and down to each box.
  private mutating func branch(from start: (x: Double, y: Double), to boxes: [Box], at top: Double) {
    let level = (start.y + top) / 2
    guard let first = boxes.first, let last = boxes.last else { return }
    content += "<path class=\"axis\" d=\"M\(Self.text(start.x)) \(Self.text(start.y))V\(Self.text(level))\"/>"
    let (left, right) = (min(first.middle, start.x), max(last.middle, start.x))
    if left < right {
      content += "<path class=\"axis\" d=\"M\(Self.text(left)) \(Self.text(level))H\(Self.text(right))\"/>"
    }
    for box in boxes { arrow(from: (box.middle, level), to: (box.middle, top)) }
  }

  private mutating func arrow(from start: (x: Double, y: Double), to end: (x: Double, y: Double)) {
    let (x, y) = (Self.text(end.x), Self.text(end.y))
    let head = start.x == end.x ? "m-4 -7l4 7l4 -7" : "m-7 -4l7 4l-7 4"
    content += "<path class=\"axis\" d=\"M\(Self.text(start.x)) \(Self.text(start.y))L\(x) \(y)\(head)\"/>"
  }

  /// Lines that fit, broken between words; a word that is too long stands alone.
  private static func wrapped(_ text: String, to width: Double) -> [String] {
    let limit = max(4, Int(width / letter))
    var lines: [String] = []
    for word in text.split(separator: " ") {
      guard let last = lines.last, last.count + 1 + word.count <= limit else {
        lines.append(String(word))
        continue
      }
      lines[lines.count - 1] = "\(last) \(word)"
    }
    return lines.isEmpty ? [""] : lines
  }

  private static func text(_ value: Double) -> String {
    let rounded = (value * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : rounded.description
  }
}
