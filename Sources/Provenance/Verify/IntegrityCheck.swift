import Analysis
import Digests
import NotebookSyntax

/// Whether files, chain and digests of a recorded run agree. It does not show that the analysis was ever run.
struct IntegrityCheck {
  private let run: Workspace
  private let project: Workspace
  private var result = Verification()

  /// - Parameters:
  ///   - run: the run's folder.
  ///   - project: the project root that inputs are relative to.
  ///   - outputsOnly: whether inputs, the notebook and the runs whose tables were read are left out.
  static func check(run: Workspace, project: Workspace, outputsOnly: Bool = false) -> (Verification, Manifest?) {
    var check = IntegrityCheck(run: run, project: project)
    let manifest = check.check(outputsOnly: outputsOnly)
    return (check.result, manifest)
  }

  private init(run: Workspace, project: Workspace) {
    self.run = run
    self.project = project
  }

  private mutating func check(outputsOnly: Bool) -> Manifest? {
    let bytes: [UInt8]
    let limit = min(run.largestFile, Manifest.largest)
    do throws(Workspace.Problem) {
      bytes = try Workspace(root: run.root, largestFile: limit).read(Manifest.fileName)
    } catch {
      result.add(.broken, "manifest.json \(error.text)")
      result.integrity = "BROKEN  there is no manifest to check against"
      return nil
    }
    let manifest: Manifest
    do throws(ManifestProblem) {
      manifest = try Manifest(bytes: bytes)
    } catch {
      if case .unknownVersion = error { result.add(.cannotCheck, error.text) } else { result.add(.broken, error.text) }
      result.integrity = "BROKEN  the manifest cannot be used"
      return nil
    }
    result.core = manifest.core
    result.failedExpectations = manifest.failures
    checkWorld(manifest)
    for subject in manifest.subjects { checkOutput(subject.path, subject.digest) }
    checkSums(manifest, bytes)
    if outputsOnly {
      result.notChecked.append("inputs and the notebook (--outputs-only leaves them out)")
    } else {
      for input in manifest.inputs { checkInput(input.path, input.digest, size: input.size) }
      checkInput(manifest.notebook.path, manifest.notebook.digest, size: nil)
      checkUpstreams(manifest)
    }
    checkChain(manifest)
    checkResults(manifest)
    let counts = [
      (manifest.steps.count, "step"), (manifest.subjects.count, "output"), (manifest.inputs.count, "input"),
    ]
    .map { NumberFormat.counted($0.0, $0.1) }.joined(separator: ", ")
    let isBroken = result.findings.contains { $0.verdict == .broken }
    result.integrity =
      isBroken ? "BROKEN  \(counts)" : result.findings.isEmpty ? "ok      \(counts)" : "unclear \(counts)"
    return manifest
  }

  /// A closed world: exactly the recorded files, signatures, no links, nothing else.
  private mutating func checkWorld(_ manifest: Manifest) {
    let expected = manifest.subjects.map(\.path) + [Manifest.fileName, Manifest.sumsName]
    let folders = expected.compactMap { path in path.lastIndex(of: "/").map { String(path[..<$0]) } }
    guard let entries = Workspace.list(run.root) else {
      result.add(.broken, "the run's folder cannot be read")
      return
    }
    for entry in entries {
      switch entry.kind {
      case .file where expected.containsExactly(entry.path) || SignatureFile.isName(entry.path): continue
      case .folder where folders.containsExactly(entry.path): continue
      case .link: result.add(.broken, "\(entry.path) is a link")
      case .file where entry.path == "manifest.json.sig":
        result.add(.broken, "manifest.json.sig is extra: a signature is named manifest.json.PRINCIPAL.sig")
      default: result.add(.broken, "\(entry.path) is extra: the manifest does not know it")
      }
    }
  }

  private mutating func checkOutput(_ path: String, _ digest: String) {
    do throws(Workspace.Problem) {
      if try run.digest(path).digest.hex != digest {
        result.add(.broken, "\(path) is changed: its bytes are not those that were recorded")
      }
    } catch {
      if case .notFound = error {
        result.add(.broken, "\(path) is missing")
      } else {
        result.add(.broken, "\(path) \(error.text)")
      }
    }
  }

  /// `SHA256SUMS` repeats the manifest, and so tells which of the two was changed.
  private mutating func checkSums(_ manifest: Manifest, _ bytes: [UInt8]) {
    let expected = manifest.sums(manifest: bytes)
    guard let found = try? run.read(Manifest.sumsName), found != expected else {
      return checkOutput(Manifest.sumsName, Digest(ofFile: expected).hex)
    }
    func others(_ sums: [UInt8]) -> [Substring] {
      String(decoding: sums, as: UTF8.self).split(separator: "\n").filter { !$0.hasSuffix("  \(Manifest.fileName)") }
    }
    let isSame = others(found) == others(expected)
    let name = isSame ? Manifest.fileName : "\(Manifest.fileName) or \(Manifest.sumsName)"
    result.add(.broken, "\(name) is changed: \(Manifest.sumsName) records other digests than \(Manifest.fileName)")
  }

