import Digests
import Foundation
import Testing

/// `answer`, `student`, `grade` and `new`, from outside.
@Suite("Teaching commands")
struct TeachingCommandTests {
  private static let notebook = """
    ---
    title: Small
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
    prompt: What is the mean of A?
    answer: {number: 's.rows["A"].y.mean', tolerance: 0.01}
    solution: SECRET
    ```

    """

  private static func project() throws -> TemporaryFolder {
    try TemporaryFolder([
      "colophon.yaml": "", "notebooks/small.md": notebook, "data/d.csv": "g,y\nA,1.5\nA,2\nA,3\nB,4\nB,5\n",
    ])
  }

  @Test func answersAreWrongAndThenRight() throws {
    let project = try Self.project()
    let wrong = try project.run(["answer", "notebooks/small.md", "mean=-2.1667"])
    #expect(wrong.code == 1 && wrong.output.contains("sign") && !wrong.output.contains("2.1"))
    let right = try project.run(["answer", "notebooks/small.md", "mean=2.17"])
    #expect(right.code == 0 && right.output == "mean: Right.\n", "\(right.errors)")
    let unknown = try project.run(["answer", "notebooks/small.md", "maen=2.17"])
    #expect(unknown.code == 6 && unknown.errors.contains("did you mean `mean`?"))
    #expect(try project.run(["answer", "notebooks/small.md", "mean"]).code == 64)
    #expect(try project.run(["answer", "notebooks/none.md", "mean=1"]).code == 74)
    #expect(!project.exists("outputs"))
  }

  @Test func copiesReplaceNothing() throws {
    let project = try Self.project()
    #expect(try project.run(["student", "notebooks/small.md"]).code == 0)
    let copy = try project.read("notebooks/small-student.md")
    #expect(!String(decoding: copy, as: UTF8.self).contains("SECRET"))
    let again = try project.run(["student", "notebooks/small.md"])
    #expect(again.code == 74 && again.errors.contains("small-student.md"))
    #expect(try project.read("notebooks/small-student.md") == copy)
    #expect(try project.run(["student", "notebooks/small.md", "--to", "notebooks/b.md"]).code == 0)
    #expect(try project.read("notebooks/b.md") == copy)
    #expect(try project.run(["check", "notebooks"]).code == 0)
    // A copy holds no answers, and the teacher's notebook does.
    let alone = try project.run(["answer", "notebooks/b.md", "mean=2.17"])
    #expect(alone.code == 6 && alone.errors.contains("--key"))
    #expect(try project.run(["answer", "notebooks/b.md", "mean=2.17", "--key", "notebooks/small.md"]).code == 0)
    // A notebook whose prose reads an answer has no copy.
    try project.write(Self.notebook + "\n{value}`mean.expected:.1`\n", to: "notebooks/told.md")
    let told = try project.run(["student", "notebooks/told.md"])
    #expect(told.code == 6 && !project.exists("notebooks/told-student.md"), "\(told.errors)")
  }

  @Test func gradesAFolder() throws {
    let project = try Self.project()
    #expect(try project.run(["student", "notebooks/small.md", "--to", "copy.md"]).code == 0)
    let copy = String(decoding: try project.read("copy.md"), as: UTF8.self)
    func fill(_ response: String) -> String {
      copy.replacingOccurrences(of: "response:", with: "response: \(response)")
    }
    try project.write(fill("2.17"), to: "copies/ada.md")
    try project.write(fill("217"), to: "copies/bob.md")
    try project.write("no notebook", to: "copies/eve.md")
    try project.write(Data([0xFF, 0xFE, 0]), to: "copies/fay.md")
    try FileManager.default.createSymbolicLink(
      atPath: "\(project.root)/copies/gus.md", withDestinationPath: "\(project.root)/data/d.csv")
    let graded = try project.run(["grade", "copies", "--key", "notebooks/small.md"])
    #expect(graded.code == 0, "\(graded.errors)")
    let table = String(decoding: try project.read("grades/grades.csv"), as: UTF8.self).split(separator: "\n")
    #expect(table.count == 6)
    #expect(
      table[1].hasPrefix("copies/ada.md,1,1,right,")
        && table[2].hasPrefix("copies/bob.md,0,1,wrong order of magnitude,"))
    #expect(table[3...5].allSatisfy { $0.contains(",0,1,broken,") })
    for name in ["ada", "bob", "eve", "fay", "gus"] { #expect(project.exists("grades/\(name).md")) }
    let again = try project.run(["grade", "copies", "--key", "notebooks/small.md"])
    #expect(again.code == 74, "what is there is not replaced")
    #expect(try project.run(["grade", "copies", "--key", "notebooks/small.md", "--to", "other"]).code == 0)
    #expect(try project.contents(of: "grades") == project.contents(of: "other"))
  }

  @Test(arguments: ["data/pbc/pbcseq.csv", "data/pbc/pbc.csv", "data/ucmsc24/labs.csv", "data/ucmsc24/patients.csv"])
  func aNewNotebookPassesCheckAndRuns(_ file: String) throws {
    let project = try ProjectCopy()
    let made = try project.run("new", "begin", "--data", file)
    #expect(made.code == 0 && made.output == "notebooks/begin.md\n", "\(made.errors)")
    #expect(try project.run("check", "notebooks/begin.md").code == 0)
    let run = try project.run("run", "notebooks/begin.md")
    #expect(run.code == 0, "\(run.errors)")
    let report = String(decoding: try project.read("outputs/begin/report.md"), as: UTF8.self)
    #expect(report.contains("**Table 1.**") && report.contains("**Figure 1.**"))
    #expect(try project.run("new", "begin", "--data", file).code == 74)
    #expect(try project.run("new", "../begin", "--data", file).code == 64)
  }

  /// Each notebook of the course has its exercises, copies without their solutions, and answers that are judged right when they
  /// are what its own run gives.
  @Test func theCourseCanBeTaught() throws {
    let folder = "\(Command.root)/notebooks/course"
    let names = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".md") }.sorted()
    #expect(names.count == 9)
    let project = try ProjectCopy()
    for name in names {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      #expect(text.components(separatedBy: "```{exercise}").count >= 3, "\(name)")
      #expect(text.contains("# Aim") && text.contains("# Exercises"))
      let copied = try project.run("student", "notebooks/course/\(name)")
      #expect(copied.code == 0, "\(name): \(copied.errors)")
      let run = String(name.dropLast(3))
      let copy = String(decoding: try project.read("notebooks/course/\(run)-student.md"), as: UTF8.self)
      #expect(!copy.contains("solution:") && !copy.contains("answer:"), "\(name)")
      let results = try JSONParser.parse(Array(try project.read("outputs/course/\(run)/results.json")))
      let steps = try #require(results["steps"]?.array).filter { $0["kind"]?.string == "exercise" }
      #expect(steps.count >= 2, "\(name)")
      for step in steps {
        let exercise = try #require(step["name"]?.string)
        let expected = try #require(step["result"]?["expected"], "\(name) \(exercise)")
        let answer =
          switch expected {
          case .string(let text): text
          case .integer(let number): "\(number)"
          case .number(let number): "\(number)"
          default: ""
          }
        let judged = try project.run("answer", "notebooks/course/\(name)", "\(exercise)=\(answer)")
        #expect(
          judged.code == 0 && judged.output.contains("Right"),
          "\(name) \(exercise)=\(answer) \(judged.output)\(judged.errors)")
      }
    }
  }
}
