import Analysis

/// Draws a plot: axes, names and numbers; the marks are in `MarkDrawing`.
struct PlotDrawing {
  let layout: PlotLayout
  private(set) var canvas = Canvas()
  private var plot: Figure.Plot { layout.plot }

  init(_ plot: Figure.Plot, _ form: PlotLayout.Form) {
    layout = PlotLayout(plot, form)
    for title in layout.yTitle {
      canvas.text(
        title.text, x: title.x, y: title.y, .title, layout.isYTitleRotated ? .middle : .start,
        isRotated: layout.isYTitleRotated)
    }
    for entry in layout.legend { drawLegend(entry) }
    for (panel, frame) in zip(plot.panels, layout.frames) { draw(panel, frame) }
    drawDirectLabels()
    for title in layout.xTitle { canvas.text(title.text, x: title.x, y: title.y, .title, .middle) }
  }

  private mutating func draw(_ panel: Figure.Panel, _ frame: PlotLayout.Frame) {
    canvas.write("<g>")
    for (index, line) in frame.titleLines.enumerated() {
      let up = Double(frame.titleLines.count - 1 - index) * PlotLayout.line
      canvas.text(line, x: (frame.left + frame.right) / 2, y: frame.top - 8 - up, .panel, .middle)
    }
    let isTiled = panel.marks.contains { if case .tiles = $0 { true } else { false } }
    drawGrid(frame, isTiled: isTiled)
    drawYNames(frame)
    drawXNames(frame, isTiled: isTiled)
    let drawing = MarkDrawing(frame: frame, layout: layout, panel: panel)
    for mark in panel.marks { drawing.draw(mark, on: &canvas) }
    drawColumns(frame)
    drawCounts(panel, frame)
    canvas.write("</g>")
  }

  private mutating func drawGrid(_ frame: PlotLayout.Frame, isTiled: Bool) {
    guard !isTiled else { return }
    var grid = SVGPath()
    if frame.y.scale == .categories {
      for tick in frame.x.ticks where (frame.x.low...frame.x.high).contains(tick.value) {
        let x = frame.placeX(tick.value)
        grid.move(x, frame.top)
        grid.line(x, frame.bottom)
      }
    } else {
      for tick in frame.y.ticks {
        let y = frame.placeY(tick.value)
        grid.move(frame.left, y)
        grid.line(frame.right, y)
      }
    }
    canvas.path("grid", grid)
    var axis = SVGPath.segment(frame.left, frame.bottom, frame.right, frame.bottom)
    if frame.x.scale != .categories {
      for tick in frame.x.ticks {
        let x = frame.placeX(tick.value)
        axis.move(x, frame.bottom)
        axis.line(x, frame.bottom + 4)
      }
    }
    canvas.path("axis", axis)
  }

  private mutating func drawYNames(_ frame: PlotLayout.Frame) {
    guard frame.namesY else { return }
    let hasHeadings = frame.y.ticks.contains(where: \.isHeading)
    let most = layout.gutter - 8
    var last = Double.infinity
    for tick in frame.y.ticks {
      let y = frame.placeY(tick.value)
      if frame.y.scale == .categories {
        if layout.isStacked {
          let role: FigureLabel.Role = tick.isHeading ? .panel : .tick
          let text = TextWidth.shortened(
            tick.label, within: layout.right - frame.left, size: role.size, isBold: role.isBold)
          canvas.text(text, x: frame.left - 4, y: y - (tick.isHeading ? -4 : 6), role)
        } else if tick.isHeading {
          let room = frame.right - 6
          canvas.text(
            TextWidth.shortened(tick.label, within: room, size: 13, isBold: true), x: frame.left - layout.gutter,
            y: y + 4, .panel)
        } else {
          let indent = hasHeadings ? 12.0 : 0
          canvas.text(
            TextWidth.shortened(tick.label, within: most - indent, size: 12), x: frame.left - layout.gutter + indent,
            y: y + 4, .tick)
        }
      } else {
        // Names that would touch the one below are left out; their lines stay.
        guard last - y >= 13 else { continue }
        canvas.text(
          TextWidth.shortened(tick.label, within: most, size: 12), x: frame.left - 7, y: y + 4, .tick, .end)
        last = y
      }
    }
  }

  private mutating func drawXNames(_ frame: PlotLayout.Frame, isTiled: Bool) {
    guard frame.namesX else { return }
    let base = frame.bottom + (isTiled ? 15 : 17)
    if frame.x.scale == .categories {
      for (tick, lines) in zip(frame.x.ticks, layout.categoryLines) {
        let x = frame.placeX(tick.value)
        if layout.areCategoriesRotated {
          canvas.text(lines.first ?? "", x: x + 4, y: frame.bottom + 8, .tick, .end, isRotated: true)
        } else {
          for (index, line) in lines.enumerated() {
            canvas.text(line, x: x, y: base + 14 * Double(index), .tick, .middle)
          }
        }
      }
      return
    }
    for (tick, x) in Self.shown(frame, names: frame.x.ticks.map { ($0.value, $0.label) }, limit: layout.right) {
      canvas.text(tick, x: x, y: base, .tick, .middle)
    }
  }