  private mutating func checkInput(_ path: String, _ digest: String, size: Int?) {
    do throws(Workspace.Problem) {
      let (found, length) = try project.digest(path)
      if found.hex != digest || (size.map { $0 != length } ?? false) {
        result.add(.broken, "input \(path) is changed: its bytes are not those that were read")
      }
    } catch {
      if case .notFound = error {
        result.add(.cannotCheck, "input \(path) is absent")
      } else {
        result.add(.broken, "input \(path) \(error.text)")
      }
    }
  }

  /// Every digest that follows from others is computed again.
  private mutating func checkChain(_ manifest: Manifest) {
    var plans: [String: String] = [:]
    let files = Dictionary(manifest.inputs.map { (Array($0.path.utf8), $0.digest) }) { first, _ in first }
    for step in manifest.steps {
      // What a step read is either an input or an earlier step.
      // One read by columns and by result counts once; two steps alike in all but their names count twice.
      var producers: [(name: String, plan: String)] = []
      for read in step.reads where producers.last?.name != read.path {
        if let plan = plans[read.path] { producers.append((read.path, plan)) }
      }
      let plan = Sealer.planDigest(
        kind: step.kind, version: step.version, parameters: step.parameters, producers: producers.map(\.plan))
      if plan.hex != step.plan {
        result.add(.broken, "step \(step.name): its plan digest does not follow from its record")
      }
      plans[step.name] = step.plan
      let action = Sealer.actionDigest(
        kind: step.kind, version: step.version, parameters: step.parameters,
        reads: step.reads.map { ($0.path, $0.digest) })
      if action.hex != step.action {
        result.add(.broken, "step \(step.name): its action digest does not follow from its record")
      }
      if Sealer.stepDigest(name: step.name, action: step.action, output: step.output).hex != step.step {
        result.add(.broken, "step \(step.name): its digest does not follow from its record")
      }
      for read in step.reads where files[Array(read.path.utf8)].map({ $0 != read.digest }) ?? false {
        result.add(.broken, "step \(step.name) read another \(read.path) than the one recorded")
      }
    }
    let chain = manifest.steps.filter { !$0.isRendering }.map(\.step)
    let inputs = manifest.inputs.map { ($0.path, $0.digest) }
    let parameters = manifest.parameters.map { ($0.name, $0.value) }
    let core = Sealer.coreDigest(
      notebook: manifest.notebook.digest, inputs: inputs, parameters: parameters, steps: chain)
    if core.hex != manifest.core { result.add(.broken, "the core digest does not follow from the steps") }
    let analysis = Sealer.analysisDigest(inputs: inputs, parameters: parameters, steps: chain)
    if analysis.hex != manifest.analysis { result.add(.broken, "the analysis digest does not follow from the steps") }
  }

  /// The runs whose tables were read are still those, and recorded these tables.
  private mutating func checkUpstreams(_ manifest: Manifest) {
    for upstream in manifest.upstreams {
      guard let bytes = try? project.read("\(upstream.path)/\(Manifest.fileName)"),
        let other = try? Manifest(bytes: bytes)
      else {
        result.add(.cannotCheck, "the run \(upstream.path), whose table was read, is not there")
        continue
      }
      guard other.core == upstream.core else {
        result.add(
          .broken,
          "the run \(upstream.path), whose table was read, is another now: colophon:1:\(upstream.core) then, colophon:1:\(other.core) now"
        )
        continue
      }
      for input in manifest.inputs where input.path.hasPrefix(upstream.path + "/") {
        let path = String(input.path.dropFirst(upstream.path.count + 1))
        if !other.subjects.contains(where: { $0.path.isExactly(path) && $0.digest == input.digest }) {
          result.add(.broken, "\(input.path) was read otherwise than \(upstream.path) records it")
        }
      }
    }
  }

  /// `results.json` says what the steps' output digests say.
  private mutating func checkResults(_ manifest: Manifest) {
    guard let bytes = try? run.read("results.json"), let json = try? JSONParser.parse(bytes),
      let steps = json["steps"]?.array
    else { return result.add(.broken, "results.json cannot be read as results") }
    let recorded = manifest.steps.map { "\($0.name) \($0.output)" }
    let found = steps.map { item -> String in
      let body: JSONValue = ["result": item["result"] ?? .null, "table": item["table"] ?? .null]
      return "\(item["name"]?.string ?? "") \(Digest(of: "output", body).hex)"
    }
    if recorded != found { result.add(.broken, "results.json does not hold the results whose digests are recorded") }
    // A load's result names the run whose table it read, and so the chain of digests holds it.
    let read = Set(steps.compactMap { $0["result"]?["run"]?.string })
    if read != Set(manifest.upstreams.map { Manifest.corePrefix + $0.core }) {
      result.add(.broken, "results.json names other runs whose tables were read than are recorded")
    }
  }
}
