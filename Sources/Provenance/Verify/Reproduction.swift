import Analysis
import Digests
import NotebookSyntax
import Reporting

/// Computes a recorded run again and compares.
struct Reproduction {
  /// Two numbers of other fingerprints are the same within this, of max(|value|, its standard error).
  private static let tolerance = 1e-9

  private let manifest: Manifest
  private let run: Workspace
  private let project: Workspace

  /// Adds to `result` what the rerun showed; messages of a notebook that can't be run come back as they are.
  static func check(
    _ manifest: Manifest, run: Workspace, project: Workspace, bitwise: Bool, into result: inout Verification
  ) -> (source: SourceFile, diagnostics: [Diagnostic])? {
    Reproduction(manifest: manifest, run: run, project: project).check(bitwise: bitwise, &result)
  }

  private func check(bitwise: Bool, _ result: inout Verification) -> (SourceFile, [Diagnostic])? {
    let source: SourceFile
    do throws(Workspace.Problem) {
      source = SourceFile(path: manifest.notebook.path, bytes: try project.read(manifest.notebook.path))
    } catch {
      result.reproduction = "none    the notebook \(manifest.notebook.path) \(error.text)"
      result.add(.cannotCheck, "the notebook \(manifest.notebook.path) \(error.text)")
      return nil
    }
    let absent = manifest.inputs.map(\.path).filter { !project.exists($0) }
    guard absent.isEmpty else {
      result.reproduction = "none    an input is absent: \(absent.joined(separator: ", "))"
      result.add(.cannotCheck, "the run cannot be computed again without \(absent.joined(separator: ", "))")
      return nil
    }
    let recorded: RecordedRun
    do {
      let plan = try Planner.plan(source, in: project, overrides: manifest.parameters)
      recorded = try RecordedRun(plan, in: project)
    } catch let error as Diagnostics {
      return refuse(source, error.all, &result)
    } catch let error as StepFailure {
      return refuse(source, error.diagnostics, &result)
    } catch {
      result.add(.unusable, "the notebook cannot be run")
      return nil
    }
    let isSameMachine = recorded.manifest.fingerprint == manifest.fingerprint
    if recorded.manifest.json.canonicalBytes == manifest.json.canonicalBytes {
      result.reproduction = "ok      every step identical bit for bit; report.html identical"
      result.agreement = .identical
      return nil
    }
    compare(recorded, isSameMachine: isSameMachine || bitwise, &result)
    return nil
  }

  private func refuse(
    _ source: SourceFile, _ diagnostics: [Diagnostic], _ result: inout Verification
  ) -> (SourceFile, [Diagnostic]) {
    result.reproduction = "FAILED  the notebook cannot be run as it stands"
    result.add(.unusable, "the notebook cannot be run as it stands")
    return (source, diagnostics)
  }

  private func compare(_ recorded: RecordedRun, isSameMachine: Bool, _ result: inout Verification) {
    let new = recorded.manifest
    let differing = firstDifference(new)
    var numbers = ResultComparison(
      tolerance: isSameMachine ? 0 : Self.tolerance, alpha: recorded.sealed.run.plan.notebook.frontMatter.alpha)
    if let bytes = try? run.read("results.json"), let old = try? JSONParser.parse(bytes) {
      numbers.compare(old, RunDocument(recorded.sealed, engine: Engine.name).json, everything: !isSameMachine)
    } else {
      numbers.note("results.json cannot be read, so numbers were not compared")
    }
    if !isSameMachine {
      // Only digits may differ: what a file says in words, and which files and steps there are, is the same everywhere.
      let texts = otherText(recorded)
      guard numbers.hasDifferences || !texts.isEmpty else {
        result.reproduction = "ok within 1e-9 (another numeric fingerprint)"
        result.agreement = .withinTolerance
        result.notChecked.append(
          "the digits of report, figures and tables, because another numeric fingerprint may change the last of them")
        return
      }
      for text in texts { result.add(.differs, text) }
    }
    guard let (name, why) = differing else {
      // Same results, other files: the rendering differs.
      let files = new.subjects.filter { file in manifest.subjects.first { $0.path == file.path }?.digest != file.digest
      }.map(\.path)
      let gone = manifest.subjects.map(\.path).filter { path in !new.subjects.contains { $0.path == path } }
      var text = "every step identical; these files differ: \((files + gone).joined(separator: ", "))"
      if files.isEmpty && gone.isEmpty {
        text =
          "every step and file identical; the record differs (engine \(manifest.engineVersion) then, \(Engine.version) now; numeric fingerprint \(manifest.fingerprint.prefix(8)) then, \(Engine.fingerprint.prefix(8)) now)"
      }
      result.reproduction = "DIFFERS \(text)"
      result.add(.differs, text)
      return
    }
    result.reproduction = "DIFFERS first at step \(name): \(why)"
    result.add(.differs, "the first step that differs is \(name): \(why)")
    for line in numbers.report { result.add(.differs, line) }
  }

  /// What differs between the recorded run and this one apart from digits.
  private func otherText(_ recorded: RecordedRun) -> [String] {
    let new = recorded.manifest
    var texts: [String] = []
    if manifest.subjects.map(\.path) != new.subjects.map(\.path) {
      texts.append("the run has other files than are recorded")
    }
    if manifest.failures != new.failures {
      texts.append("\(manifest.failures) failed expectations are recorded, and \(new.failures) fail")
    }
    let steps = manifest.steps.map { "\($0.name) \($0.plan)" }
    if steps != new.steps.map({ "\($0.name) \($0.plan)" }) { texts.append("the run has other steps than are recorded") }
    for file in recorded.files
    where file.path != Manifest.fileName && file.path != Manifest.sumsName && file.path != "results.json" {
      guard let old = try? run.read(file.path) else { continue }
      if DigitMask.masked(old) != DigitMask.masked(file.bytes) {
        texts.append("\(file.path) differs in more than its digits")
      }
    }
    return texts
  }

  /// The first step, in the order they ran, that did not come out as recorded, and what that says.
  private func firstDifference(_ new: Manifest) -> (name: String, why: String)? {
    for (index, step) in new.steps.enumerated() {
      guard index < manifest.steps.count, manifest.steps[index].name == step.name else {
        return (step.name, "the record has no such step at this place")
      }
      let old = manifest.steps[index]
      if old.step == step.step { continue }
      if old.output == step.output {
        return (step.name, "its result is identical; its inputs or parameters are others")
      }
      let inputs =
        zip(old.reads, step.reads).allSatisfy { $0.digest == $1.digest } && old.reads.count == step.reads.count
      if old.action == step.action { return (step.name, "inputs and parameters identical, result different") }
      return (step.name, inputs ? "inputs identical, parameters different" : "its inputs are different")
    }
    if manifest.steps.count > new.steps.count {
      return (manifest.steps[new.steps.count].name, "it is recorded and was not run")
    }
    return nil
  }
}
