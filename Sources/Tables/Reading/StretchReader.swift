import NotebookSyntax

/// Reads the records of a stretch of a file into columns of its own, which are put behind those of the stretch before.
struct StretchReader: Sendable {
  private let names: [String]
  private let delimiter: UInt8
  /// Of every field of a record the columns that read it.
  private let targets: [[Int]]
  private let longestField = Limit.fieldBytes.value
  private var builders: [ColumnBuilder]
  /// Line on which each row begins, and how many there are: of the stretch at first, of the file once it is put together.
  private var lines: [Int32] = []
  private var lineCount = 0
  private var problems = DataProblems()

  init(header: CSVReader.Header, declarations: [ColumnDeclaration], missing: [String]) {
    names = header.names
    delimiter = header.delimiter
    builders = declarations.map { ColumnBuilder($0, missing: $0.missing ?? missing) }
    var targets = [[Int]](repeating: [], count: header.names.count)
    for (index, declaration) in declarations.enumerated() {
      if let field = header.names.firstIndex(where: { $0.isExactly(declaration.source.text) }) {
        targets[field].append(index)
      }
    }
    self.targets = targets
  }

  var result: CSVReader.Result {
    CSVReader.Result(
      columns: builders.map { $0.column }, rowCount: lines.count, outsideRange: builders.map(\.outsideCount),
      lines: lines, problems: problems)
  }

  /// Adds the rows of the stretch that follows.
  mutating func absorb(_ next: StretchReader) {
    problems.add(next.problems, behind: lines.count, lines: lineCount)
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
    var isFirst = true
    while position < end {
      position = block.fill(bytes, from: position, to: end, delimiter: delimiter, &scanner)
      append(block, bytes, isPlainText: scanner.isASCII() && !hasNUL, line: line)
      line += block.rowCount
      if isFirst, block.isFull {
        // As many rows as there will be if all are as long as these.
        reserve(Int(Double(range.count) / Double(position - range.lowerBound) * Double(block.rowCount) * 1.02) + 16)
        isFirst = false
      }
      if !block.isFull, position < end {
        position = carefully(bytes, from: position, to: end, &line)
        scanner.move(to: position)
      }
      block.removeAll()
    }
    lineCount = line - 1
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

  /// Adds the records of a block, column by column; what doesn't fit is reported row by row.
  private mutating func append(
    _ block: FieldBlock, _ bytes: UnsafeBufferPointer<UInt8>, isPlainText: Bool, line: Int
  ) {
    guard block.rowCount > 0 else { return }
    var faults: [(row: Int, field: Int, rule: DataProblem.Rule)] = []
    for field in targets.indices {
      for index in targets[field] {
        builders[index].append(block, field, in: bytes, isPlainText: isPlainText && longestField >= 64) { content in
          Self.fault(in: content, longest: longestField)
        } refused: { row, rule in
          faults.append((row, field, rule))
        }
      }
    }
    let first = lines.count
    for row in 0..<block.rowCount { lines.append(Int32(clamping: line + row)) }
    guard !faults.isEmpty else { return }
    faults.sort { ($0.row, $0.field) < ($1.row, $1.field) }
    for fault in faults {
      let content = bytes[block.range(row: fault.row, field: fault.field)]
      problems.add(
        DataProblem(
          row: first + fault.row + 1, line: line + fault.row, column: names[fault.field],
          value: String(decoding: content.prefix(80), as: UTF8.self), rule: fault.rule))
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
    lines.append(Int32(clamping: splitter.recordLine))
    if let rule = splitter.fault(expected: names.count) {
      problems.add(DataProblem(row: lines.count, line: line, column: nil, value: nil, rule: rule))
      for index in builders.indices { builders[index].appendMissing() }
      // The rest of the file is inside the quote.
      if case .quoteNotClosed = rule { return end }
      return splitter.position
    }
    let recordLine = splitter.recordLine
    for field in targets.indices where !targets[field].isEmpty {
      let place = splitter.fields[field]
      splitter.withContent(place, in: bytes) { append($0, field, recordLine) }
    }
    return splitter.position
  }

  /// Adds a field to each of its columns, once it is known to be text.
  private mutating func append(_ content: UnsafeBufferPointer<UInt8>, _ field: Int, _ line: Int) {
    let fault = Self.fault(in: content, longest: longestField)
    if let fault { report(fault, content, field, line) }
    for index in targets[field] {
      if fault != nil {
        builders[index].appendMissing()
      } else if let rule = builders[index].append(content) {
        report(rule, content, field, line)
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

  private mutating func report(
    _ rule: DataProblem.Rule, _ content: UnsafeBufferPointer<UInt8>, _ field: Int, _ line: Int
  ) {
    problems.add(
      DataProblem(
        row: lines.count, line: line, column: names[field], value: String(decoding: content.prefix(80), as: UTF8.self),
        rule: rule))
  }
}
