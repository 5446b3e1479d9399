import Analysis
import NotebookSyntax
import Reporting
import Tables

/// All graded copies as files: one table, and a report for each student.
public struct GradeBook: Sendable {
  public let key: AnswerKey
  /// In the order they are listed.
  public let copies: [GradedCopy]

  public init(_ copies: [GradedCopy], key: AnswerKey) {
    self.key = key
    self.copies = copies
  }

  /// `grades.csv` and a Markdown file for each copy.
  public var files: [OutputFile] {
    let names = reportNames
    return [OutputFile(path: "grades.csv", bytes: Array(table.utf8))]
      + zip(names, copies).map { OutputFile(path: "\($0).md", bytes: Array(report($1).utf8)) }
  }

  /// One row for each copy: how many are right, what became of each exercise, and what is odd.
  private var table: String {
    let header = ["copy", "right", "of"] + key.questions.map(\.name) + ["remarks"]
    let rows = copies.map { copy in
      let remarks = copy.remarks + copy.answers.flatMap { answer in answer.remarks.map { "\(answer.name): \($0)" } }
      return [CSVWriter.guarded(VisibleText.of(copy.file))] + ["\(copy.right)", "\(key.questions.count)"]
        + copy.answers.map(\.outcome)
        + [CSVWriter.guarded(VisibleText.of(remarks.joined(separator: " "), limit: 2000))]
    }
    return CSVWriter.text(header: header, rows: rows)
  }

  private func report(_ copy: GradedCopy) -> String {
    func text(_ text: String, limit: Int = 400) -> String { Escape.markdown(VisibleText.of(text, limit: limit)) }
    var lines = [
      "# \(text(key.notebook.frontMatter.title))", "",
      "Copy \(text(copy.file)): \(copy.right) of \(key.questions.count) right.", "",
      "| Exercise | Response | Judged |", "|---|---|---|",
    ]
    for answer in copy.answers {
      let said = [answer.verdict?.feedback].compactMap(\.self) + answer.remarks
      lines.append(
        "| \(text(answer.name)) | \(text(answer.response ?? "", limit: 120)) | \(text(said.joined(separator: " "), limit: 2000)) |"
      )
    }
    if !copy.remarks.isEmpty {
      lines += ["", "What is odd about the copy:", ""] + copy.remarks.map { "- \(text($0, limit: 1000))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A file name for each copy: the copy's own without folders, numbered where two are alike.
  private var reportNames: [String] {
    var taken: Set<String> = []
    return copies.map { copy in
      let last = copy.file.split(separator: "/").last.map(String.init) ?? ""
      let stem = last.hasSuffix(".md") ? String(last.dropLast(3)) : last
      let plain = String(
        stem.unicodeScalars.prefix(80).map { scalar -> Character in
          let isPlain =
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789-_.".unicodeScalars.contains(scalar))
          return isPlain ? Character(scalar) : "_"
        })
      let base = plain.isEmpty || plain.hasPrefix(".") ? "copy\(plain)" : plain
      var name = base
      var number = 2
      // As file systems that take upper and lower case for the same would have it.
      while !taken.insert(name.lowercased()).inserted {
        name = "\(base)-\(number)"
        number += 1
      }
      return name
    }
  }
}
