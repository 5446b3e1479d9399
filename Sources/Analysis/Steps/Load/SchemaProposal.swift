import NotebookSyntax
import Tables

/// Proposes a `columns` block for a file from what stands in it.
public enum SchemaProposal {
  public struct Problem: Error { public let text: String }

  public static func block(_ bytes: [UInt8], file: String) -> Result<String, Problem> {
    let place = SourcedText(file, span: Span(0, 0), verbatimStart: nil)
    do throws(StepFailure) {
      let text = try FileForm(file: place).read(bytes, key: [])
      let header = try LoadRun.header(text.bytes, delimiter: text.delimiter, place)
      guard header.length <= Load.headerLimit else {
        let error = CSVReader.HeaderProblem.tooLong
        return .failure(Problem(text: LoadMessages.header(error, place).message))
      }
      return try .success(block(text.bytes, header, place))
    } catch {
      let texts = error.diagnostics.flatMap { [$0.message] + $0.notes.map(\.text) + $0.help }
      return .failure(Problem(text: texts.joined(separator: "\n  ")))
    }
  }

  private static func block(
    _ bytes: [UInt8], _ header: CSVReader.Header, _ file: SourcedText
  ) throws(StepFailure) -> String {
    let names = uniqueNames(header.names)
    let declarations = zip(header.names, names).map { source, name in
      ColumnDeclaration(
        name: SourcedText(name, span: file.span, verbatimStart: nil),
        source: SourcedText(source, span: file.span, verbatimStart: nil), type: .text)
    }
    let read = CSVReader.read(
      bytes, header: header, declarations: declarations, missing: ["", "NA"], keepsRecords: true)
    guard read.problems.count == 0 else { throw StepFailure(LoadMessages.problems(read.problems, file)) }
    let hasNA = uses("NA", bytes, header, declarations)
    var text = "columns:\n"
    var types: [String] = []
    let places = HeaderUnits.places(header.names)
    for (index, column) in read.columns.enumerated() {
      let source = header.names[index]
      let units = HeaderUnits.neighbour(of: source, in: places).map {
        (name: header.names[$0], column: read.columns[$0])
      }
      let proposal = ColumnProposal(column, header: source, rows: read.rowCount, units: units)
      types.append(proposal.type)
      text += lines(proposal, name: names[index], source: source)
    }
    if hasNA { text += "missing: [\"\", NA]\n" }
    return text + KeyProposal.lines(read, types: types, names: names, bytes)
  }

  /// One line where that is enough.
  private static func lines(_ proposal: ColumnProposal, name: String, source: String) -> String {
    let quoted = source.contains(where: { " ,".contains($0) }) ? "\"\(source)\"" : source
    let from = name == source ? "" : " from \(quoted)"
    let range = proposal.keys.first { $0.name == "range" }.map { ", \($0.value)" } ?? ""
    let remark = proposal.remark.map { "  # \(name): \($0)\n" } ?? ""
    let others = proposal.keys.filter { $0.name != "range" }
    guard !others.isEmpty else {
      return remark + SchemaText.line(name: name, type: proposal.type + range + from)
    }
    var text = remark + "  \(name):\n    type: \(scalar(proposal.type + range))\n"
    if name != source { text += "    from: \(scalar(source))\n" }
    for key in others { text += "    \(key.name): \(key.name == "unit_from" ? scalar(key.value) : key.value)\n" }
    return text
  }

  private static func scalar(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { byte in
      (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
        || " _./*,%-".utf8.contains(byte)
    }
    return isPlain ? text : NumberText.quoted(text)
  }

  private static func uses(
    _ token: String, _ bytes: [UInt8], _ header: CSVReader.Header, _ declarations: [ColumnDeclaration]
  ) -> Bool {
    CSVReader.read(bytes, header: header, declarations: declarations, missing: [""]).columns.contains { column in
      guard case .codes(_, let levels) = column.values else { return false }
      return levels.contains(token)
    }
  }

  /// Names that a notebook can use, each once.
  private static func uniqueNames(_ headers: [String]) -> [String] {
    var names: [String] = []
    var taken: Set<String> = []
    // Where counting goes on, for names that come often.
    var counts: [String: Int] = [:]
    for (index, header) in headers.enumerated() {
      var name = String(
        header.lowercased().unicodeScalars.map { scalar -> Character in
          scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) ? Character(scalar) : "_"
        })
      if name.isEmpty { name = "column_\(index + 1)" }
      if name.first?.isNumber == true { name = "_" + name }
      let base = name
      var count = counts[base] ?? 2
      while !taken.insert(name).inserted {
        name = "\(base)_\(count)"
        count += 1
      }
      counts[base] = count
      names.append(name)
    }
    return names
  }
}
