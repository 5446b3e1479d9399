import NotebookSyntax
import Tables

/// Proposes a `columns` block for a file from what stands in it.
public enum SchemaProposal {
  public struct Problem: Error { public let text: String }

  private static let mostLevels = 12

  public static func block(_ bytes: [UInt8], file: String) -> Result<String, Problem> {
    let delimiter: UInt8 = file.lowercased().hasSuffix(".tsv") ? 9 : UInt8(ascii: ",")
    do throws(CSVReader.HeaderProblem) {
      let header = try CSVReader.header(bytes, delimiter: delimiter)
      guard header.length <= Load.headerLimit else {
        return .failure(Problem(text: "the first line of `\(file)` is longer than \(Load.headerLimit) bytes"))
      }
      let names = uniqueNames(header.names)
      let declarations = zip(header.names, names).map { source, name in
        let span = Span(0, 0)
        return ColumnDeclaration(
          name: SourcedText(name, span: span, verbatimStart: nil),
          source: SourcedText(source, span: span, verbatimStart: nil),
          type: .text)
      }
      let read = CSVReader.read(bytes, header: header, declarations: declarations, missing: ["", "NA"])
      guard read.problems.count == 0 else {
        let diagnostic = LoadMessages.problems(read.problems, SourcedText(file, span: Span(0, 0), verbatimStart: nil))
        return .failure(Problem(text: ([diagnostic.message] + diagnostic.notes.map(\.text)).joined(separator: "\n  ")))
      }
      let hasNA = uses("NA", bytes, header, declarations)
      var text = "columns:\n"
      for (declaration, column) in zip(declarations, read.columns) {
        let source = declaration.source.text
        let quoted = source.contains(where: { " ,".contains($0) }) ? "\"\(source)\"" : source
        let from = declaration.name.text == source ? "" : " from \(quoted)"
        text += SchemaText.line(name: declaration.name.text, type: type(column, rows: read.rowCount) + from)
      }
      if hasNA { text += "missing: [\"\", NA]\n" }
      return .success(text)
    } catch {
      let place = SourcedText(file, span: Span(0, 0), verbatimStart: nil)
      return .failure(Problem(text: LoadMessages.header(error, place).message))
    }
  }

  private static func uses(
    _ token: String, _ bytes: [UInt8], _ header: CSVReader.Header, _ declarations: [ColumnDeclaration]
  ) -> Bool {
    CSVReader.read(bytes, header: header, declarations: declarations, missing: [""]).columns.contains { column in
      guard case .codes(_, let levels) = column.values else { return false }
      return levels.contains(token)
    }
  }

  private static func type(_ column: Column, rows: Int) -> String {
    guard case .codes(let codes, let levels) = column.values, !levels.isEmpty else { return "text" }
    let present = codes.count { $0 >= 0 }
    let isName = column.schema.name.lowercased() == "id" || column.schema.name.lowercased().hasSuffix("_id")
    if isName { return "id" }
    let numbers = levels.map { text in
      Array(text.utf8).withUnsafeBufferPointer { ParameterValue.plainNumber(String(decoding: $0, as: UTF8.self)) }
    }
    if numbers.allSatisfy({ $0 != nil }) {
      let values = numbers.compactMap { $0 }
      // A few small whole numbers that come again and again are codes, not measurements.
      if levels.count <= 5, present >= 5 * levels.count,
        values.allSatisfy({ $0 == $0.rounded() && (0...9).contains($0) })
      {
        return category(zip(levels, values).sorted { $0.1 < $1.1 }.map(\.0))
      }
      return "number"
    }
    if Set(levels).isSubset(of: ["true", "false"]) { return "boolean" }
    if levels.count <= mostLevels, present >= 3 * levels.count {
      return category(levels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }
    return levels.count == present && levels.count == rows ? "id" : "text"
  }

  private static func category(_ levels: [String]) -> String {
    "category [\(levels.map(SchemaText.level).joined(separator: ", "))]"
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
