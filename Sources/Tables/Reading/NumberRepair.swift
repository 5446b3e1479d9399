import NotebookSyntax

/// Reads numbers that are not written as plain decimals in the declared unit, by the rules that a column declares: the slow
/// way, which a cell takes only when the fast one does not know it.
struct NumberRepair {
  struct Reading {
    var value: Double
    /// −1 and 1 where `value` is a limit that the true one lies below or above.
    var mark: Int8 = 0
    /// The rules that were used, as the report names them; none where the cell is written as declared.
    var rules: [String] = []
    var kinds: DataIssues.Kinds = []
  }

  enum Outcome {
    case reading(Reading)
    case problem(DataProblem.Rule)
  }

  private let declaration: ColumnDeclaration
  private let flags: [[UInt8]]
  private let marks: [UInt8]
  private var units: [[UInt8]: Result<UnitConversion, DataProblem.Rule>] = [:]

  init(_ declaration: ColumnDeclaration) {
    self.declaration = declaration
    // The longest first: `HH` is not an `H` behind another.
    flags = declaration.flags.map { Array($0.utf8) }.sorted { $0.count > $1.count }
    marks = declaration.decimalMarks ?? [UInt8(ascii: ".")]
  }

  /// - Parameter unit: what the column of units says in this row; nil where none is declared.
  mutating func read(_ field: UnsafeBufferPointer<UInt8>, unit: [UInt8]?) -> Outcome {
    var reading = Reading(value: .nan)
    var rest = field[...]
    strip(&rest, &reading)
    let limit = rest.first == UInt8(ascii: "<") ? -1 : rest.first == UInt8(ascii: ">") ? 1 : 0
    if limit != 0 { rest = Self.trimmed(rest.dropFirst()) }
    guard let value = decimal(rest, &reading) else { return .problem(problem(field)) }
    if limit < 0, declaration.below == nil { return .problem(.belowLimit) }
    if limit > 0, declaration.above == nil { return .problem(.aboveLimit) }
    switch converted(value, unit, &reading) {
    case .success(let converted): reading.value = converted
    case .failure(let rule): return .problem(rule)
    }
    if limit != 0 { censor(below: limit < 0, &reading) }
    return .reading(reading)
  }

  /// A flag behind the number, with or without a blank between.
  private func strip(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>, _ reading: inout Reading) {
    for (index, flag) in flags.enumerated() where rest.count > flag.count && rest.suffix(flag.count).elementsEqual(flag)
    {
      rest = Self.trimmed(rest.dropLast(flag.count))
      reading.rules.append("flag \(String(decoding: flags[index], as: UTF8.self))")
      reading.kinds.insert(.repaired)
      return
    }
  }

  private static func trimmed(_ text: Slice<UnsafeBufferPointer<UInt8>>) -> Slice<UnsafeBufferPointer<UInt8>> {
    var text = text.drop { $0 == 0x20 }
    while text.last == 0x20 { text = text.dropLast() }
    return text
  }

  private func decimal(_ text: Slice<UnsafeBufferPointer<UInt8>>, _ reading: inout Reading) -> Double? {
    let point = UInt8(ascii: ".")
    let usual = marks.first ?? point
    let written = text.first { $0 == point || marks.contains($0) }
    if let written, !marks.contains(written) { return nil }
    let plain = text.map { $0 == written ? point : $0 }
    guard let value = plain.withUnsafeBufferPointer(DecimalReader.value) else { return nil }
    if let written, written != usual {
      reading.rules.append("decimal \(String(decoding: [written], as: UTF8.self))")
      reading.kinds.insert(.repaired)
    }
    return value
  }

  /// What a cell that is no number looks like, so that the message can name the key that would read it.
  private func problem(_ field: UnsafeBufferPointer<UInt8>) -> DataProblem.Rule {
    if field.count(where: { $0 == UInt8(ascii: ",") }) == 1, !marks.contains(UInt8(ascii: ",")) {
      let plain = field.map { $0 == UInt8(ascii: ",") ? UInt8(ascii: ".") : $0 }
      if !plain.contains(where: { $0 == 0x20 }), plain.withUnsafeBufferPointer(DecimalReader.value) != nil {
        return .decimalComma
      }
    }
    if let first = field.first, first == UInt8(ascii: "<") || first == UInt8(ascii: ">") {
      let rest = Self.trimmed(field[...].dropFirst())
      if UnsafeBufferPointer(rebasing: rest).isEmpty == false,
        DecimalReader.value(UnsafeBufferPointer(rebasing: rest)) != nil
      {
        return first == UInt8(ascii: "<") ? .belowLimit : .aboveLimit
      }
    }
    let number = field.prefix { ($0 >= 48 && $0 <= 57) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    let rest = Self.trimmed(field[number.endIndex...])
    if !number.isEmpty, DecimalReader.value(UnsafeBufferPointer(rebasing: number)) != nil, (1...3).contains(rest.count),
      rest.allSatisfy({ ($0 | 0x20 >= 97 && $0 | 0x20 <= 122) || "*!+".utf8.contains($0) })
    {
      return .flag(String(decoding: rest, as: UTF8.self))
    }
    return declaration.type == .integer ? .notAWholeNumber : .notANumber
  }

  private mutating func converted(
    _ value: Double, _ unit: [UInt8]?, _ reading: inout Reading
  ) -> Result<Double, DataProblem.Rule> {
    guard let unit else { return .success(value) }
    let conversion: UnitConversion
    if let known = units[unit] {
      switch known {
      case .success(let found): conversion = found
      case .failure(let rule): return .failure(rule)
      }
    } else {
      let found = self.conversion(String(decoding: unit, as: UTF8.self))
      units[unit] = found
      switch found {
      case .success(let new): conversion = new
      case .failure(let rule): return .failure(rule)
      }
    }
    guard !conversion.isIdentity else { return .success(value) }
    let result = conversion.decimal(value)
    guard result.isFinite else { return .failure(.notANumber) }
    reading.rules.append("unit \(String(decoding: unit, as: UTF8.self))")
    reading.kinds.insert(.repaired)
    return .success(result)
  }

  private func conversion(_ text: String) -> Result<UnitConversion, DataProblem.Rule> {
    guard !text.isEmpty else { return .failure(.unitMissing) }
    do throws(Unit.Unknown) {
      let unit = try Unit(code: text)
      guard
        let conversion = unit.conversion(
          to: declaration.type.unit, micromolesPerLitre: declaration.analyte?.micromolesPerLitre)
      else { return .failure(.unitDoesNotConvert(text, to: declaration.type.unit, analyte: declaration.analyte)) }
      return .success(conversion)
    } catch {
      return .failure(.unknownUnit(text, suggestion: error.suggestion))
    }
  }

  private func censor(below: Bool, _ reading: inout Reading) {
    let name: String
    if below {
      guard let rule = declaration.below else { return }
      name = "below: \(rule.rawValue)"
      switch rule {
      case .limit: break
      case .half: reading.value /= 2
      case .missing: reading.value = .nan
      case .censored: reading.mark = -1
      }
    } else {
      guard let rule = declaration.above else { return }
      name = "above: \(rule.rawValue)"
      switch rule {
      case .limit: break
      case .missing: reading.value = .nan
      case .censored: reading.mark = 1
      }
    }
    reading.rules.append(name)
    reading.kinds.insert(.censored)
  }
}
