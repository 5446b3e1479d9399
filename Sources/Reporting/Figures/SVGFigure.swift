import Analysis
import Tables

/// A figure value as SVG: presentational attributes and classes only, so that a page's policy can forbid the rest.
struct SVGFigure {
  private static let width = 720.0
  private static let height = 420.0
  private static let left = 66.0
  private static let right = 14.0
  private static let bottom = 52.0

  private let figure: Figure
  private let top: Double
  /// Where each series stands in the legend: its left edge and its row.
  private let places: [(x: Double, row: Int)]
  /// What both forms of the figure hold, drawn once.
  private var content = ""

  init(_ figure: Figure) {
    self.figure = figure
    places = Self.legendPlaces(figure.series)
    let rows = places.last.map { $0.row + 1 } ?? 0
    top = 14 + 22 * Double(rows) + (figure.panels.contains { $0.title != nil } ? 22 : 0)
    content = drawn()
  }

  /// Entries from left to right, a new row where one does not fit.
  private static func legendPlaces(_ series: [String]) -> [(x: Double, row: Int)] {
    var x = left
    var row = 0
    return series.map { name in
      // Letters of this size are about 6.7 wide on average; better too much room than too little.
      let needed = 56 + 6.7 * Double(name.count)
      if x > left, x + needed > width - right {
        x = left
        row += 1
      }
      defer { x += needed }
      return (x, row)
    }
  }

