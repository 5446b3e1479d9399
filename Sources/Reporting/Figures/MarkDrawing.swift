import Analysis

/// Draws the marks of one panel.
struct MarkDrawing {
  let frame: PlotLayout.Frame
  let layout: PlotLayout
  /// The series that have means, intervals or boxes in this panel: set side by side at one place.
  private let sideBySide: [Int]
  private let isCrowded: Bool
  private let hasBoxes: Bool

  init(frame: PlotLayout.Frame, layout: PlotLayout, panel: Figure.Panel) {
    self.frame = frame
    self.layout = layout
    var shown: Set<Int> = []
    var dots = 0
    var hasBoxes = false
    for mark in panel.marks {
      switch mark {
      case .mean(_, let series): shown.insert(series)
      case .boxes(_, let series):
        shown.insert(series)
        hasBoxes = true
      case .points(let points, _): dots += points.count
      default: break
      }
    }
    sideBySide = shown.sorted()
    isCrowded = dots > 400
    self.hasBoxes = hasBoxes
  }

  private func x(_ value: Double) -> Double { min(max(frame.placeX(value), frame.left), frame.right) }
  private func y(_ value: Double) -> Double { min(max(frame.placeY(value), frame.top), frame.bottom) }

  /// The room that a place on an axis of categories has.
  private var slot: Double { (frame.right - frame.left) / max(1, (frame.x.high - frame.x.low).magnitude) }

  /// From one series to the next at one place.
  private var apart: Double {
    guard frame.x.scale == .categories else { return 5 }
    return min(hasBoxes ? 46 : 16, slot * 0.84 / Double(max(1, sideBySide.count)))
  }

  private func shift(_ series: Int) -> Double {
    guard sideBySide.count > 1 else { return 0 }
    let place = Double(sideBySide.firstIndex(of: series) ?? 0) - Double(sideBySide.count - 1) / 2
    return place * apart
  }

  func draw(_ mark: Figure.Mark, on canvas: inout Canvas) {
    switch mark {
    case .course(let points, let series):
      var path = SVGPath.polyline(points.map { (x($0.x), y($0.y)) })
      // A course of one visit is a dot: a line of no length with round ends.
      if points.count == 1, let point = points.first { path.line(x(point.x), y(point.y)) }
      canvas.path(Self.courses[series % 8], path)
    case .mean(let points, let series):
      let places = points.map { (x: x($0.x) + shift(series), y: y($0.y)) }
      canvas.write("<g class=\"s\(series % 8)\">")
      if places.count > 1 { canvas.path("mean", .polyline(places)) }
      Self.markers(series, places, 4, on: &canvas)
      canvas.write("</g>")
    case .intervals(let intervals, let series):
      var path = SVGPath()
      for item in intervals {
        path.move(x(item.x) + shift(series), y(item.low))
        path.line(x(item.x) + shift(series), y(item.high))
      }
      canvas.path("interval s\(series % 8)", path)
    case .curve(let points, let series):
      canvas.path("curve s\(series % 8)", .polyline(points.map { (x($0.x), y($0.y)) }))
    case .band(let intervals, let series):
      var path = SVGPath.polyline(
        intervals.map { (x($0.x), y($0.high)) } + intervals.reversed().map { (x($0.x), y($0.low)) })
      if !intervals.isEmpty { path.close() }
      canvas.path("band s\(series % 8)", path)
    case .points(let points, let series): draw(points, series, on: &canvas)
    case .estimates(let estimates, let series): draw(estimates, series, on: &canvas)
    case .boxes(let boxes, let series): draw(boxes, series, on: &canvas)
    case .bars(let bars, let series):
      var path = SVGPath()
      for bar in bars {
        path.move(x(bar.from), y(0))
        path.line(x(bar.from), y(bar.height))
        path.line(x(bar.to), y(bar.height))
        path.line(x(bar.to), y(0))
        path.close()
      }
      canvas.path("bar s\(series % 8)", path)
    case .tiles(let tiles): draw(tiles, on: &canvas)
    case .reference(let line): canvas.path("reference", .polyline(line.map { (x($0.x), y($0.y)) }))
    case .smooth(let line): canvas.path("smooth", .polyline(line.map { (x($0.x), y($0.y)) }))
    }
  }

  private static let courses = (0..<8).map { "course s\($0)" }

  private func draw(_ points: [Figure.Point], _ series: Int, on canvas: inout Canvas) {
    if layout.plot.series.count > 1 {
      canvas.write("<g class=\"s\(series % 8)\">")
      Self.markers(series, points.map { (x($0.x), y($0.y)) }, isCrowded ? 2.2 : 3, on: &canvas)
      canvas.write("</g>")
      return
    }
    var path = SVGPath()
    for point in points {
      path.move(x(point.x), y(point.y))
      path.line(x(point.x), y(point.y))
    }
    canvas.path("\(isCrowded ? "dots small" : "dots") s\(series % 8)", path)
  }

