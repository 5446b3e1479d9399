/// What a user's data can do wrong to a computation.
///
/// Cases carry positions and counts only. Whoever knows the names of columns and levels turns them into sentences.
public indirect enum StatisticsError: Error, Sendable, Equatable {
  /// Which of the arguments a number stood in.
  public enum Column: Sendable, Equatable {
    /// The response, or the only vector there is.
    case response
    /// A column of the (fixed-effects) design, counted from 0.
    case design(Int)
    /// A column of the random-effects design, counted from 0.
    case random(Int)
  }

  /// There is not a single row.
  case noRows
  /// A number is infinite or not a number; `row` is counted from 0.
  case nonFinite(row: Int, column: Column)
  /// There are fewer rows than parameters to estimate.
  case tooFewRows(rows: Int, parameters: Int)
  /// All rows belong to one group, so groups cannot vary.
  case oneGroup(code: Int32)
  /// A term has as many random effects as there are rows or more, so its variance and the residual variance
  /// cannot be told apart.
  case randomEffectsNotSeparable(effects: Int, rows: Int)
  /// An error of one of several random terms, counted from 0.
  case inTerm(Int, StatisticsError)
  /// Two random terms, counted from 0, group the rows in the same way and share a column, so only the sum of their
  /// variances could be estimated.
  case confoundedTerms(first: Int, second: Int)
  /// Crossed random effects that depend on each other are too many: `count` of them beside the largest factor's.
  case tooManyCrossedEffects(count: Int, limit: Int)
  /// A column of the random-effects design is zero in every row.
  case zeroRandomColumn(Int)
  /// A column of the random-effects design depends on the columns of its term before it, so their variances cannot be
  /// told apart.
  case dependentRandomColumn(Int)
  /// The fixed columns already give every group its own coefficient of this random column, so that restricted likelihood
  /// knows nothing of its variance.
  case absorbedRandomColumn(Int)
  /// The model reproduces the response exactly: nothing is left to estimate a residual variance from.
  case zeroResidualVariance
  /// A subject has two rows for one visit; both rows are counted from 0.
  case repeatedVisit(first: Int, second: Int)
  /// The model reproduces all rows of a visit, which leaves it no variance of its own.
  case visitWithoutVariance(Int)
  /// A row determines its own fit, so that an estimator that divides by 1 − leverage has no value; counted from 0.
  case leverageOfOne(row: Int)
  /// A cluster has more rows of unequal weights than bias-reduced errors are computed for.
  case clusterTooLarge(rows: Int)
  /// Columns predict the outcome of some rows without error, so their coefficients run to infinity. `columns` are those
  /// of the design, `rows` how many rows are predicted so.
  case separation(columns: [Int], rows: Int, isComplete: Bool)
  /// No coefficients give every row a mean that the family and link allow.
  case noValidMeans
  /// Counts vary no more than Poisson counts, so a negative binomial's θ runs to infinity.
  case notOverdispersed
  /// A search did not end at a minimum.
  case notConverged(NonConvergence)
  /// A GSL routine gave up; `status` is its return code (`gsl_errno.h`).
  case numerical(status: Int32)
}

/// Why the end of a search is no estimate.
public enum NonConvergence: Sendable, Equatable {
  /// The allowed steps ran out.
  case iterations(Int)
  /// No lower point was found although the gradient is not zero.
  case stuck
  /// The Hessian there is not positive definite, so a parameter is not determined by the data.
  case flat
}
