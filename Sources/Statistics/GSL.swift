internal import CGSL

/// The one door to GSL: its error handler is off, and no status is dropped.
enum GSL {
  /// GSL's own handler ends the process. Touching this constant turns it off, once.
  private static let handlerIsOff: Bool = {
    gsl_set_error_handler_off()
    return true
  }()

  /// Runs a GSL call and throws unless it reports success.
  static func check(_ call: () -> Int32) throws(StatisticsError) {
    precondition(handlerIsOff)
    let status = call()
    guard status == 0 else { throw .numerical(status: status) }
  }

  /// Runs a GSL function that returns its value; a domain error comes back as NaN.
  static func value(_ call: () -> Double) -> Double {
    precondition(handlerIsOff)
    return call()
  }
}

/// Eigenvalues, ascending, and orthonormal eigenvectors (one per column) of a symmetric matrix.
struct SymmetricEigen: Sendable {
  let values: [Double]
  let vectors: Matrix

  /// - Throws: `numerical` if the QR iteration fails, as it does on values that are not finite.
  init(_ matrix: Matrix) throws(StatisticsError) {
    let size = matrix.rows
    precondition(size == matrix.columns, "a symmetric matrix is square")
    guard size > 0 else {
      values = []
      vectors = matrix
      return
    }
    // GSL's iteration would not end on a NaN.
    guard matrix.elements.allSatisfy(\.isFinite) else { throw .numerical(status: Int32(GSL_EDOM)) }
    var copy = matrix.elements
    var values = [Double](repeating: 0, count: size)
    var vectors = [Double](repeating: 0, count: size * size)
    guard let workspace = gsl_eigen_symmv_alloc(size) else {
      throw .numerical(status: Int32(GSL_ENOMEM))
    }
    defer { gsl_eigen_symmv_free(workspace) }
    try copy.withUnsafeMutableBufferPointer { (matrix) throws(StatisticsError) in
      try values.withUnsafeMutableBufferPointer { (values) throws(StatisticsError) in
        try vectors.withUnsafeMutableBufferPointer { (vectors) throws(StatisticsError) in
          var matrixView = gsl_matrix_view_array(matrix.baseAddress, size, size)
          var valueView = gsl_vector_view_array(values.baseAddress, size)
          var vectorView = gsl_matrix_view_array(vectors.baseAddress, size, size)
          try GSL.check { gsl_eigen_symmv(&matrixView.matrix, &valueView.vector, &vectorView.matrix, workspace) }
          try GSL.check {
            gsl_eigen_symmv_sort(&valueView.vector, &vectorView.matrix, GSL_EIGEN_SORT_VAL_ASC)
          }
        }
      }
    }
    self.values = values
    self.vectors = Matrix(rows: size, columns: size, elements: vectors)
  }
}

extension SymmetricEigen {
  /// Eigenvalues alone, ascending.
  ///
  /// - Throws: `numerical` as the initializer does.
  static func values(of matrix: Matrix) throws(StatisticsError) -> [Double] {
    let size = matrix.rows
    guard size > 0 else { return [] }
    guard matrix.elements.allSatisfy(\.isFinite) else { throw .numerical(status: Int32(GSL_EDOM)) }
    var copy = matrix.elements
    var values = [Double](repeating: 0, count: size)
    guard let workspace = gsl_eigen_symm_alloc(size) else { throw .numerical(status: Int32(GSL_ENOMEM)) }
    defer { gsl_eigen_symm_free(workspace) }
    try copy.withUnsafeMutableBufferPointer { (matrix) throws(StatisticsError) in
      try values.withUnsafeMutableBufferPointer { (values) throws(StatisticsError) in
        var matrixView = gsl_matrix_view_array(matrix.baseAddress, size, size)
        var valueView = gsl_vector_view_array(values.baseAddress, size)
        try GSL.check { gsl_eigen_symm(&matrixView.matrix, &valueView.vector, workspace) }
      }
    }
    return values.sorted()
  }
}

/// The numerical library underneath.
public enum Library {
  /// GSL's version, as the library that is loaded tells it.
  public static var gslVersion: String { colophon_gsl_version().map { String(cString: $0) } ?? "unknown" }
}
