import Analysis

/// Where everything of a plot stands: computed once, before anything is drawn, from the widths of its texts.
struct PlotLayout {
  let plot: Figure.Plot
  let form: Form
  private(set) var frames: [Frame] = []
  private(set) var height = 0.0
  /// Series named above the panels; empty where they are named at the ends of their lines.
  private(set) var legend: [Entry] = []
  /// Series named at the ends of their lines: the last point's place is in the frame.
  private(set) var direct: [(series: Int, name: String, last: Figure.Point)] = []
  private(set) var xTitle: [(text: String, x: Double, y: Double)] = []
  private(set) var yTitle: [(text: String, x: Double, y: Double)] = []
  private(set) var isYTitleRotated = false
  /// Left edges of columns of text, one after the other.
  private(set) var columnEdges: [Double] = []
  /// Names of rows stand above their marks, for want of room beside them.
  private(set) var isStacked = false
  /// Names of categories along x, in lines.
  private(set) var categoryLines: [[String]] = []
  private(set) var areCategoriesRotated = false
  /// Names of the rows of counts, where they fit left of the panels.
  private(set) var countNames: [String] = []
  private(set) var areCountsNamedAbove = false
  /// The series that have counts in some panel: each has a row in all.
  private(set) var countSeries: [Int] = []
  /// The widest name of a tick of y.
  private(set) var gutter = 0.0
  /// The end of what may be written on.
  var right: Double { form.width - 6 }

  static let line = 16.0
  static let countLine = 17.0
  private static let left = 6.0
  /// How far names of ticks and numbers may stand out beside a panel: less than half of what lies between two.
  static let overhang = 7.0
  private let mostLabel: Double

  init(_ plot: Figure.Plot, _ form: Form) {
    self.plot = plot
    self.form = form
    mostLabel = form == .wide ? 230 : 120
    let hasRows = plot.y.scale == .categories
    gutter = gutterWidth(hasRows: hasRows)
    var left = Self.left + gutter
    var rightEdge = right
    if !plot.columns.isEmpty { (left, rightEdge) = placeColumns(left) }
    direct = directLabels()
    if !direct.isEmpty {
      let width = direct.map { TextWidth.of($0.name, size: 12.5) }.max() ?? 0
      rightEdge -= width + 16
    }
    if plot.countTitle != nil { countSeries = Set(plot.panels.flatMap(\.counts).map(\.series)).sorted() }
    countNames = plot.series.isEmpty ? [plot.countTitle ?? ""] : countSeries.map(name(ofSeries:))
    if countSeries.isEmpty { countNames = [] }
    var top = 8.0
    if direct.isEmpty { top = placeLegend(top) }
    left = reserveForCounts(left)
    let rows = (plot.y.title.isEmpty || (hasRows && plot.y.ticks.isEmpty == false)) ? false : true
    let estimated = estimatedHeight(hasRows: hasRows)
    isYTitleRotated =
      rows && form == .wide && TextWidth.of(plot.y.title, size: 13) <= estimated && !hasCountsBetweenPanels
    if isYTitleRotated {
      left += 20
    } else if rows {
      for text in TextWidth.lines(plot.y.title, within: right - Self.left, size: 13, most: 2) {
        yTitle.append((text, Self.left, top + 10))
        top += Self.line
      }
      top += 4
    }
    if !plot.columns.isEmpty { top += 18 }
    let bottom = placePanels(left: left, right: rightEdge, top: top, hasRows: hasRows)
    finish(bottom, left: left, right: rightEdge)
  }

  // MARK: Left

  private func gutterWidth(hasRows: Bool) -> Double {
    var widest = 0.0
    for axis in [plot.y] + plot.panels.compactMap(\.y) {
      for tick in axis.ticks {
        let width =
          TextWidth.of(tick.label, size: 12, isBold: tick.isHeading)
          + (hasRows && !tick.isHeading && axis.ticks.contains(where: \.isHeading) ? 12 : 0)
        // Headings may run into the frame, where nothing stands beside them.
        if !tick.isHeading { widest = max(widest, width) }
      }
    }
    return widest == 0 ? 8 : min(widest, mostLabel) + 8.01
  }

  private mutating func placeColumns(_ left: Double) -> (Double, Double) {
    let widths = plot.columns.map { column in
      max(
        TextWidth.of(column.title, size: 12, isBold: true),
        column.cells.map { TextWidth.of($0.label, size: 12) }.max() ?? 0)
    }
    var left = left
    let total = widths.reduce(0) { $0 + $1 + 14 }
    if form.width - left - total < form.width * 0.3 {
      isStacked = true
      left = Self.left + 4
    }
    var edge = right - total + 14
    // Too wide for this form by themselves: what is last and least goes first.
    var kept = widths.count
    while kept > 1, edge < form.width * 0.4 {
      kept -= 1
      edge += widths[kept] + 14
    }
    for width in widths[..<kept] {
      columnEdges.append(edge)
      edge += width + 14
    }
    return (left, (columnEdges.first ?? right) - 14)
  }

