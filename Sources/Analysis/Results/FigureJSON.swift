import Digests

/// Figures as JSON and back, in data units.
extension Figure {
  var json: JSONValue {
    .object([
      .init("type", "figure"), .init("caption", .string(caption)), .init("alternative", .string(alternative)),
      .init("x", x.json), .init("y", y.json), .init("series", .array(series.map { .string($0) })),
      .init(
        "panels",
        .array(
          panels.map { panel in
            ["title": panel.title.map { .string($0) } ?? .null, "marks": .array(panel.marks.map(\.json))]
          })),
      .init("notes", .array(notes.map { .string($0) })),
    ])
  }

  init?(json: JSONValue) {
    guard let caption = json["caption"]?.string, let alternative = json["alternative"]?.string,
      let x = json["x"].flatMap(Axis.init(json:)), let y = json["y"].flatMap(Axis.init(json:)),
      let series = json["series"]?.all({ $0.string }), let notes = json["notes"]?.all({ $0.string }),
      let panels = json["panels"]?.all({ panel -> Panel? in
        panel["marks"]?.all({ Mark(json: $0, series: series.count) }).map {
          Panel(title: panel["title"]?.string, marks: $0)
        }
      })
    else { return nil }
    self.init(
      caption: caption, alternative: alternative, x: x, y: y, series: series, panels: panels, notes: notes)
  }
}

extension Figure.Axis {
  fileprivate var json: JSONValue {
    [
      "title": .string(title), "low": .number(low), "high": .number(high), "logarithmic": .bool(isLogarithmic),
      "ticks": .array(ticks.map { ["value": .number($0.value), "label": .string($0.label)] }),
    ]
  }

  fileprivate init?(json: JSONValue) {
    guard let title = json["title"]?.string, let low = json["low"]?.finite, let high = json["high"]?.finite,
      let isLogarithmic = json["logarithmic"]?.bool,
      let ticks = json["ticks"]?.all({ tick -> (value: Double, label: String)? in
        guard let value = tick["value"]?.finite, let label = tick["label"]?.string else { return nil }
        return (value, label)
      })
    else { return nil }
    self.init(title: title, low: low, high: high, ticks: ticks, isLogarithmic: isLogarithmic)
  }
}

extension Figure.Mark {
  fileprivate var json: JSONValue {
    func points(_ points: [Figure.Point]) -> JSONValue { .array(points.map { [.number($0.x), .number($0.y)] }) }
    switch self {
    case .course(let line, let series): return ["type": "course", "series": .integer(series), "points": points(line)]
    case .mean(let line, let series): return ["type": "mean", "series": .integer(series), "points": points(line)]
    case .intervals(let intervals, let series):
      return [
        "type": "intervals", "series": .integer(series),
        "intervals": .array(intervals.map { [.number($0.x), .number($0.low), .number($0.high)] }),
      ]
    }
  }

  fileprivate init?(json: JSONValue, series count: Int) {
    guard let series = json["series"]?.integer, (0..<max(count, 1)).contains(series) else { return nil }
    func numbers(_ key: String, _ size: Int) -> [[Double]]? {
      json[key]?.all { item in item.all { $0.finite }.flatMap { $0.count == size ? $0 : nil } }
    }
    switch json["type"]?.string {
    case "course":
      guard let points = numbers("points", 2) else { return nil }
      self = .course(points.map { .init(x: $0[0], y: $0[1]) }, series: series)
    case "mean":
      guard let points = numbers("points", 2) else { return nil }
      self = .mean(points.map { .init(x: $0[0], y: $0[1]) }, series: series)
    case "intervals":
      guard let intervals = numbers("intervals", 3) else { return nil }
      self = .intervals(intervals.map { .init(x: $0[0], low: $0[1], high: $0[2]) }, series: series)
    default: return nil
    }
  }
}
