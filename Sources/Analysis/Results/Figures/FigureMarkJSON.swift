import Digests

extension Figure.Mark {
  var json: JSONValue {
    func object(_ type: String, _ series: Int?, _ key: String, _ items: [JSONValue]) -> JSONValue {
      .object(
        [.init("type", .string(type))] + (series.map { [.init("series", .integer($0))] } ?? [])
          + [.init(key, .array(items))])
    }
    func points(_ points: [Figure.Point]) -> [JSONValue] { points.map { [.number($0.x), .number($0.y)] } }
    func intervals(_ intervals: [Figure.Interval]) -> [JSONValue] {
      intervals.map { [.number($0.x), .number($0.low), .number($0.high)] }
    }
    func end(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    switch self {
    case .course(let line, let series): return object("course", series, "points", points(line))
    case .mean(let line, let series): return object("mean", series, "points", points(line))
    case .intervals(let items, let series): return object("intervals", series, "intervals", intervals(items))
    case .curve(let line, let series): return object("curve", series, "points", points(line))
    case .band(let items, let series): return object("band", series, "intervals", intervals(items))
    case .points(let items, let series): return object("points", series, "points", points(items))
    case .estimates(let items, let series):
      return object(
        "estimates", series, "estimates", items.map { [.number($0.y), .number($0.value), end($0.low), end($0.high)] })
    case .boxes(let items, let series):
      return object(
        "boxes", series, "boxes",
        items.map { box in
          let summary = [
            box.x, box.whiskers.lowerBound, box.quartiles.lowerBound, box.median, box.quartiles.upperBound,
            box.whiskers.upperBound,
          ]
          return .array([.array(summary.map { .number($0) }), .array(box.beyond.map { .number($0) })])
        })
    case .bars(let items, let series):
      return object("bars", series, "bars", items.map { [.number($0.from), .number($0.to), .number($0.height)] })
    case .tiles(let items):
      return object(
        "tiles", nil, "tiles", items.map { [.number($0.x), .number($0.y), .number($0.share), .string($0.label)] })
    case .reference(let line): return object("reference", nil, "points", points(line))
    case .smooth(let line): return object("smooth", nil, "points", points(line))
    }
  }

  /// Nil where the JSON is no mark of a figure with so many series.
  init?(json: JSONValue, series count: Int) {
    func numbers(_ key: String, _ size: Int) -> [[Double]]? {
      json[key]?.all { item in item.all { $0.finite }.flatMap { $0.count == size ? $0 : nil } }
    }
    func points() -> [Figure.Point]? { numbers("points", 2)?.map { .init(x: $0[0], y: $0[1]) } }
    func intervals() -> [Figure.Interval]? {
      numbers("intervals", 3)?.map { .init(x: $0[0], low: $0[1], high: $0[2]) }
    }
    let type = json["type"]?.string
    if type == "reference" || type == "smooth" {
      guard let line = points() else { return nil }
      self = type == "smooth" ? .smooth(line) : .reference(line)
      return
    }
    if type == "tiles" {
      guard let tiles = json["tiles"]?.all(Figure.Tile.init(json:)) else { return nil }
      self = .tiles(tiles)
      return
    }
    guard let series = json["series"]?.integer, (0..<max(count, 1)).contains(series) else { return nil }
    var mark: Figure.Mark?
    switch type {
    case "course": mark = points().map { .course($0, series: series) }
    case "mean": mark = points().map { .mean($0, series: series) }
    case "curve": mark = points().map { .curve($0, series: series) }
    case "points": mark = points().map { .points($0, series: series) }
    case "intervals": mark = intervals().map { .intervals($0, series: series) }
    case "band": mark = intervals().map { .band($0, series: series) }
    case "estimates":
      mark = json["estimates"]?.all(Figure.Estimate.init(json:)).map { .estimates($0, series: series) }
    case "boxes": mark = json["boxes"]?.all(Figure.Box.init(json:)).map { .boxes($0, series: series) }
    case "bars":
      mark = numbers("bars", 3).map { bars in
        .bars(bars.map { .init(from: $0[0], to: $0[1], height: $0[2]) }, series: series)
      }
    default: break
    }
    guard let mark else { return nil }
    self = mark
  }
}

extension Figure.Estimate {
  fileprivate init?(json: JSONValue) {
    guard let parts = json.array, parts.count == 4, let y = parts[0].finite, let value = parts[1].finite else {
      return nil
    }
    self.init(y: y, value: value, low: parts[2].finite, high: parts[3].finite)
  }
}

extension Figure.Box {
  fileprivate init?(json: JSONValue) {
    guard let parts = json.array, parts.count == 2, let summary = parts[0].all({ $0.finite }), summary.count == 6,
      let beyond = parts[1].all({ $0.finite }), summary[1] <= summary[5], summary[2] <= summary[4]
    else { return nil }
    self.init(
      x: summary[0], whiskers: summary[1]...summary[5], quartiles: summary[2]...summary[4], median: summary[3],
      beyond: beyond)
  }
}

extension Figure.Tile {
  fileprivate init?(json: JSONValue) {
    guard let parts = json.array, parts.count == 4, let x = parts[0].finite, let y = parts[1].finite,
      let share = parts[2].finite, (0...1).contains(share), let label = parts[3].string
    else { return nil }
    self.init(x: x, y: y, share: share, label: label)
  }
}