  /// The series whose counts have a row under a panel: all of them where one column of names is for all panels.
  func countRows(_ panel: Figure.Panel) -> [Int] {
    let own = panel.counts.map(\.series)
    return areCountsNamedAbove ? countSeries.filter(own.contains) : own.isEmpty ? [] : countSeries
  }

  func name(ofSeries index: Int) -> String { plot.series.indices.contains(index) ? plot.series[index] : "" }

  /// Names of rows of counts between rows of panels would run into a title at their side.
  private var hasCountsBetweenPanels: Bool {
    !countSeries.isEmpty && plot.panels.count > columns(max(1, plot.panels.count))
  }

  /// Half of the widest number of counts, which reaches left of the panel.
  private var countOverhang: Double {
    let counts = plot.panels.flatMap(\.counts).flatMap(\.cells)
    return counts.map { TextWidth.of(NumberFormat.count($0.count), size: 12) / 2 }.max() ?? 0
  }

  private mutating func reserveForCounts(_ left: Double) -> Double {
    let widest = countNames.map { TextWidth.of($0, size: 12) }.max() ?? 0
    let needed = Self.left + widest + 8 + min(countOverhang, Self.overhang)
    // Above their numbers, where they would take the marks' room.
    if needed > form.width * 0.22 { areCountsNamedAbove = !countNames.isEmpty && !plot.series.isEmpty }
    return areCountsNamedAbove ? left : max(left, min(needed, form.width * 0.3))
  }

  // MARK: Names of series

  /// At the ends of lines: in one wide panel whose lines all reach the right.
  private func directLabels() -> [(series: Int, name: String, last: Figure.Point)] {
    guard form == .wide, plot.panels.count == 1, plot.columns.isEmpty, (2...6).contains(plot.series.count),
      plot.x.scale != .categories
    else { return [] }
    var ends: [(series: Int, name: String, last: Figure.Point)] = []
    for (index, name) in plot.series.enumerated() {
      guard TextWidth.of(name, size: 12.5) <= 150 else { return [] }
      var last: Figure.Point?
      for mark in plot.panels[0].marks {
        switch mark {
        case .mean(let points, index), .curve(let points, index): last = points.max { $0.x < $1.x } ?? last
        default: break
        }
      }
      guard let last, last.x - plot.x.low >= 0.85 * (plot.x.high - plot.x.low) else { return [] }
      ends.append((index, name, last))
    }
    return ends
  }

  private mutating func placeLegend(_ top: Double) -> Double {
    guard !plot.series.isEmpty else { return top }
    var x = Self.left
    var y = top + 10
    for (index, name) in plot.series.enumerated() {
      let shown = TextWidth.shortened(name, within: right - Self.left - 40, size: 12.5)
      let width = 34 + TextWidth.of(shown, size: 12.5)
      if x > Self.left, x + width > right {
        x = Self.left
        y += 20
      }
      legend.append(Entry(series: index, x: x, y: y, name: shown))
      x += width + 20
    }
    return y + 16
  }

  // MARK: Panels

  private func columns(_ count: Int) -> Int {
    let hasOwnX = plot.panels.contains { $0.x != nil }
    if form == .narrow { return count >= 4 && !hasOwnX ? 2 : 1 }
    switch count {
    case ...3: return max(1, count)
    case 4: return 2
    case 5, 6, 9: return 3
    default: return 4
    }
  }

  private func frameHeight(hasRows: Bool, rows: Int, _ axis: Figure.Axis) -> Double {
    if hasRows {
      let count = max(1, (axis.high - axis.low).magnitude)
      let isTiled = plot.x.scale == .categories
      // More rows than can be named are drawn closely.
      if axis.ticks.isEmpty { return min(440, max(160, count * 4)) }
      return count * (isTiled ? 28 : isStacked ? 40 : 23)
    }
    if form == .narrow { return columns(plot.panels.count) == 1 ? 210 : 150 }
    return rows == 1 ? 300 : rows == 2 ? 210 : 170
  }

  private func estimatedHeight(hasRows: Bool) -> Double {
    let count = max(1, plot.panels.count)
    let across = columns(count)
    let rows = (count + across - 1) / across
    return Double(rows) * frameHeight(hasRows: hasRows, rows: rows, plot.y) + Double(rows - 1) * 40
  }

