import Analysis
import NotebookSyntax
import Signatures

/// Which certificates of a run hold, as far as the reader trusts anyone.
struct CertificateCheck {
  /// Most certificates that are read.
  private static let mostFiles = 64

  /// Certificates that were found, whether they hold or not.
  private(set) var count = 0
  private(set) var certifications: [Verification.Certification] = []
  private(set) var problems: [String] = []

  /// - Parameters:
  ///   - names: of the files that were added to the run.
  ///   - signers: whom the reader trusts; nil where nobody was named, in which case nobody has certified anything.
  static func check(
    _ names: [String], run: Workspace, manifest: [UInt8], core: String, signers: AllowedSigners?
  ) -> CertificateCheck {
    var check = CertificateCheck()
    let files = names.compactMap { file in SignatureFile.certifier(of: file).map { (file, $0) } }
    check.count = files.count
    guard files.count <= mostFiles else {
      check.problems.append("there are \(files.count) certificates, and at most \(mostFiles) are read")
      return check
    }
    for (file, name) in files {
      do throws(RecordedCertificate.Problem) {
        let recorded = try RecordedCertificate(reading: file, in: run, of: manifest, core: core)
        if let signers { check.judge(recorded, file, named: name, signers) }
      } catch {
        check.problems.append("\(file) \(error.text)")
      }
    }
    return check
  }

  private mutating func judge(
    _ recorded: RecordedCertificate, _ file: String, named name: String, _ trusted: AllowedSigners
  ) {
    let signer: AllowedSigners.Signer
    do throws(AllowedSigners.Distrust) {
      signer = try trusted.signer(of: recorded.signature, in: recorded.envelope)
    } catch {
      return problems.append("\(file): \(error.text)")
    }
    let principals = trusted.principals(of: signer.key)
    guard principals.containsExactly(name) || name.isExactly(signer.key.fingerprintInFileName) else {
      return problems.append("\(file): its key belongs to \(principals.joined(separator: ", ")), and not to \(name)")
    }
    let by = principals.containsExactly(name) ? name : signer.principals[0]
    // One key may have certified under its name and under its fingerprint.
    guard !certifications.contains(where: { $0.by.isExactly(by) }) else { return }
    certifications.append(
      Verification.Certification(
        by: by,
        agreement: recorded.certificate.agreement, engineVersion: recorded.certificate.engineVersion,
        fingerprint: recorded.certificate.fingerprint))
  }
}
