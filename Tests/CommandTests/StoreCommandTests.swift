import Foundation
import Testing

@Suite("colophon run, why and clean with what is stored")
struct StoreCommandTests {
  static let notebook = "notebooks/ucmsc-24-weeks.md"
  static let run = "outputs/ucmsc-24-weeks"

  /// A project, and a home of its own for the user's secret.
  private func project() throws -> (ProjectCopy, [String: String]) {
    let project = try ProjectCopy()
    return (project, ["HOME": "\(project.root)/home", "XDG_STATE_HOME": ""])
  }

  @Test func aSecondRunIsCachedAndTheSame() throws {
    let (project, home) = try project()
    let before = try project.contents(of: Self.run)
    let first = try project.run("run", Self.notebook, environment: home)
    #expect(first.errors.contains("ran: nothing is stored of it"))
    let second = try project.run("run", Self.notebook, environment: home)
    #expect(!second.errors.contains("ran"))
    #expect(second.errors.split(separator: "\n").count { $0.hasSuffix(" cached") } == 15)
    #expect(try project.contents(of: Self.run) == before)
    let third = try project.run("run", Self.notebook, "--no-cache", environment: home)
    #expect(!third.errors.contains("cached"))
    #expect(try project.contents(of: Self.run) == before)
  }

  /// What the message says, by what was changed.
  @Test(arguments: [
    ("data/ucmsc24/labs_clean.csv", "", "visits", "data/ucmsc24/labs_clean.csv has changed"),
    (Self.notebook, "(1 + week | patient)", "growth_failure", "`formula` has changed"),
  ])
  func whatHasChangedIsNamed(_ file: String, _ text: String, _ step: String, _ reason: String) throws {
    let (project, home) = try project()
    _ = try project.run("run", Self.notebook, environment: home)
    let content = String(decoding: try project.read(file), as: UTF8.self)
    if text.isEmpty {
      let lines = content.split(separator: "\n")
      let half = lines.enumerated().filter { $0.offset.isMultiple(of: 2) }.map(\.element)
      try project.write(half.joined(separator: "\n") + "\n", to: file)
    } else {
      try #require(content.contains(text))
      try project.write(content.replacingOccurrences(of: text, with: "(1 | patient)"), to: file)
    }
    let why = try project.run("why", Self.notebook, step, environment: home)
    #expect(why.code == 0)
    #expect(why.output.contains("\(step): would run: \(reason)"), "\(why.output)")
    let run = try project.run("run", Self.notebook, environment: home)
    let line = run.errors.split(separator: "\n").first { $0.contains(" \(step) ") }
    #expect(line?.hasSuffix("ran: \(reason)") == true, "\(run.errors)")
    #expect(try project.run("verify", Self.run, "--rerun", environment: home).code == 0, "\(run.code)")
  }

  @Test func whyFollowsTheChain() throws {
    let (project, home) = try project()
    _ = try project.run("run", Self.notebook, environment: home)
    let stored = try project.run("why", Self.notebook, "growth_failure", environment: home)
    #expect(stored.output == "growth_failure: stored\n")
    try project.flip(of: "data/ucmsc24/labs_clean.csv")
    let why = try project.run("why", Self.notebook, "growth_failure", environment: home)
    #expect(why.output.contains("visits: would run: data/ucmsc24/labs_clean.csv has changed"))
    #expect(why.output.contains("growth_failure: waits for `failure`"))
    #expect(!why.output.contains("baseline"))
    let unknown = try project.run("why", Self.notebook, "growth_failur", environment: home)
    #expect(unknown.code == 6)
    #expect(unknown.errors.contains("growth_failure"))
  }

  @Test func cleanRemovesWhatIsStoredAndNothingElse() throws {
    let (project, home) = try project()
    _ = try project.run("run", Self.notebook, environment: home)
    let before = try project.contents(of: "outputs")
    let clean = try project.run("clean", environment: home)
    #expect(clean.output.hasPrefix("15 stored results removed"))
    #expect(try project.contents(of: "outputs") == before)
    #expect(try project.run("clean", environment: home).output.hasPrefix("0 stored results removed"))
    let run = try project.run("run", Self.notebook, environment: home)
    #expect(run.errors.contains("ran: nothing is stored of it"))
  }

  /// Someone sends a project along with what is stored of it: none of it counts.
  @Test func whatAnotherUserStoredDoesNotCount() throws {
    let (project, home) = try project()
    _ = try project.run("run", Self.notebook, environment: home)
    let other = ["HOME": "\(project.root)/other", "XDG_STATE_HOME": ""]
    let run = try project.run("run", Self.notebook, environment: other)
    #expect(!run.errors.contains("cached"))
    #expect(run.errors.contains("ran: what was stored of it is damaged"))
  }

  @Test(arguments: ["HOME", "HOME readable by others", ".colophon is a link", ".colophon is a file"])
  func whereNothingCanBeStoredEverythingRuns(_ obstacle: String) throws {
    var (project, home) = try project()
    let before = try project.contents(of: Self.run)
    switch obstacle {
    case "HOME": home["HOME"] = ""
    case "HOME readable by others":
      _ = try project.run("run", Self.notebook, environment: home)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o644], ofItemAtPath: "\(project.root)/home/.local/state/colophon/store.key")
    case ".colophon is a link":
      try FileManager.default.createDirectory(atPath: "\(project.root)/elsewhere", withIntermediateDirectories: true)
      try FileManager.default.createSymbolicLink(
        atPath: "\(project.root)/.colophon", withDestinationPath: "\(project.root)/elsewhere")
    default: try project.write("x", to: ".colophon")
    }
    for _ in 1...2 {
      let run = try project.run("run", Self.notebook, environment: home)
      #expect(run.code == 0)
      #expect(!run.errors.contains("cached"))
    }
    #expect(try project.contents(of: Self.run) == before)
    if obstacle == ".colophon is a link" { #expect(try project.contents(of: "elsewhere").isEmpty) }
  }
}
