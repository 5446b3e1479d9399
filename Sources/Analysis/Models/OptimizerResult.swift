import Statistics

extension OptimizerRecord {
  /// As it is kept beside the run, outside every digest.
  var result: ResultValue {
    .record([
      .init("iterations", .count(iterations)), .init("evaluations", .count(evaluations)),
      .init("gradient_norm", .real(gradientNorm, orAbsent: "not computed")),
      .init("hessian_eigenvalues", .list(hessianEigenvalues.map { .real($0, orAbsent: "not computed") })),
    ])
  }
}
