import Analysis
import NotebookSyntax
import Signatures

/// Who signed a run's manifest, as far as the reader trusts anyone. No key beside the manifest is ever trusted.
struct AuthenticityCheck {
  /// Most files of `ssh-keygen` that are read.
  private static let mostFiles = 64

  private let run: Workspace
  private let manifest: [UInt8]
  private let core: String
  private let trust: Trust
  /// Signatures that were found, whether they hold or not.
  private var count = 0
  /// Names of those whose signature holds, each once.
  private var signers: [String] = []
  private var problems: [String] = []
  private var certificates = CertificateCheck()

  /// - Parameter manifest: nil where there is no usable one.
  static func check(_ manifest: Manifest?, run: Workspace, trust: Trust, into result: inout Verification) {
    guard let manifest else {
      result.authenticity = "unclear without a usable manifest no signature was checked"
      if trust.requiresSignature { result.add(.inauthentic, "a signature is required, and none could be checked") }
      return
    }
    var check = AuthenticityCheck(
      run: run, manifest: manifest.json.canonicalBytes, core: manifest.core, trust: trust)
    check.check()
    check.report(into: &result)
  }

  private init(run: Workspace, manifest: [UInt8], core: String, trust: Trust) {
    self.run = run
    self.manifest = manifest
    self.core = core
    self.trust = trust
  }

  private mutating func check() {
    let names = (Workspace.list(run.root, depth: 0) ?? []).map(\.path).filter(SignatureFile.isName)
    if names.containsExactly(SignatureFile.envelope) { checkEnvelope() }
    certificates = CertificateCheck.check(names, run: run, manifest: manifest, core: core, signers: trust.signers)
    problems += certificates.problems
    let files = names.filter { SignatureFile.principal(of: $0) != nil }
    guard files.count <= Self.mostFiles else {
      count += files.count
      return problems.append("there are \(files.count) signature files, and at most \(Self.mostFiles) are read")
    }
    for file in files {
      guard let principal = SignatureFile.principal(of: file) else { continue }
      checkFile(file, of: principal)
    }
  }

  private mutating func checkEnvelope() {
    let file = SignatureFile.envelope
    let envelope: Envelope
    do throws(RecordedEnvelope.Problem) {
      envelope = try RecordedEnvelope.read(in: run, around: manifest)
    } catch {
      count += 1
      return problems.append(error.text)
    }
    count += envelope.signatures.count
    guard let trusted = trust.signers else { return }
    for signature in envelope.signatures {
      do throws(AllowedSigners.Distrust) {
        accept(try trusted.signer(of: signature, in: envelope).principals[0])
      } catch {
        problems.append("\(file): \(error.text)")
      }
    }
  }

  private mutating func checkFile(_ file: String, of principal: String) {
    count += 1
    let signature: SSHSignature
    do {
      signature = try SSHSignature(file: Workspace(root: run.root, largestFile: SSHSignature.largestFile).read(file))
      // With the key that the file itself names: this tells a signature of other bytes, and trusts nobody.
      try signature.check(manifest)
    } catch let error as SSHSignature.Problem {
      return problems.append("\(file) \(error.text)")
    } catch let error as Workspace.Problem {
      return problems.append("\(file) \(error.text)")
    } catch {
      return problems.append("\(file) cannot be read")
    }
    guard let trusted = trust.signers else { return }
    let principals = trusted.principals(of: signature.key)
    if principals.containsExactly(principal) { return accept(principal) }
    if principals.isEmpty { return problems.append("\(file): " + trusted.distrust(of: signature.key.fingerprint)) }
    problems.append("\(file): its key belongs to \(principals.joined(separator: ", ")), and not to \(principal)")
  }

  private mutating func accept(_ name: String) {
    if !signers.containsExactly(name) { signers.append(name) }
  }

  private func report(into result: inout Verification) {
    for problem in problems { result.add(.inauthentic, problem) }
    for line in trust.signers?.unusable ?? [] {
      result.notChecked.append("line \(line.number) of the trust file (\(line.reason))")
    }
    result.certifications = problems.isEmpty ? certificates.certifications : []
    let all = count + certificates.count
    let parts = [(count, "signature"), (certificates.count, "certificate")].filter { $0.0 > 0 }
    let signatures = parts.map { NumberFormat.counted($0.0, $0.1) }.joined(separator: ", ")
    if !problems.isEmpty {
      result.authenticity = "BROKEN  \(signatures), \(all == 1 ? "which does not hold" : "of which not all hold")"
    } else if count == 0, trust.requiresSignature {
      result.authenticity = "BROKEN  unsigned, and a signature is required"
      result.add(.inauthentic, "a signature by someone you trust is required, and there is none")
    } else if trust.signers == nil {
      guard all > 0 else { return }
      result.authenticity = "unclear \(signatures), not checked: name whom you trust with --trust"
    } else if count > 0 {
      result.isSigned = true
      result.authenticity = "ok      signed by \(signers.joined(separator: ", "))"
    }
  }
}