  /// The names of ticks that fit beside each other: the first, and from there on each that leaves a gap.
  static func shown(
    _ frame: PlotLayout.Frame, names: [(value: Double, text: String)], limit: Double
  ) -> [(text: String, x: Double)] {
    var end = -Double.infinity
    var kept: [(text: String, x: Double)] = []
    for (value, text) in names {
      let half = TextWidth.of(text, size: 12) / 2
      let left = frame.left - PlotLayout.overhang + half
      let right = min(frame.right + PlotLayout.overhang, limit + 4) - half
      guard left <= right else { continue }
      let x = min(max(frame.placeX(value), left), right)
      guard x - half >= end + 6 else { continue }
      kept.append((text, x))
      end = x + half
    }
    return kept
  }

  private mutating func drawColumns(_ frame: PlotLayout.Frame) {
    for (column, edge) in zip(plot.columns, layout.columnEdges) {
      canvas.text(column.title, x: edge, y: frame.top - 8, .panel)
      for cell in column.cells {
        canvas.text(cell.label, x: edge, y: frame.placeY(cell.value) + (layout.isStacked ? 12 : 4), .value)
      }
    }
  }

  /// Rows of numbers under the ticks.
  private mutating func drawCounts(_ panel: Figure.Panel, _ frame: PlotLayout.Frame) {
    guard !panel.counts.isEmpty, let title = plot.countTitle else { return }
    var y = frame.bottom + 6 + layout.tickNamesHeight + 4
    let isFirst = frame.left == layout.frames.first?.left
    let start = layout.areCountsNamedAbove ? frame.left : 6.0
    if !plot.series.isEmpty {
      y += PlotLayout.countLine
      if isFirst || layout.areCountsNamedAbove { canvas.text(title, x: start, y: y - 5, .label) }
    }
    for series in layout.countRows(panel) {
      y += PlotLayout.countLine
      let name = plot.series.isEmpty ? title : layout.name(ofSeries: series)
      if layout.areCountsNamedAbove {
        canvas.text(
          TextWidth.shortened(name, within: frame.right - frame.left, size: 12), x: start, y: y - 5, .value)
        y += PlotLayout.countLine
      } else if isFirst {
        canvas.text(
          TextWidth.shortened(name, within: frame.left - PlotLayout.overhang - 9, size: 12), x: 6, y: y - 5, .value)
      }
      let cells = panel.counts.filter { $0.series == series }.flatMap(\.cells).map {
        ($0.x, NumberFormat.count($0.count))
      }
      for (text, x) in Self.shown(frame, names: cells, limit: layout.right) {
        canvas.text(text, x: x, y: y - 5, .value, .middle)
      }
    }
  }

  private mutating func drawLegend(_ entry: PlotLayout.Entry) {
    canvas.write("<g class=\"s\(entry.series % 8)\">")
    MarkDrawing.key(entry.series, plot, x: entry.x, y: entry.y, on: &canvas)
    canvas.text(entry.name, x: entry.x + 34, y: entry.y + 4, .label)
    canvas.write("</g>")
  }

  /// Names right of the frame, each as near to the end of its line as the others let it.
  private mutating func drawDirectLabels() {
    guard let frame = layout.frames.first, !layout.direct.isEmpty else { return }
    let wanted = layout.direct.map { (series: $0.series, name: $0.name, y: frame.placeY($0.last.y)) }
      .sorted { ($0.y, $0.series) < ($1.y, $1.series) }
    let places = Self.spread(wanted.map(\.y), apart: 17, within: (frame.top + 4)...(frame.bottom - 4))
    for (item, y) in zip(wanted, places) {
      canvas.write("<g class=\"s\(item.series % 8)\">")
      if (y - item.y).magnitude > 3 {
        canvas.path("leader", .segment(frame.right - 2, item.y, frame.right + 9, y))
      }
      canvas.text(item.name, x: frame.right + 12, y: y + 4, .label)
      canvas.write("</g>")
    }
  }

  /// Places as near as possible to ascending wishes, no two closer than `apart`: neighbours that touch move as one.
  static func spread(_ wishes: [Double], apart: Double, within range: ClosedRange<Double>) -> [Double] {
    var blocks: [(sum: Double, count: Int)] = []
    // Of a block, the place of its first is the mean of its members' wishes less their distance from it.
    for wish in wishes {
      blocks.append((min(max(wish, range.lowerBound), range.upperBound), 1))
      while blocks.count > 1 {
        let last = blocks[blocks.count - 1]
        let before = blocks[blocks.count - 2]
        let start = before.sum / Double(before.count)
        guard last.sum / Double(last.count) < start + Double(before.count) * apart else { break }
        blocks.removeLast(2)
        let moved = last.sum - Double(before.count * last.count) * apart
        blocks.append((before.sum + moved, before.count + last.count))
      }
    }
    var places: [Double] = []
    for block in blocks {
      let start = block.sum / Double(block.count)
      places += (0..<block.count).map { start + Double($0) * apart }
    }
    // What runs over an end is pushed back, all the way if need be.
    if let last = places.last, last > range.upperBound {
      var limit = range.upperBound
      for index in places.indices.reversed() {
        places[index] = min(places[index], limit)
        limit = places[index] - apart
      }
    }
    var limit = range.lowerBound
    for index in places.indices {
      places[index] = max(places[index], limit)
      limit = places[index] + apart
    }
    return places
  }
}
