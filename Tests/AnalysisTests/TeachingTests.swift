import Analysis
import Foundation
import NotebookSyntax
import Provenance
import Teaching
import Testing

/// Students' copies and their grading, without a command line.
@Suite("Teaching")
struct TeachingTests {
  static let notebook = """
    ---
    title: Test
    ---

    ```{load} rows
    file: data/d.csv
    columns:
      g: category [A, B]
      y: number
    ```

    ```{summarize} s
    data: rows
    of: y
    by: g
    ```

    ```{exercise} mean
    # the answer is 2
    prompt: >
      What is the mean
      of group A?
    answer:
      number: s.rows["A"].y.mean
      tolerance: 0.01
    # it is 2, really
    hints: [Add them up.,
      Divide.]  # really 2
    # really 2
    solution: SECRET-ONE
    ```

    ```{exercise} which
    prompt: Which group is higher?
    answer: {choice: B, of: [A, B]}
    hints:
      - Look twice.
      # it is really B
      - "Twice: look."
    solution: |
      SECRET-TWO
    ```

    ```{exercise} word
    answer: {text: mean, also: [average]}
    prompt: "What is it called?"
    ```

    The end.

    """

  static let data = "g,y\nA,1\nA,2\nA,3\nB,4\nB,5\n"

  private static func project() throws -> TemporaryProject {
    try TemporaryProject(["notebook.md": notebook, "data/d.csv": data, "colophon.yaml": ""])
  }

  private static func plan(_ project: TemporaryProject, _ text: String? = nil) throws -> Plan {
    let source = SourceFile(path: "notebook.md", bytes: Array((text ?? notebook).utf8))
    return try Planner.plan(source, in: project.workspace)
  }

  private static func key() throws -> AnswerKey {
    let project = try project()
    return AnswerKey(try Runner.run(try plan(project), in: project.workspace))
  }

  private static func copy() throws -> String {
    let bytes = try #require(StudentCopy.make(from: try plan(try project())))
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test func aCopyHoldsNoAnswer() throws {
    let copy = try Self.copy()
    for secret in ["SECRET", "answer", "really", "tolerance", "average", "solution"] {
      #expect(!copy.contains(secret), "\(secret)")
    }
    for kept in ["What is the mean", "Add them up.", "Which group is higher?", "The end.", "of: y\n"] {
      #expect(copy.contains(kept), "\(kept)")
    }
    #expect(copy.components(separatedBy: "response:\n").count == 4)
    #expect(copy.contains("asks: number\n") && copy.contains("asks: [\"A\", \"B\"]\n") && copy.contains("asks: text\n"))
    #expect(try copy == Self.copy(), "the same every time")
    // It is a notebook by itself, and copying it changes nothing.
    let project = try Self.project()
    let plan = try Self.plan(project, copy)
    #expect(StudentCopy.make(from: plan).map { String(decoding: $0, as: UTF8.self) } == copy)
    let run = try RecordedRun(plan, in: project.workspace)
    let report = try #require(run.files.first { $0.path == "report.html" })
    #expect(!String(decoding: report.bytes, as: UTF8.self).contains("Solution"))
  }

  /// A copy filled in: each response in its place.
  private static func filled(_ responses: [String]) throws -> String {
    var parts = try copy().components(separatedBy: "response:\n")
    for (index, response) in responses.enumerated() { parts[index] += "response: \(response)\n" }
    return parts.joined()
  }

  private static func grade(_ text: String) throws -> GradedCopy {
    Grader.grade(SourceFile(path: "ada.md", bytes: Array(text.utf8)), with: try key())
  }

  @Test func gradesWhatStudentsWrite() throws {
    let right = try Self.grade(try Self.filled(["2.001", "b", "Average"]))
    #expect(right.right == 3 && right.remarks.isEmpty && right.answers.allSatisfy(\.remarks.isEmpty))
    let mixed = try Self.grade(try Self.filled(["-2", "A", ""]))
    #expect(mixed.answers.map(\.outcome) == ["wrong sign", "wrong", "unanswered"])
    #expect(try Self.grade(try Self.copy()).answers.map(\.outcome) == ["unanswered", "unanswered", "unanswered"])
    // Line ends of another system are no change.
    let crlf = try Self.filled(["2", "B", "mean"]).replacingOccurrences(of: "\n", with: "\r\n")
    let graded = try Self.grade(crlf)
    #expect(graded.right == 3 && graded.remarks.isEmpty, "\(graded)")
  }

  @Test func saysWhatIsWrongWithACopy() throws {
    let filled = try Self.filled(["2", "B", "mean"])
    func outcome(_ old: String, _ new: String) throws -> GradedCopy {
      #expect(filled.contains(old))
      return try Self.grade(filled.replacingOccurrences(of: old, with: new))
    }
    let gone = try outcome("```{exercise} which", "```{exercise} other")
    #expect(gone.answers.map(\.outcome) == ["right", "broken", "right"])
    #expect(gone.remarks.contains { $0.contains("`other` was added") })
    let broken = try outcome("response: B", "response: [B, {")
    #expect(
      broken.answers[1].outcome == "broken" && broken.answers[1].remarks.contains { $0.contains("cannot be read") })
    #expect(broken.right == 2)
    let list = try outcome("response: B", "response: [B]")
    #expect(list.answers[1].remarks.contains { $0.contains("list") })
    let kind = try outcome("```{exercise} which", "```{table} which")
    #expect(kind.answers[1].remarks.contains { $0.contains("another kind") })
    let prompt = try outcome("Which group is higher?", "Is A a letter?")
    #expect(prompt.right == 3 && prompt.answers[1].remarks.contains { $0.contains("question is changed") })
    let own = try outcome("response: B", "response: A\nanswer: {choice: A, of: [A, B]}")
    #expect(own.right == 2 && own.answers[1].remarks.contains { $0.contains("counts for nothing") })
    let cell = try outcome("file: data/d.csv", "file: ../../etc/passwd")
    #expect(cell.right == 3 && cell.remarks.contains("The cell `rows` is changed."))
    let twice = try Self.grade(filled + "\n```{exercise} which\nprompt: x\nresponse: A\n```\n")
    #expect(twice.right == 3 && twice.answers[1].remarks.contains { $0.contains("stands there 2 times") })
  }

