import Foundation
import Testing

/// Libraries loaded into the process before it starts: another BLAS, and one that changes how the processor rounds.
@Suite("Odd arithmetic")
struct ArithmeticTests {
  static let hasCompiler = (try? Tool.run("gcc", ["--version"], in: "/")) != nil

  /// Makes a library of `source`, to be loaded first.
  private func preload(_ source: String, as name: String, in folder: TemporaryFolder) throws -> [String: String] {
    try folder.write(source, to: "\(name).c")
    try Tool.run("gcc", ["-shared", "-fPIC", "-o", "\(name).so", "\(name).c", "-lm"], in: folder.root)
    return ["LD_PRELOAD": "\(folder.root)/\(name).so"]
  }

  @Test func thisMachineIsInOrder() throws {
    let doctor = try Command.run(["doctor"], in: Command.root)
    #expect(doctor.code == 0)
    #expect(doctor.output.contains("libgslcblas") && doctor.output.contains("arithmetic           IEEE 754"))
    #expect(!doctor.output.contains("foreign"), "\(doctor.output)")
  }

  static let settings = [
    ("upward", "fesetround(FE_UPWARD);"), ("downward", "fesetround(FE_DOWNWARD);"),
    ("toward zero", "fesetround(FE_TOWARDZERO);"), ("taken for zero", "_mm_setcsr(_mm_getcsr() | 0x8000);"),
    ("taken for zero", "_mm_setcsr(_mm_getcsr() | 0x0040);"),
  ]

  @Test(.enabled(if: hasCompiler, "there is no gcc to make a library with"), arguments: settings)
  func anOddModeIsRefused(_ word: String, _ statement: String) throws {
    #if arch(x86_64)
      let project = try TemporaryFolder([
        "colophon.yaml": "", "notebooks/t.md": RunTests.notebook, "data/x.csv": RunTests.data,
      ])
      #expect(try project.run(["run", "-q", "notebooks/t.md"]).code == 0)
      let old = try project.contents(of: "outputs")
      let source = """
        #include <fenv.h>
        #include <xmmintrin.h>
        __attribute__((constructor)) static void set(void) { \(statement) }

        """
      let environment = try preload(source, as: "odd", in: project)
      for arguments in [
        ["run", "-q", "notebooks/t.md"], ["verify", "outputs/t", "--rerun"], ["verify", "outputs/t", "--rerender"],
        ["selftest"], ["selftest", "--report", "outputs/selftest.html"],
      ] {
        let result = try project.run(arguments, environment: environment)
        #expect(result.code == 70 && result.errors.contains(word), "\(arguments): \(result.code) \(result.errors)")
      }
      let doctor = try project.run(["doctor"], environment: environment)
      #expect(doctor.code == 70 && doctor.output.contains(word))
      // What computes nothing goes on.
      #expect(try project.run(["verify", "outputs/t"], environment: environment).code == 0)
      #expect(try project.contents(of: "outputs") == old)
    #endif
  }

  /// A library of one function, under a name that tells nothing.
  @Test(
    .enabled(if: hasCompiler, "there is no gcc to make a library with"), arguments: ["cblas_dgemm", "cblas_ddot"])
  func anotherLinearAlgebraIsNamed(_ function: String) throws {
    let project = try TemporaryFolder([
      "colophon.yaml": "", "notebooks/t.md": RunTests.notebook, "data/x.csv": RunTests.data,
    ])
    let environment = try preload("double \(function)(void) { return 0; }\n", as: "inconspicuous", in: project)
    let doctor = try project.run(["doctor"], environment: environment)
    #expect(doctor.output.contains("foreign: \(project.root)/inconspicuous.so"), "\(doctor.output)")
    let run = try project.run(["run", "-q", "notebooks/t.md"], environment: environment)
    #expect(run.code == 0 && run.errors.contains("inconspicuous.so"), "\(run.errors)")
    let verified = try project.run(["verify", "outputs/t", "--rerun"], environment: environment)
    #expect(verified.errors.contains("inconspicuous.so"))
  }

  static let openBLAS: String? = {
    let places = ["/usr/lib/x86_64-linux-gnu/openblas-pthread", "/usr/lib/aarch64-linux-gnu/openblas-pthread"]
    return places.map { "\($0)/libopenblas.so.0" }.first { FileManager.default.fileExists(atPath: $0) }
  }()

  @Test(.enabled(if: openBLAS != nil, "OpenBLAS is not installed (libopenblas0-pthread)"))
  func openBLASIsNamed() throws {
    let library = try #require(Self.openBLAS)
    let project = try TemporaryFolder([
      "colophon.yaml": "", "notebooks/t.md": RunTests.notebook, "data/x.csv": RunTests.data,
    ])
    let environment = ["LD_PRELOAD": library]
    let doctor = try project.run(["doctor"], environment: environment)
    #expect(doctor.code == 0 && doctor.output.contains("openblas"), "\(doctor.output)")
    let run = try project.run(["run", "-q", "notebooks/t.md"], environment: environment)
    #expect(run.code == 0 && run.errors.contains("openblas"), "\(run.errors)")
  }
}