  private mutating func placePanels(left: Double, right: Double, top: Double, hasRows: Bool) -> Double {
    let count = max(1, plot.panels.count)
    let across = columns(count)
    let down = (count + across - 1) / across
    let hasOwnX = plot.panels.contains { $0.x != nil }
    let hasOwnY = plot.panels.contains { $0.y.map { !$0.ticks.isEmpty } ?? false }
    let gap = form == .wide ? 22.0 : 16
    let gutters = hasOwnY ? Double(across - 1) * gutter : 0
    let width = (right - left - gap * Double(across - 1) - gutters) / Double(across)
    var bottom = top
    for row in 0..<down {
      let members = (row * across)..<min(count, (row + 1) * across)
      let titles = members.map { index in
        plot.panels.indices.contains(index)
          ? plot.panels[index].title.map { TextWidth.lines($0, within: width, size: 13, isBold: true, most: 2) } ?? []
          : []
      }
      let lines = titles.map(\.count).max() ?? 0
      let frameTop = bottom + Double(lines) * Self.line + (lines > 0 ? 4 : 0)
      var next = frameTop
      for (column, index) in members.enumerated() {
        let panel = plot.panels.indices.contains(index) ? plot.panels[index] : nil
        let x = panel?.x ?? plot.x
        let y = panel?.y ?? plot.y
        let frameLeft = left + Double(column) * (width + gap + (hasOwnY ? gutter : 0))
        let hasBelow = index + across < count
        let frame = Frame(
          left: frameLeft, right: frameLeft + width, top: frameTop,
          bottom: frameTop + frameHeight(hasRows: hasRows, rows: down, y), x: x, y: y, titleLines: titles[column],
          namesX: hasOwnX || !hasBelow || !(panel?.counts.isEmpty ?? true), namesY: hasOwnY || column == 0)
        if categoryLines.isEmpty, x.scale == .categories { placeCategories(x, width) }
        frames.append(frame)
        next = max(next, frame.bottom + underneath(frame, panel))
      }
      bottom = next + (row < down - 1 ? 14 : 0)
    }
    return bottom
  }

  /// What stands below a frame: names of ticks and rows of counts.
  private func underneath(_ frame: Frame, _ panel: Figure.Panel?) -> Double {
    var height = 6.0
    if frame.namesX { height += tickNamesHeight }
    let counts = panel.map { countRows($0).count } ?? 0
    if counts > 0 {
      height +=
        Double(counts) * Self.countLine * (areCountsNamedAbove ? 2 : 1) + (plot.series.isEmpty ? 0 : Self.countLine)
      height += 4
    }
    return height
  }

  /// How far the names of the ticks of x reach down from the frame.
  var tickNamesHeight: Double {
    guard plot.x.scale == .categories, !categoryLines.isEmpty else { return 18 }
    if areCategoriesRotated {
      return 12 + (categoryLines.map { TextWidth.of($0.first ?? "", size: 12) }.max() ?? 0)
    }
    return 4 + Double(categoryLines.map(\.count).max() ?? 1) * 14
  }

  private mutating func placeCategories(_ axis: Figure.Axis, _ width: Double) {
    let slot = width / max(1, (axis.high - axis.low).magnitude) - 4
    let lines = axis.ticks.map { TextWidth.lines($0.label, within: slot, size: 12, most: 3) }
    let isCut = lines.contains { $0.contains { $0.hasSuffix("…") } }
    areCategoriesRotated = isCut
    categoryLines = isCut ? axis.ticks.map { [TextWidth.shortened($0.label, within: 140, size: 12)] } : lines
  }

  private mutating func finish(_ bottom: Double, left: Double, right: Double) {
    var bottom = bottom
    if !plot.x.title.isEmpty {
      let centre = ((frames.first?.left ?? left) + (frames.map(\.right).max() ?? right)) / 2
      for text in TextWidth.lines(plot.x.title, within: right - Self.left, size: 13, most: 2) {
        // Centred under the panels, but not beyond the edges.
        let half = TextWidth.of(text, size: 13) / 2
        xTitle.append((text, min(max(centre, Self.left + half), self.right - half), bottom + 12))
        bottom += Self.line
      }
      bottom += 2
    }
    if isYTitleRotated {
      let top = frames.map(\.top).min() ?? 0
      let low = frames.map(\.bottom).max() ?? 0
      let half = TextWidth.of(plot.y.title, size: 13) / 2
      yTitle.append(
        (plot.y.title, max(Self.left + 10, (frames.first?.left ?? left) - gutter - 5), max((top + low) / 2, half + 4)))
    }
    height = (bottom + 6).rounded(.up)
  }
}
