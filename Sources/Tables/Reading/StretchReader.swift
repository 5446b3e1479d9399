import NotebookSyntax

/// Reads the records of a stretch of a file into columns of its own, which are put behind those of the stretch before.
struct StretchReader: Sendable {
  private let names: [String]
  private let delimiter: UInt8
  /// Of every field of a record the columns that read it.
  private let targets: [[Int]]
  /// Of every column the field that holds its unit, where one is declared.
  private let unitFields: [Int?]
  /// By row of the file, counted from 1.
  private let corrections: [Int: [CellCorrection]]
  private let correctedRows: [Int]
  private let keepsRecords: Bool
  private let longestField = Limit.fieldBytes.value
  private var builders: [ColumnBuilder]
  /// Line on which each row begins, and how many there are: of the stretch at first, of the file once it is put together.
  private var lines: [Int32] = []
  private var lineCount = 0
  private var records: [Range<Int>] = []
  private var issues = DataIssues()
  private var problems = DataProblems()

  init(
    header: CSVReader.Header, declarations: [ColumnDeclaration], missing: [String],
    corrections: [Int: [CellCorrection]], keepsRecords: Bool
  ) {
    func field(_ name: String) -> Int? { header.names.firstIndex { $0.isExactly(name) } }
    names = header.names
    delimiter = header.delimiter
    self.corrections = corrections
    correctedRows = corrections.keys.sorted()
    self.keepsRecords = keepsRecords
    builders = declarations.map { ColumnBuilder($0, missing: missing) }
    unitFields = declarations.map { $0.unitSource.flatMap { field($0.text) } }
    var targets = [[Int]](repeating: [], count: header.names.count)
    for (index, declaration) in declarations.enumerated() {
      if let field = field(declaration.source.text) { targets[field].append(index) }
    }
    self.targets = targets
  }

  var result: CSVReader.Result {
    CSVReader.Result(
      columns: builders.map { $0.column }, rowCount: lines.count, outsideRange: builders.map(\.outsideCount),
      issues: issues, records: records, lines: lines, problems: problems)
  }

  /// Notes lines that stand before all rows.
  mutating func skip(lines: Int) { lineCount += lines }

  /// Makes room for `count` parts of which these are the first.
  mutating func reserve(_ parts: [StretchReader], of count: Int) {
    guard count > 1 else { return }
    let rows = parts.reduce(0) { $0 + $1.lines.count }
    reserve(Int(Double(rows) / Double(parts.count) * Double(count) * 1.02) + 16)
  }

  private mutating func reserve(_ count: Int) {
    lines.reserveCapacity(count)
    for index in builders.indices { builders[index].reserve(count) }
  }

  /// Adds the rows of the stretch that follows.
  mutating func absorb(_ next: StretchReader) {
    problems.add(next.problems, behind: lines.count, lines: lineCount)
    issues.absorb(next.issues, behind: lines.count)
    records += next.records
    let before = Int32(clamping: lineCount)
    lines.append(contentsOf: next.lines.lazy.map { $0.addingReportingOverflow(before).partialValue })
    lineCount += next.lineCount
    for index in builders.indices { builders[index].absorb(next.builders[index]) }
  }