  /// Whatever a file holds, it is graded, and nothing in it runs or escapes.
  @Test(arguments: [
    "", "\u{0}", "---", "---\ntitle: x\n---\n", "```{exercise} mean", String(repeating: "`", count: 5000),
    "---\ntitle: x\n---\n\n```{exercise} mean\nresponse: |\n  " + String(repeating: "9", count: 100_000) + "\n```\n",
    "---\ntitle: x\n---\n\n```{exercise} mean\nresponse: \"=HYPERLINK(1)<script>|\\u202e\"\n```\n",
    "---\ntitle: x\n---\n\n" + String(repeating: "```{exercise} mean\nresponse: 2\n```\n\n", count: 2000),
  ])
  func gradesAnything(_ text: String) throws {
    let key = try Self.key()
    let graded = Grader.grade(SourceFile(path: "=cmd\u{202E}.md", bytes: Array(text.utf8)), with: key)
    #expect(graded.answers.count == 3 && graded.right <= 1)
    let files = GradeBook([graded, graded], key: key).files
    #expect(files.count == 3 && Set(files.map(\.path)).count == 3)
    for file in files {
      let written = String(decoding: file.bytes, as: UTF8.self)
      #expect(
        !written.replacingOccurrences(of: "\\<", with: "").contains("<script") && !written.contains("\u{202E}")
          && !written.contains("\n="))
      #expect(file.bytes.count < 60_000)
      #expect(!file.path.contains("/") && !file.path.hasPrefix("."))
    }
  }

  @Test func theTableHasARowForEachCopy() throws {
    let key = try Self.key()
    let copies = [
      try Self.grade(try Self.filled(["2", "B", "mean"])), Grader.unreadable("b/ada.md", "is a link", key),
    ]
    let book = GradeBook(copies, key: key)
    #expect(book.files.map(\.path) == ["grades.csv", "ada.md", "ada-2.md"])
    #expect(
      String(decoding: book.files[0].bytes, as: UTF8.self) == """
        copy,right,of,mean,which,word,remarks
        ada.md,3,3,right,right,right,
        b/ada.md,0,3,broken,broken,broken,The file is a link.

        """)
    #expect(String(decoding: book.files[1].bytes, as: UTF8.self).contains("3 of 3 right"))
  }

  /// Any file that the project can load gives a notebook that passes `check` and runs.
  @Test(arguments: [
    "g,y\nA,1\nA,2\nB,3\nB,4\nA,5\nB,6\nA,7\nB,8\nA,9\nB,1\n", "y\n1.5\n2.5\n3.25\n", "name,note\nx,one two\ny,three\n",
    "a b,\"c,d\",1x\n1,2,3\n4,5,6\n", "id,y\n1,\n2,\n3,4.5\n",
  ])
  func aNewNotebookRuns(_ data: String) throws {
    let project = try TemporaryProject(["data/my file.csv": data, "colophon.yaml": ""])
    let text = try NewNotebook.text(
      title: "new", file: "data/my file.csv", bytes: Array(data.utf8), path: "notebooks/new.md", in: project.workspace
    ).get()
    let plan = try Planner.plan(SourceFile(path: "notebooks/new.md", bytes: Array(text.utf8)), in: project.workspace)
    let run = try Runner.run(plan, in: project.workspace)
    #expect(run.failures.isEmpty)
  }
}
