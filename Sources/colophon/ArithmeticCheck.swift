import NotebookSyntax
import Provenance

/// Asks of the machine what `run` and `verify` rely on.
enum ArithmeticCheck {
  /// Refuses to compute where the processor was told to round differently. It is not set right instead: whatever in
  /// this process did that may do it again. Rendering counts as computing, since decimals are rounded as well.
  static func require() throws {
    guard let problem = Machine.arithmeticProblem else { return }
    throw CommandFailure(
      Exit.internalError,
      """
      nothing is computed, for this process does not calculate as IEEE 754 prescribes: \(problem)
      a library that was loaded into it must have set that: see LD_PRELOAD, and `colophon doctor`
      """)
  }

  /// Names libraries that may compute other last digits; what is computed is recorded with its fingerprint.
  static func warn() {
    for file in Machine.foreignLinearAlgebra {
      Terminal.error(
        "warning: linear algebra may come from \(VisibleText.of(file)) and not from GSL, with other last digits")
    }
  }
}
