import Digests

/// Exhibits as JSON and back: a figure's marks in data units, a table's cells as values with their decimals.
extension Exhibit {
  public var json: JSONValue {
    switch self {
    case .statement(let text): return ["type": "statement", "text": .string(text)]
    case .passage(let passage):
      return [
        "type": "passage", "title": .string(passage.title),
        "text": .array(passage.paragraphs.map { .string($0) }), "folded": .bool(passage.isFolded),
      ]
    case .table(let table):
      return .object([
        .init("type", "table"), .init("caption", .string(table.caption)),
        .init("headings", .array(table.headings.map { ["text": .string($0.text), "numeric": .bool($0.isNumeric)] })),
        .init(
          "rows",
          .array(table.rows.map { ["indent": .integer($0.indent), "cells": .array($0.cells.map(\.json))] })),
        .init("notes", .array(table.notes.map { .string($0) })),
      ])
    case .figure(let figure): return figure.json
    }
  }

  /// Nil where the JSON is no exhibit.
  public init?(json: JSONValue) {
    switch json["type"]?.string {
    case "statement":
      guard let text = json["text"]?.string else { return nil }
      self = .statement(text)
    case "passage":
      guard let title = json["title"]?.string, let text = json["text"]?.all({ $0.string }),
        let isFolded = json["folded"]?.bool
      else { return nil }
      self = .passage(Passage(title, text, isFolded: isFolded))
    case "figure":
      guard let figure = Figure(json: json) else { return nil }
      self = .figure(figure)
    case "table":
      guard let caption = json["caption"]?.string, let notes = json["notes"]?.all({ $0.string }),
        let headings = json["headings"]?.all({ item -> TableExhibit.Heading? in
          guard let text = item["text"]?.string, let isNumeric = item["numeric"]?.bool else { return nil }
          return .init(text, isNumeric: isNumeric)
        }),
        let rows = json["rows"]?.all({ item -> TableExhibit.Row? in
          guard let indent = item["indent"]?.integer, let cells = item["cells"]?.all(TableCell.init(json:)),
            cells.count == headings.count
          else { return nil }
          return .init(cells, indent: indent)
        })
      else { return nil }
      self = .table(TableExhibit(caption: caption, headings: headings, rows: rows, notes: notes))
    default: return nil
    }
  }
}

extension TableCell {
  var json: JSONValue {
    switch self {
    case .empty: return .null
    case .text(let text): return .string(text)
    case .count(let count): return ["count": .integer(count)]
    case .number(let value, let decimals): return ["number": .real(value), "decimals": .integer(decimals)]
    case .pValue(let p): return ["p": .real(p)]
    case .interval(let low, let high, let decimals):
      return ["interval": [.real(low), .real(high)], "decimals": .integer(decimals)]
    case .meanDeviation(let mean, let deviation, let decimals):
      return ["mean": .real(mean), "sd": .real(deviation), "decimals": .integer(decimals)]
    case .quartiles(let median, let low, let high, let decimals):
      return ["quartiles": [.real(low), .real(median), .real(high)], "decimals": .integer(decimals)]
    case .share(let count, let total): return ["count": .integer(count), "of": .integer(total)]
    case .absent(let reason): return ["absent": .string(reason)]
    }
  }

  init?(json: JSONValue) {
    let decimals = json["decimals"]?.integer.flatMap { (0...40).contains($0) ? $0 : nil }
    if case .null = json {
      self = .empty
    } else if let text = json.string {
      self = .text(text)
    } else if let reason = json["absent"]?.string {
      self = .absent(reason)
    } else if let count = json["count"]?.integer {
      if let total = json["of"]?.integer { self = .share(count, of: total) } else { self = .count(count) }
    } else if let p = json["p"]?.real {
      self = .pValue(p)
    } else if let value = json["number"]?.real, let decimals {
      self = .number(value, decimals: decimals)
    } else if let mean = json["mean"]?.real, let deviation = json["sd"]?.real, let decimals {
      self = .meanDeviation(mean, deviation, decimals: decimals)
    } else if let ends = json["interval"]?.all({ $0.real }), ends.count == 2, let decimals {
      self = .interval(ends[0], ends[1], decimals: decimals)
    } else if let three = json["quartiles"]?.all({ $0.real }), three.count == 3, let decimals {
      self = .quartiles(three[1], three[0], three[2], decimals: decimals)
    } else {
      return nil
    }
  }
}

extension JSONValue {
  /// A real number as results write it: what is not a number is `null` with a reason, infinity a string.
  static func real(_ value: Double) -> JSONValue { ResultValue.real(value, orAbsent: "not a number").json }

  /// The number that `real` wrote.
  var real: Double? {
    switch self {
    case .integer(let value): return Double(value)
    case .number(let value): return value
    case .string("Infinity"): return .infinity
    case .string("-Infinity"): return -.infinity
    case .object where self["reason"] != nil: return .nan
    default: return nil
    }
  }

  /// A number that can be drawn.
  var finite: Double? { real.flatMap { $0.isFinite ? $0 : nil } }

  /// The elements of an array, each read; nil where one can't be, or where this is no array.
  func all<Element>(_ read: (JSONValue) -> Element?) -> [Element]? {
    guard let items = array else { return nil }
    let elements = items.compactMap(read)
    return elements.count == items.count ? elements : nil
  }
}