  /// A file of its own, with its colours inside it.
  var standalone: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(namespace: true, style: "<style>\(FigureStyle.css)</style>")
  }

  /// For a page that carries the colours itself.
  var inline: String { svg(namespace: false, style: "") }

  private func svg(namespace: Bool, style: String) -> String {
    let xmlns = namespace ? " xmlns=\"http://www.w3.org/2000/svg\"" : ""
    let size = namespace ? " width=\"\(Self.text(Self.width))\" height=\"\(Self.text(Self.height))\"" : ""
    var text =
      "<svg\(xmlns) class=\"figure\"\(size) viewBox=\"0 0 \(Self.text(Self.width)) \(Self.text(Self.height))\" role=\"img\">"
    text += "<title>\(Escape.html(figure.caption))</title><desc>\(Escape.html(figure.alternative))</desc>\(style)"
    text += "<rect class=\"ground\" width=\"\(Self.text(Self.width))\" height=\"\(Self.text(Self.height))\"/>"
    return text + content + "</svg>\n"
  }

  private func drawn() -> String {
    var text = legend
    for (index, panel) in figure.panels.enumerated() { text += draw(panel, index) }
    let middle = (top + Self.height - Self.bottom) / 2
    text +=
      "<text class=\"title\" text-anchor=\"middle\" transform=\"translate(16 \(Self.text(middle))) rotate(-90)\">\(Escape.html(figure.y.title))</text>"
    let centre = (Self.left + Self.width - Self.right) / 2
    text +=
      "<text class=\"title\" text-anchor=\"middle\" x=\"\(Self.text(centre))\" y=\"\(Self.text(Self.height - 10))\">\(Escape.html(figure.x.title))</text>"
    return text
  }

  private var legend: String {
    zip(figure.series.indices, figure.series).map { index, name in
      let (x, row) = places[index]
      let y = 18 + 22 * Double(row)
      let line = "<path class=\"mean\" d=\"M\(Self.text(x)) \(Self.text(y))h26\"/>\(marker(index, x + 13, y))"
      let label =
        "<text class=\"label\" x=\"\(Self.text(x + 32))\" y=\"\(Self.text(y + 4))\">\(Escape.html(name))</text>"
      return "<g class=\"s\(index % 8)\">\(line)\(label)</g>"
    }.joined()
  }

  private struct Frame {
    let left, right, top, bottom: Double
  }

  private func draw(_ panel: Figure.Panel, _ index: Int) -> String {
    let count = Double(figure.panels.count)
    let gap = 30.0
    let width = (Self.width - Self.left - Self.right - gap * (count - 1)) / count
    let left = Self.left + Double(index) * (width + gap)
    let frame = Frame(left: left, right: left + width, top: top, bottom: Self.height - Self.bottom)
    var text = "<g>"
    if let title = panel.title {
      text +=
        "<text class=\"panel\" text-anchor=\"middle\" x=\"\(Self.text((frame.left + frame.right) / 2))\" y=\"\(Self.text(frame.top - 7))\">\(Escape.html(title))</text>"
    }
    for tick in figure.y.ticks {
      let y = Self.text(position(tick.value, figure.y, frame.bottom, frame.top))
      text += "<path class=\"grid\" d=\"M\(Self.text(frame.left)) \(y)H\(Self.text(frame.right))\"/>"
      if index == 0 {
        text +=
          "<text class=\"tick\" text-anchor=\"end\" dominant-baseline=\"middle\" x=\"\(Self.text(frame.left - 7))\" y=\"\(y)\">\(Escape.html(tick.label))</text>"
      }
    }
    for tick in figure.x.ticks {
      let x = Self.text(position(tick.value, figure.x, frame.left, frame.right))
      text += "<path class=\"axis\" d=\"M\(x) \(Self.text(frame.bottom))v5\"/>"
      text +=
        "<text class=\"tick\" text-anchor=\"middle\" x=\"\(x)\" y=\"\(Self.text(frame.bottom + 18))\">\(Escape.html(tick.label))</text>"
    }
    text +=
      "<path class=\"axis\" d=\"M\(Self.text(frame.left)) \(Self.text(frame.bottom))H\(Self.text(frame.right))\"/>"
    let shown = Set(
      panel.marks.compactMap { mark in if case .mean(_, let series) = mark { series } else { nil } }
    ).sorted()
    for mark in panel.marks { text += draw(mark, frame, shown) }
    return text + "</g>"
  }

  /// - Parameter shown: the series that have means in this panel.
  private func draw(_ mark: Figure.Mark, _ frame: Frame, _ shown: [Int]) -> String {
    func x(_ value: Double) -> Double { position(value, figure.x, frame.left, frame.right) }
    func y(_ value: Double) -> Double { position(value, figure.y, frame.bottom, frame.top) }
    func line(_ points: [Figure.Point]) -> String {
      "M" + points.map { "\(Self.text(x($0.x))) \(Self.text(y($0.y)))" }.joined(separator: "L")
    }
    // Means and intervals of several series at one place are set side by side.
    func shift(_ series: Int) -> Double {
      let place = Double(shown.firstIndex(of: series) ?? 0)
      return (place - Double(max(1, shown.count) - 1) / 2) * 6
    }
    switch mark {
    case .course(let points, let series):
      // A course of one visit is a dot: a line of no length with round ends.
      let path = points.count == 1 ? line(points) + "h0" : line(points)
      return "<path class=\"course s\(series % 8)\" d=\"\(path)\"/>"
    case .mean(let points, let series):
      let places = points.map { (x: x($0.x) + shift(series), y: y($0.y)) }
      let path = "M" + places.map { "\(Self.text($0.x)) \(Self.text($0.y))" }.joined(separator: "L")
      return "<g class=\"s\(series % 8)\"><path class=\"mean\" d=\"\(path)\"/>"
        + places.map { marker(series, $0.x, $0.y) }.joined() + "</g>"
    case .intervals(let intervals, let series):
      let bars = intervals.map { item in
        let x = Self.text(x(item.x) + shift(series))
        return "M\(x) \(Self.text(y(item.low)))V\(Self.text(y(item.high)))"
      }
      return "<path class=\"interval s\(series % 8)\" d=\"\(bars.joined())\"/>"
    }
  }

  /// Shapes differ, so that series can be told apart without colour.
  private func marker(_ series: Int, _ x: Double, _ y: Double) -> String {
    let a = Self.text(x)
    let b = Self.text(y)
    switch series % 4 {
    case 0: return "<circle class=\"marker\" cx=\"\(a)\" cy=\"\(b)\" r=\"4\"/>"
    case 1: return "<path class=\"marker\" d=\"M\(Self.text(x - 4)) \(Self.text(y - 4))h8v8h-8z\"/>"
    case 2: return "<path class=\"marker\" d=\"M\(a) \(Self.text(y - 5))l5 9h-10z\"/>"
    default: return "<path class=\"marker\" d=\"M\(a) \(Self.text(y - 5.5))l5.5 5.5l-5.5 5.5l-5.5 -5.5z\"/>"
    }
  }

  private func position(_ value: Double, _ axis: Figure.Axis, _ from: Double, _ to: Double) -> Double {
    func scale(_ value: Double) -> Double { axis.isLogarithmic ? Elementary.log10(value) : value }
    let low = scale(axis.low)
    let high = scale(axis.high)
    return from + (scale(value) - low) / (high - low) * (to - from)
  }

  /// A coordinate with at most two decimals.
  private static func text(_ value: Double) -> String {
    // Only results that somebody changed lead anywhere so far out, and `verify --rerender` draws those as well.
    let within = value.isNaN ? 0 : min(max(value, -1e6), 1e6)
    let rounded = (within * 100).rounded() / 100
    return rounded == rounded.rounded() ? String(Int(rounded)) : rounded.description
  }
}
