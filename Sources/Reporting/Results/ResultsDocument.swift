import Analysis
import Digests
import NotebookSyntax

/// `results.json`: every result with full precision, what each step shows, and the notebook's source.
public enum ResultsDocument {
  public static func json(_ sealed: SealedRun) -> JSONValue {
    let plan = sealed.run.plan
    let steps = zip(sealed.run.steps, sealed.seals).map { step, seal -> JSONValue in
      .object([
        .init("name", .string(step.planned.name)), .init("kind", .string(step.planned.kind)),
        .init("output", .string(seal.output.hex)), .init("result", step.outcome.result.json),
        .init("table", step.outcome.tableDigest.map { .string($0.hex) } ?? .null),
        .init("shown", .array(step.outcome.exhibits.map(ExhibitJSON.json))),
      ])
    }
    return .object([
      .init("format", "colophon/results/1"), .init("title", .string(plan.notebook.frontMatter.title)),
      .init(
        "notebook",
        .object([
          .init("path", .string(plan.notebook.source.path)),
          .init("source", .string(String(decoding: plan.notebook.source.bytes, as: UTF8.self))),
        ])),
      .init(
        "parameters",
        .array(
          plan.parameters.map { .object([.init("name", .string($0.name)), .init("value", .string($0.value.text))]) })),
      .init("notices", .array(sealed.run.notices.map { .string($0) })),
      .init("failures", .array(sealed.run.failures.map { .string($0) })),
      .init("core", .string(sealed.core.hex)), .init("analysis", .string(sealed.analysis.hex)),
      .init("steps", .array(steps)),
    ])
  }
}

/// Exhibits as JSON: a figure's marks in data units, a table's cells as values with their decimals.
enum ExhibitJSON {
  static func json(_ exhibit: Exhibit) -> JSONValue {
    switch exhibit {
    case .statement(let text): return ["type": "statement", "text": .string(text)]
    case .table(let table):
      return .object([
        .init("type", "table"), .init("caption", .string(table.caption)),
        .init("headings", .array(table.headings.map { ["text": .string($0.text), "numeric": .bool($0.isNumeric)] })),
        .init("rows", .array(table.rows.map { ["indent": .integer($0.indent), "cells": .array($0.cells.map(cell))] })),
        .init("notes", .array(table.notes.map { .string($0) })),
      ])
    case .figure(let figure):
      return .object([
        .init("type", "figure"), .init("caption", .string(figure.caption)),
        .init("alternative", .string(figure.alternative)),
        .init("x", axis(figure.x)), .init("y", axis(figure.y)),
        .init("series", .array(figure.series.map { .string($0) })),
        .init(
          "panels",
          .array(
            figure.panels.map { panel in
              ["title": panel.title.map { .string($0) } ?? .null, "marks": .array(panel.marks.map(mark))]
            })),
        .init("notes", .array(figure.notes.map { .string($0) })),
      ])
    }
  }

  private static func axis(_ axis: Figure.Axis) -> JSONValue {
    [
      "title": .string(axis.title), "low": .number(axis.low), "high": .number(axis.high),
      "logarithmic": .bool(axis.isLogarithmic),
      "ticks": .array(axis.ticks.map { ["value": .number($0.value), "label": .string($0.label)] }),
    ]
  }

  private static func mark(_ mark: Figure.Mark) -> JSONValue {
    func points(_ points: [Figure.Point]) -> JSONValue { .array(points.map { [.number($0.x), .number($0.y)] }) }
    switch mark {
    case .course(let line, let series): return ["type": "course", "series": .integer(series), "points": points(line)]
    case .mean(let line, let series): return ["type": "mean", "series": .integer(series), "points": points(line)]
    case .intervals(let intervals, let series):
      return [
        "type": "intervals", "series": .integer(series),
        "intervals": .array(intervals.map { [.number($0.x), .number($0.low), .number($0.high)] }),
      ]
    }
  }

  private static func cell(_ cell: TableCell) -> JSONValue {
    switch cell {
    case .empty: return .null
    case .text(let text): return .string(text)
    case .count(let count): return ["count": .integer(count)]
    case .number(let value, let decimals): return ["number": number(value), "decimals": .integer(decimals)]
    case .pValue(let p): return ["p": number(p)]
    case .interval(let low, let high, let decimals):
      return ["interval": [number(low), number(high)], "decimals": .integer(decimals)]
    case .meanDeviation(let mean, let deviation, let decimals):
      return ["mean": number(mean), "sd": number(deviation), "decimals": .integer(decimals)]
    case .quartiles(let median, let low, let high, let decimals):
      return ["quartiles": [number(low), number(median), number(high)], "decimals": .integer(decimals)]
    case .share(let count, let total): return ["count": .integer(count), "of": .integer(total)]
    case .absent(let reason): return ["absent": .string(reason)]
    }
  }

  private static func number(_ value: Double) -> JSONValue { ResultValue.real(value, orAbsent: "not a number").json }
}