  private func draw(_ estimates: [Figure.Estimate], _ series: Int, on canvas: inout Canvas) {
    let rows = (frame.y.high - frame.y.low).magnitude
    let isClose = (frame.bottom - frame.top) / max(1, rows) < 8
    let down = layout.isStacked ? 8.0 : 0
    var lines = SVGPath()
    var arrows = SVGPath()
    for item in estimates where item.low != nil || item.high != nil {
      let row = y(item.y) + down
      let low = item.low.map(frame.placeX) ?? -.infinity
      let high = item.high.map(frame.placeX) ?? .infinity
      let from = min(max(low, frame.left), frame.right)
      let to = min(max(high, frame.left), frame.right)
      lines.move(from, row)
      lines.line(to, row)
      // An interval that goes on beyond the axis says so.
      if low < frame.left - 0.5 {
        arrows.move(from + 6, row - 4)
        arrows.line(from, row)
        arrows.line(from + 6, row + 4)
      }
      if high > frame.right + 0.5 {
        arrows.move(to - 6, row - 4)
        arrows.line(to, row)
        arrows.line(to - 6, row + 4)
      }
    }
    canvas.path("\(isClose ? "interval thin" : "interval") s\(series % 8)", lines)
    canvas.path("interval s\(series % 8)", arrows)
    let shown = estimates.filter { (frame.left - 0.5...frame.right + 0.5).contains(frame.placeX($0.value)) }
    if isClose {
      var dots = SVGPath()
      for item in shown {
        dots.move(x(item.value), y(item.y))
        dots.line(x(item.value), y(item.y))
      }
      canvas.path("dots small s\(series % 8)", dots)
      return
    }
    canvas.write("<g class=\"s\(series % 8)\">")
    Self.markers(1, shown.map { (x($0.value), y($0.y) + down) }, 4, on: &canvas)
    canvas.write("</g>")
  }

  private func draw(_ boxes: [Figure.Box], _ series: Int, on canvas: inout Canvas) {
    let half = min(sideBySide.count > 1 ? apart * 0.42 : slot * 0.36, 26)
    canvas.write("<g class=\"s\(series % 8)\">")
    for box in boxes {
      let middle = x(box.x) + shift(series)
      let (low, high) = (y(box.quartiles.lowerBound), y(box.quartiles.upperBound))
      var whiskers = SVGPath.segment(middle, y(box.whiskers.lowerBound), middle, low)
      whiskers.move(middle, high)
      whiskers.line(middle, y(box.whiskers.upperBound))
      canvas.path("whisker", whiskers)
      canvas.rectangle("box", x: middle - half, y: high, width: 2 * half, height: low - high)
      canvas.path("median", .segment(middle - half, y(box.median), middle + half, y(box.median)))
    }
    if boxes.contains(where: { !$0.beyond.isEmpty }) {
      canvas.write("<g class=\"beyond\">")
      for box in boxes {
        for value in box.beyond { canvas.circle(x: x(box.x) + shift(series), y: y(value), radius: 2.2) }
      }
      canvas.write("</g>")
    }
    canvas.write("</g>")
  }

  private func draw(_ tiles: [Figure.Tile], on canvas: inout Canvas) {
    let rows = max(1, (frame.y.high - frame.y.low).magnitude)
    let height = (frame.bottom - frame.top) / rows
    for tile in tiles {
      // The least share is seen, and only all is darkest.
      let shade = tile.share == 0 ? 0 : max(1, min(10, Int(tile.share * 10)))
      let (middle, row) = (frame.placeX(tile.x), frame.placeY(tile.y))
      canvas.rectangle(
        "tile t\(shade)", x: middle - slot / 2 + 1, y: row - height / 2 + 1, width: slot - 2, height: height - 2)
      if TextWidth.of(tile.label, size: 12) <= slot - 4 {
        canvas.text(tile.label, x: middle, y: row + 4, shade > 5 ? .inverse : .value, .middle)
      }
    }
  }

  /// Shapes differ, so that series can be told apart without colour: filled for the first four, hollow for the others.
  /// What they look like is said once, of their group.
  static func markers(_ series: Int, _ places: [(x: Double, y: Double)], _ size: Double, on canvas: inout Canvas) {
    guard !places.isEmpty else { return }
    canvas.write(series % 8 < 4 ? "<g class=\"marker\">" : "<g class=\"marker hollow\">")
    for place in places { marker(series, place.x, place.y, size, on: &canvas) }
    canvas.write("</g>")
  }

  private static func marker(_ series: Int, _ x: Double, _ y: Double, _ size: Double, on canvas: inout Canvas) {
    var path = SVGPath()
    switch series % 4 {
    case 0:
      canvas.circle(x: x, y: y, radius: size)
      return
    case 1:
      path = .polyline([(x - size, y - size), (x + size, y - size), (x + size, y + size), (x - size, y + size)])
    case 2:
      path = .polyline([(x, y - 1.25 * size), (x + 1.2 * size, y + size), (x - 1.2 * size, y + size)])
    default:
      path = .polyline([(x, y - 1.4 * size), (x + 1.4 * size, y), (x, y + 1.4 * size), (x - 1.4 * size, y)])
    }
    path.close()
    canvas.path(path)
  }

  /// What stands before a series' name: a piece of what it is drawn with.
  static func key(_ series: Int, _ plot: Figure.Plot, x: Double, y: Double, on canvas: inout Canvas) {
    var hasMean = false
    var hasCurve = false
    var hasBox = false
    var hasPoints = false
    for mark in plot.panels.flatMap(\.marks) {
      switch mark {
      case .mean(let points, series):
        hasMean = true
        hasCurve = hasCurve || points.count > 1
      case .curve(_, series): hasCurve = true
      case .boxes(_, series): hasBox = true
      case .points(_, series): hasPoints = true
      default: break
      }
    }
    if hasBox {
      canvas.rectangle("box", x: x + 6, y: y - 6, width: 18, height: 12)
      canvas.path("median", .segment(x + 6, y, x + 24, y))
      return
    }
    if hasCurve || !(hasMean || hasPoints) { canvas.path("mean", .segment(x, y, x + 28, y)) }
    if hasMean || hasPoints { markers(series, [(x + 14, y)], hasMean ? 4 : 3, on: &canvas) }
  }
}
