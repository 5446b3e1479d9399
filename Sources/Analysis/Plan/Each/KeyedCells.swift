import NotebookSyntax

/// Which cells are done once for each value of a key: those that say `each`, and those that read one of these.
struct KeyedCells {
  private(set) var keys: [String: EachKey] = [:]
  /// Cells whose key cannot be told; reported.
  private(set) var broken: Set<String> = []
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameters:
  ///   - taken: names of the notebook's parameters.
  ///   - references: what a cell reads, where keys have these values.
  init(
    _ cells: [Cell], taken: [String],
    references: (Cell, [(name: String, value: ParameterValue)]) -> [Reference]
  ) {
    var own: [String: EachKey] = [:]
    for cell in cells {
      guard case .mapping(let entries) = cell.body.content,
        let node = entries.first(where: { $0.key.text == "each" })?.value
      else { continue }
      if let key = EachKey.read(node, taken: taken, &diagnostics) {
        own[cell.name.text] = key
      } else {
        broken.insert(cell.name.text)
      }
    }
    guard !own.isEmpty else { return }
    var sample: [(name: String, value: ParameterValue)] = []
    for cell in cells {
      guard let key = own[cell.name.text], !sample.contains(where: { $0.name == key.name }) else { continue }
      sample.append((key.name, key.values[0].value))
    }
    var read: [String: [Reference]] = [:]
    for cell in cells { read[cell.name.text] = references(cell, sample).filter { !$0.isWhole } }
    keys = own
    // A reader of a reader is keyed in the round after it.
    for _ in cells {
      var isSettled = true
      for cell in cells where keys[cell.name.text] == nil && !broken.contains(cell.name.text) {
        guard let key = read[cell.name.text]?.lazy.compactMap({ [keys] in keys[$0.name] }).first else { continue }
        keys[cell.name.text] = key
        isSettled = false
      }
      if isSettled { break }
    }
    for cell in cells {
      guard let key = keys[cell.name.text] else { continue }
      for reference in read[cell.name.text] ?? [] {
        guard let other = keys[reference.name] else { continue }
        if let problem = Self.conflict(key, other, reference, isOwn: own[cell.name.text] != nil) {
          diagnostics.append(problem)
          broken.insert(cell.name.text)
          break
        }
      }
    }
    for name in broken { keys[name] = nil }
  }

  /// Why a cell with a key cannot read a step with another.
  private static func conflict(_ key: EachKey, _ other: EachKey, _ reference: Reference, isOwn: Bool) -> Diagnostic? {
    guard key.name == other.name else {
      return Diagnostic(
        "each",
        "`\(reference.name)` has results for each `\(other.name)`, and this cell is done for each `\(key.name)`",
        at: reference.span,
        help:
          "a cell has one key: name a value, as in `\(reference.name)[\"\(other.values[0].text)\"]`, where a path can stand",
        notes: [.init("`\(other.name)` is named here", at: other.span)])
    }
    if let missing = key.values.first(where: { !other.texts.containsExactly($0.text) }) {
      return Diagnostic(
        "each", "`\(reference.name)` has no result for `\(key.name)` = \(missing.text)",
        at: isOwn ? missing.span : reference.span, help: "it has \(other.texts.joined(separator: ", "))",
        notes: [.init("`\(other.name)` of `\(reference.name)` is named here", at: other.span)])
    }
    return nil
  }
}

extension Shape {
  /// What results of one cell for several values have in common: rows of all, fields that each of them has.
  static func common(_ shapes: [Shape]) -> Shape? {
    guard var result = shapes.first else { return nil }
    for shape in shapes.dropFirst() {
      guard let both = result.common(with: shape) else { return nil }
      result = both
    }
    return result
  }

  private func common(with other: Shape) -> Shape? {
    switch (self, other) {
    case (.number, .number), (.number, .count), (.count, .number): return .number
    case (.count, .count): return .count
    case (.boolean, .boolean): return .boolean
    case (.text, .text): return .text
    case (.list(let a), .list(let b)): return a.common(with: b).map { .list($0) }
    case (.record(let a), .record(let b)):
      return .record(
        a.compactMap { field in
          b.first { $0.name == field.name }.flatMap { field.shape.common(with: $0.shape) }.map { .init(field.name, $0) }
        })
    case (.keyed(let a, let inner), .keyed(let b, let innerOther)):
      guard a.map(\.name) == b.map(\.name), let shape = inner.common(with: innerOther) else { return nil }
      return .keyed(
        by: zip(a, b).map { first, second in
          guard let own = first.values, let others = second.values else { return Key(first.name, nil) }
          return Key(first.name, own + others.filter { !own.containsExactly($0) })
        }, shape)
    default: return nil
    }
  }
}