  /// - Parameter hasNUL: whether a NUL byte may stand in it.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, hasNUL: Bool) {
    var scanner = SeparatorScanner(bytes, range, delimiter: delimiter)
    var block = FieldBlock(fieldCount: names.count)
    var position = range.lowerBound
    let end = range.upperBound
    var line = 1
    var corrected = correctedRows[...]
    while position < end {
      // A row with a correction is read with care.
      while let row = corrected.first, row <= lines.count { corrected = corrected.dropFirst() }
      let most = min(block.capacity, corrected.first.map { $0 - 1 - lines.count } ?? .max)
      let start = position
      position = block.fill(bytes, from: position, to: end, delimiter: delimiter, most: most, &scanner)
      append(block, bytes, isPlainText: scanner.isASCII() && !hasNUL, line: line)
      line += block.rowCount
      if start == range.lowerBound, block.rowCount > 0 {
        // As many rows as there will be if all are as long as these.
        reserve(Int(Double(range.count) / Double(position - start) * Double(block.rowCount) * 1.02) + 16)
      }
      if block.rowCount < block.capacity, position < end {
        position = carefully(bytes, from: position, to: end, &line)
        scanner.move(to: position)
      }
      block.removeAll()
    }
    lineCount = line - 1
  }

  /// Adds the records of a block, column by column; what is to be said of them is said row by row.
  private mutating func append(
    _ block: FieldBlock, _ bytes: UnsafeBufferPointer<UInt8>, isPlainText: Bool, line: Int
  ) {
    guard block.rowCount > 0 else { return }
    var remarks: [(row: Int, field: Int, column: Int, remark: ColumnBuilder.Remark)] = []
    for field in targets.indices {
      for index in targets[field] {
        builders[index].append(block, field, in: bytes, isPlainText: isPlainText && longestField >= 64) { content in
          Self.fault(in: content, longest: longestField)
        } unit: { row in
          unitFields[index].map { Array(bytes[block.range(row: row, field: $0)]) }
        } remarked: { row, remark in
          remarks.append((row, field, index, remark))
        }
      }
    }
    let first = lines.count
    for row in 0..<block.rowCount { lines.append(Int32(clamping: line + row)) }
    if keepsRecords { for row in 0..<block.rowCount { records.append(block.record(row)) } }
    guard !remarks.isEmpty else { return }
    remarks.sort { ($0.row, $0.field, $0.column) < ($1.row, $1.field, $1.column) }
    var last: (row: Int, field: Int)?
    for item in remarks {
      // A field that is no text is said once, however many columns read it.
      if case .problem(let rule) = item.remark, rule.isOfField {
        if let last, last == (item.row, item.field) { continue }
        last = (item.row, item.field)
      }
      let content = UnsafeBufferPointer(rebasing: bytes[block.range(row: item.row, field: item.field)])
      say(item.remark, of: content, row: first + item.row + 1, item.field, item.column, line: line + item.row)
    }
  }

  /// Reads one record whatever it holds, and returns where the next begins.
  private mutating func carefully(
    _ bytes: UnsafeBufferPointer<UInt8>, from position: Int, to end: Int, _ line: inout Int
  ) -> Int {
    var splitter = RecordSplitter(start: position, delimiter: delimiter)
    splitter.line = line
    splitter.next(UnsafeBufferPointer(rebasing: bytes[..<end]))
    defer { line = splitter.line }
    // A blank line holds no record, unless one empty field is what a record is.
    if splitter.fields.count == 1, splitter.fields[0].isEmpty, names.count > 1 { return splitter.position }
    lines.append(Int32(clamping: line))
    if keepsRecords { records.append(Self.withoutLineEnd(bytes, position..<splitter.position)) }
    if let rule = splitter.fault(expected: names.count) {
      problems.add(DataProblem(row: lines.count, line: line, column: nil, value: nil, rule: rule))
      for index in builders.indices { builders[index].appendMissing() }
      // The rest of the file is inside the quote.
      if case .quoteNotClosed = rule { return end }
      return splitter.position
    }
    let units = unitFields.map { field in
      field.map { place in
        let unit = splitter.fields[place]
        return splitter.withContent(unit, in: bytes) { Array($0) }
      }
    }
    for field in targets.indices where !targets[field].isEmpty {
      let place = splitter.fields[field]
      splitter.withContent(place, in: bytes) { append($0, field, units, line) }
    }
    return splitter.position
  }

  /// Adds a field to each of its columns, once it is known to be text.
  private mutating func append(
    _ content: UnsafeBufferPointer<UInt8>, _ field: Int, _ units: [[UInt8]?], _ line: Int
  ) {
    let row = lines.count
    let fault = Self.fault(in: content, longest: longestField)
    if let fault { report(fault, content, row: row, field, line: line) }
    for index in targets[field] {
      if fault != nil {
        builders[index].appendMissing()
      } else if let correction = corrections[row]?.first(where: { $0.column == index }) {
        guard content.elementsEqual(correction.received) else {
          let expected = String(decoding: correction.received, as: UTF8.self)
          report(.correction(expected: expected), content, row: row, field, line: line)
          builders[index].appendMissing()
          continue
        }
        let remark = correction.value.withUnsafeBufferPointer { builders[index].append($0, unit: units[index]) }
        var (kinds, rule) = (DataIssues.Kinds.corrected, correction.rule)
        switch remark {
        case .problem(let fault)?: report(fault, content, row: row, field, line: line)
        case .issue(let more, let other)?:
          kinds.formUnion(more)
          rule += "; " + other
        case nil: break
        }
        issues.add(row: row, column: index, kinds, received: content, rule: rule)
      } else if let remark = builders[index].append(content, unit: units[index]) {
        say(remark, of: content, row: row, field, index, line: line)
      }
    }
  }

  /// Why a field is no text that is read, whatever its column.
  private static func fault(in content: UnsafeBufferPointer<UInt8>, longest: Int) -> DataProblem.Rule? {
    if content.count > longest { return .fieldTooLong(limit: longest) }
    if content.contains(0) { return .nulByte }
    if content.contains(where: { $0 >= 0x80 }), String(validating: content, as: UTF8.self) == nil {
      return .invalidUTF8
    }
    return nil
  }

  private mutating func say(
    _ remark: ColumnBuilder.Remark, of content: UnsafeBufferPointer<UInt8>, row: Int, _ field: Int, _ column: Int,
    line: Int
  ) {
    switch remark {
    case .problem(let rule): report(rule, content, row: row, field, line: line)
    case .issue(let kinds, let rule): issues.add(row: row, column: column, kinds, received: content, rule: rule)
    }
  }

  private mutating func report(
    _ rule: DataProblem.Rule, _ content: UnsafeBufferPointer<UInt8>, row: Int, _ field: Int, line: Int
  ) {
    problems.add(
      DataProblem(
        row: row, line: line, column: names[field], value: String(decoding: content.prefix(80), as: UTF8.self),
        rule: rule))
  }

  private static func withoutLineEnd(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var end = range.upperBound
    if end > range.lowerBound, bytes[end - 1] == UInt8(ascii: "\n") { end -= 1 }
    if end > range.lowerBound, bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
    return range.lowerBound..<end
  }
}
