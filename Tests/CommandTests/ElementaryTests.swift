import Foundation
import Testing

/// What decides about last digits must come from this program, not from whichever libm a machine has.
@Suite("Elementary functions")
struct ElementaryTests {
  /// Correctly rounded by their definition, on every machine.
  private static let exact: Set = [
    "ceil", "copysign", "fabs", "floor", "fmod", "frexp", "ldexp", "modf", "rint", "round", "sqrt", "trunc",
  ]

  private func output(_ tool: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [tool] + arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "\(tool) is needed: install binutils")
    return String(decoding: data, as: UTF8.self)
  }

  private func symbols(_ file: String, _ option: String) throws -> Set<String> {
    Set(
      try output("nm", ["-D", option, file]).split(separator: "\n").compactMap { line in
        line.split(separator: " ").last?.split(separator: "@").first.map(String.init)
      })
  }

  #if os(Linux)
    @Test func onlyExactFunctionsComeFromTheSystem() throws {
      let binary = Command.binary
      func library(_ name: String) throws -> String {
        let line = try output("ldd", [binary]).split(separator: "\n").first { $0.contains("\(name).so") }
        return try #require(line?.split(separator: " ").first { $0.hasPrefix("/") }.map(String.init))
      }
      let system = try symbols(try library("libm"), "--defined-only")
      let own = try symbols(binary, "--defined-only")
      for file in [binary, try library("libgsl")] {
        let taken = try symbols(file, "--undefined-only").intersection(system).subtracting(own)
        #expect(taken.subtracting(Self.exact).isEmpty, "\(file) takes \(taken.sorted()) from libm")
      }
      #expect(own.isSuperset(of: ["exp", "log", "pow", "sin", "cos", "sincos", "log10", "hypot"]))
    }
  #endif
}
