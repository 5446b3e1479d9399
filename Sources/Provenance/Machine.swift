internal import CPlatform

/// What could make this process compute other numbers than the same program elsewhere, and is not of its making: a
/// library that was loaded in the place of another, or a processor that was told to round differently.
public enum Machine {
  /// Of the functions through which GSL does linear algebra, those that take part in results.
  private static let functions = [
    "cblas_dgemm", "cblas_dgemv", "cblas_dsymm", "cblas_dsymv", "cblas_dsyrk", "cblas_dsyr2k", "cblas_dtrmm",
    "cblas_dtrmv", "cblas_dtrsm", "cblas_dtrsv", "cblas_dger", "cblas_dsyr", "cblas_dsyr2", "cblas_ddot",
    "cblas_dnrm2", "cblas_dasum", "cblas_idamax", "cblas_dswap", "cblas_dcopy", "cblas_daxpy", "cblas_dscal",
    "cblas_drot",
  ]
  /// Parts of the names of libraries that bring a BLAS, whoever uses it.
  private static let others = ["openblas", "mkl_", "blis", "atlas", "libblas", "libcblas", "nvblas", "armpl"]

  /// The file that GSL's linear algebra comes from.
  public static var linearAlgebra: String { origin(functions[0]) ?? "part of this program" }

  /// Files of loaded libraries that stand, or might stand, in the place of GSL's own BLAS; empty where there are none.
  public static var foreignLinearAlgebra: [String] {
    var found: [String] = []
    for file in functions.compactMap(origin) where !name(of: file).hasPrefix("libgslcblas") {
      // A program with GSL in it has its functions in a file of its own name.
      if file != origin("colophon_symbol_origin"), !found.contains(file) { found.append(file) }
    }
    var index = 0
    while let file = colophon_loaded_library(index).map({ String(cString: $0) }) {
      let name = name(of: file).lowercased()
      if others.contains(where: name.contains), !found.contains(file) { found.append(file) }
      index += 1
    }
    return found
  }

  /// Why nothing can be computed here, as a sentence without its end; nil where all is as IEEE 754 prescribes.
  public static var arithmeticProblem: String? {
    let state = colophon_arithmetic_state()
    var problems: [String] = []
    if state & 1 != 0 { problems.append("numbers are rounded upward") }
    if state & 2 != 0 { problems.append("numbers are rounded downward") }
    if state & 4 != 0 { problems.append("numbers are rounded toward zero") }
    if state & 8 != 0 { problems.append("the smallest numbers are taken for zero") }
    return problems.isEmpty ? nil : problems.joined(separator: ", and ")
  }

  private static func origin(_ symbol: String) -> String? { colophon_symbol_origin(symbol).map { String(cString: $0) } }

  private static func name(of file: String) -> Substring { file.split(separator: "/").last ?? "" }
}
