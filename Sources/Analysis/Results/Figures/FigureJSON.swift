import Digests

/// Figures as JSON and back, in data units. What a figure does not have is left out.
extension Figure {
  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("type", "figure"), .init("caption", .string(caption)), .init("alternative", .string(alternative)),
    ]
    switch body {
    case .plot(let plot): members += plot.members
    case .flow(let flow): members.append(.init("flow", flow.root.json))
    }
    return .object(members + [.init("notes", .array(notes.map { .string($0) }))])
  }

  init?(json: JSONValue) {
    guard let caption = json["caption"]?.string, let alternative = json["alternative"]?.string,
      let notes = json["notes"]?.all({ $0.string })
    else { return nil }
    let body: Body
    if let flow = json["flow"] {
      guard let root = FlowChart.Node(json: flow, depth: 0) else { return nil }
      body = .flow(FlowChart(root: root))
    } else {
      guard let plot = Plot(json: json) else { return nil }
      body = .plot(plot)
    }
    self.init(caption: caption, alternative: alternative, body: body, notes: notes)
  }
}

extension FlowChart.Node {
  fileprivate var json: JSONValue {
    .object([
      .init("lines", .array(lines.map { .string($0) })), .init("excluded", .array(excluded.map { .string($0) })),
      .init("next", .array(next.map(\.json))),
    ])
  }

  fileprivate init?(json: JSONValue, depth: Int) {
    // A chart that somebody changed is drawn as well, and one without an end would exhaust the stack.
    guard depth < 64, let lines = json["lines"]?.all({ $0.string }),
      let excluded = json["excluded"]?.all({ $0.string }),
      let next = json["next"]?.all({ FlowChart.Node(json: $0, depth: depth + 1) })
    else { return nil }
    self.init(lines: lines, excluded: excluded, next: next)
  }
}

extension Figure.Plot {
  fileprivate var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("x", x.json), .init("y", y.json), .init("series", .array(series.map { .string($0) })),
      .init("panels", .array(panels.map(\.json))),
    ]
    if !columns.isEmpty {
      members.append(
        .init(
          "columns",
          .array(columns.map { ["title": .string($0.title), "cells": .array($0.cells.map(\.json))] })))
    }
    if let countTitle { members.append(.init("count_title", .string(countTitle))) }
    return members
  }

  fileprivate init?(json: JSONValue) {
    guard let x = json["x"].flatMap(Figure.Axis.init(json:)), let y = json["y"].flatMap(Figure.Axis.init(json:)),
      let series = json["series"]?.all({ $0.string }),
      let panels = json["panels"]?.all({ Figure.Panel(json: $0, series: series.count) })
    else { return nil }
    var columns: [Figure.TextColumn] = []
    if let written = json["columns"] {
      guard
        let read = written.all({ column -> Figure.TextColumn? in
          guard let title = column["title"]?.string, let cells = column["cells"]?.all(Figure.Axis.Tick.init(json:))
          else { return nil }
          return .init(title: title, cells: cells)
        })
      else { return nil }
      columns = read
    }
    self.init(x: x, y: y, series: series, panels: panels, columns: columns, countTitle: json["count_title"]?.string)
  }
}

extension Figure.Panel {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("title", title.map { .string($0) } ?? .null), .init("marks", .array(marks.map(\.json))),
    ]
    if let x { members.append(.init("x", x.json)) }
    if let y { members.append(.init("y", y.json)) }
    if !counts.isEmpty {
      members.append(
        .init(
          "counts",
          .array(
            counts.map { row in
              [
                "series": .integer(row.series),
                "cells": .array(row.cells.map { [.number($0.x), .integer($0.count)] }),
              ]
            })))
    }
    return .object(members)
  }

  fileprivate init?(json: JSONValue, series count: Int) {
    guard let marks = json["marks"]?.all({ Figure.Mark(json: $0, series: count) }) else { return nil }
    var counts: [Figure.Counts] = []
    if let written = json["counts"] {
      guard
        let read = written.all({ row -> Figure.Counts? in
          guard let series = row["series"]?.integer, (0..<max(count, 1)).contains(series),
            let cells = row["cells"]?.all({ cell -> (x: Double, count: Int)? in
              guard let parts = cell.array, parts.count == 2, let x = parts[0].finite, let n = parts[1].integer
              else { return nil }
              return (x, n)
            })
          else { return nil }
          return .init(series: series, cells: cells)
        })
      else { return nil }
      counts = read
    }
    let x = json["x"].flatMap(Figure.Axis.init(json:))
    let y = json["y"].flatMap(Figure.Axis.init(json:))
    guard (x == nil) == (json["x"] == nil), (y == nil) == (json["y"] == nil) else { return nil }
    self.init(title: json["title"]?.string, marks: marks, x: x, y: y, counts: counts)
  }
}

extension Figure.Axis {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("title", .string(title)), .init("low", .number(low)), .init("high", .number(high)),
      .init("logarithmic", .bool(scale == .logarithmic)), .init("ticks", .array(ticks.map(\.json))),
    ]
    if scale != .linear, scale != .logarithmic { members.append(.init("scale", .string(scale.rawValue))) }
    return .object(members)
  }

  fileprivate init?(json: JSONValue) {
    guard let title = json["title"]?.string, let low = json["low"]?.finite, let high = json["high"]?.finite,
      let isLogarithmic = json["logarithmic"]?.bool, let ticks = json["ticks"]?.all(Tick.init(json:))
    else { return nil }
    var scale: Scale = isLogarithmic ? .logarithmic : .linear
    if let written = json["scale"] {
      guard let own = written.string.flatMap(Scale.init(rawValue:)) else { return nil }
      scale = own
    }
    self.init(title: title, low: low, high: high, ticks: ticks, scale: scale)
  }
}

extension Figure.Axis.Tick {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = [.init("value", .number(value)), .init("label", .string(label))]
    if isHeading { members.append(.init("heading", .bool(true))) }
    return .object(members)
  }

  fileprivate init?(json: JSONValue) {
    guard let value = json["value"]?.finite, let label = json["label"]?.string else { return nil }
    self.init(value, label, isHeading: json["heading"]?.bool ?? false)
  }
}
