import Foundation
import Testing

/// The built program with little time and memory: what a stranger's file may cost at most.
enum LimitedCommand {
  /// Seconds of the processor. The costliest of the files below need about one here; tests run beside each other, so
  /// that it is the processor's time that is limited, and not the clock's.
  static let seconds = isFull ? 4 : 2
  /// `make hostile` tries files as large as they may be; `make test` smaller ones.
  static let isFull = ProcessInfo.processInfo.environment["COLOPHON_HOSTILE"] == "full"
  static let kilobytes = 1_500_000

  struct Outcome {
    let code: Int32
    let output: String
  }

  /// Runs `colophon` and returns both outputs as one. A program that was ended by the limits has a code above 128.
  static func run(_ arguments: [String], in folder: String) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments =
      ["-c", "ulimit -t \(seconds); ulimit -v \(kilobytes); exec \"$0\" \"$@\" 2>&1", Command.binary] + arguments
    process.currentDirectoryURL = URL(filePath: folder)
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let code = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return Outcome(code: code, output: String(decoding: output, as: UTF8.self))
  }

  /// What no output may hold, whatever the files do: characters that a terminal obeys, or more than anyone reads.
  static func expectHarmless(_ outcome: Outcome, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(outcome.code < 64 || outcome.code == 74, "\(name): \(outcome.code)", sourceLocation: sourceLocation)
    let steering = outcome.output.unicodeScalars.first { scalar in
      switch scalar.value {
      case 0x0A: return false
      case 0x09: return false
      case 0...0x1F, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF: return true
      default: return false
      }
    }
    #expect(
      steering == nil, "\(name): \(steering.map { String($0.value, radix: 16) } ?? "")", sourceLocation: sourceLocation)
    #expect(
      outcome.output.utf8.count < 500_000, "\(name): \(outcome.output.utf8.count) bytes", sourceLocation: sourceLocation
    )
  }
}
