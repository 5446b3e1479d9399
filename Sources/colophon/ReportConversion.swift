import Analysis
import ArgumentParser
import Provenance

/// A published report as PDF or DOCX, made by a program of the machine: a copy for reading, no part of the run.
enum ReportConversion: String, ExpressibleByArgument, CaseIterable {
  case pdf, docx

  private static let browsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]

  /// - Parameter page: what was verified. A copy of it is converted: the file in the run may be another by now.
  /// - Returns: the name of what converted it.
  func convert(_ page: [UInt8], to target: String) throws -> String {
    let made = try ScratchFolder.using { scratch -> (name: String, bytes: [UInt8]?) in
      let report = "\(scratch)/page.html"
      do throws(RunPublisher.Problem) {
        try RunPublisher.create(report, page, mode: 0o600)
      } catch {
        throw CommandFailure(Exit.inputOutput, error.text)
      }
      let result = "\(scratch)/report.\(rawValue)"
      let name = try self.run(report, to: result, scratch)
      return (name, try? Workspace(root: scratch).read("report.\(rawValue)"))
    }
    guard let (name, bytes) = made, let bytes, !bytes.isEmpty else {
      throw CommandFailure(Exit.inputOutput, "the report could not be converted: no file came out")
    }
    do throws(RunPublisher.Problem) {
      try RunPublisher.replace(target, with: bytes, below: Paths.parent(target))
    } catch {
      throw CommandFailure(Exit.inputOutput, error.text)
    }
    return name
  }

  private func run(_ report: String, to result: String, _ scratch: String) throws -> String {
    switch self {
    case .pdf:
      if let browser = ExternalProgram.find(Self.browsers) {
        // The page asks for nothing; that nothing can be asked for is made sure of.
        var arguments = [
          "--headless", "--disable-gpu", "--disable-extensions", "--no-pdf-header-footer", "--no-first-run",
          "--disable-background-networking", "--host-resolver-rules=MAP * ~NOTFOUND",
          "--user-data-dir=\(scratch)/profile", "--print-to-pdf=\(result)", Self.address(report),
        ]
        if ExternalProgram.isRoot { arguments.insert("--no-sandbox", at: 0) }
        return try check(browser.run(arguments), "Chromium")
      }
      if let printer = ExternalProgram.find(["weasyprint"]) {
        return try check(printer.run([report, result]), "WeasyPrint")
      }
      throw CommandFailure(
        Exit.inputOutput,
        "PDF is made by Chromium or WeasyPrint, and neither is on the PATH: install one, on Debian with `apt-get install chromium`, on macOS with `brew install --cask chromium`, or with `pip install weasyprint`"
      )
    case .docx:
      guard let pandoc = ExternalProgram.find(["pandoc"]) else {
        throw CommandFailure(
          Exit.inputOutput,
          "DOCX is made by pandoc, and it is not on the PATH: install it, on Debian with `apt-get install pandoc librsvg2-bin`, on macOS with `brew install pandoc librsvg`"
        )
      }
      return try check(pandoc.run(["--from=html", "--to=docx", "--output=\(result)", report]), "pandoc")
    }
  }

  private func check(_ code: Int32?, _ name: String) throws -> String {
    guard code == 0 else {
      let how = code.map { "ended with \($0)" } ?? "could not be started"
      throw CommandFailure(Exit.inputOutput, "the report could not be converted: \(name) \(how)")
    }
    return name
  }

  /// The file as an address.
  private static func address(_ path: String) -> String {
    "file://"
      + path.utf8.map { byte in
        let isPlain = (byte | 0x20) &- UInt8(ascii: "a") < 26 || "0123456789-._~/".utf8.contains(byte)
        guard !isPlain else { return String(Character(Unicode.Scalar(byte))) }
        let digits = String(byte, radix: 16, uppercase: true)
        return "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }.joined()
  }
}
