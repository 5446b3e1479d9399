internal import CGSL

// Inside `Link` the names of C's functions are those of its cases.
private func logarithm(_ x: Double) -> Double { log(x) }
private func logOfOnePlus(_ x: Double) -> Double { log1p(x) }
private func exponential(_ x: Double) -> Double { exp(x) }
private func exponentialMinusOne(_ x: Double) -> Double { expm1(x) }

/// The function of a mean that is linear in the coefficients.
public enum Link: String, Sendable, CaseIterable {
  case logit, probit, cloglog, log, identity, inverse, sqrt

  /// A mean with its distance from 1, which keeps its digits where the mean is nearly 1; of use for proportions only.
  struct Mean {
    let value: Double
    let complement: Double
    /// dμ/dη
    let slope: Double
  }

  /// η of a mean.
  func predictor(_ mean: Double) -> Double {
    switch self {
    case .logit: return logarithm(mean / (1 - mean))
    case .probit: return GSL.value { gsl_cdf_ugaussian_Pinv(mean) }
    case .cloglog: return logarithm(-logOfOnePlus(-mean))
    case .log: return logarithm(mean)
    case .identity: return mean
    case .inverse: return 1 / mean
    case .sqrt: return mean.squareRoot()
    }
  }

  /// The mean of a predictor and its derivative; nil where the link has none.
  public func response(_ predictor: Double) -> (value: Double, slope: Double)? {
    mean(predictor).map { ($0.value, $0.slope) }
  }

  /// The mean of a predictor; nil where the link has none.
  func mean(_ predictor: Double) -> Mean? {
    guard predictor.isFinite else { return nil }
    switch self {
    case .logit:
      let small = exponential(-abs(predictor))
      let far = small / (1 + small)
      let near = 1 / (1 + small)
      return Mean(value: predictor > 0 ? near : far, complement: predictor > 0 ? far : near, slope: near * far)
    case .probit:
      return Mean(
        value: Normal.lower(predictor), complement: Normal.upper(predictor),
        slope: exponential(-predictor * predictor / 2) * 0.3989422804014327)  // 1/√(2π)
    case .cloglog:
      let hazard = exponential(predictor)
      let complement = exponential(-hazard)
      return Mean(
        value: -exponentialMinusOne(-hazard), complement: complement,
        slope: complement == 0 ? 0 : hazard * complement)
    case .log:
      let value = exponential(predictor)
      return value.isFinite ? Mean(value: value, complement: 1 - value, slope: value) : nil
    case .identity: return Mean(value: predictor, complement: 1 - predictor, slope: 1)
    case .inverse:
      guard predictor > 0 else { return nil }
      return Mean(value: 1 / predictor, complement: 1 - 1 / predictor, slope: -1 / (predictor * predictor))
    case .sqrt:
      guard predictor > 0 else { return nil }
      return Mean(value: predictor * predictor, complement: 1 - predictor * predictor, slope: 2 * predictor)
    }
  }
}
