/// Intervals of all parameters of a mixed model.
public struct ParameterIntervals: Sendable, Equatable {
  /// An interval for one parameter.
  public struct Interval: Sendable, Equatable {
    public let low: Double
    public let high: Double
  }

  /// Those of a random term.
  public struct Term: Sendable, Equatable {
    /// One per random column; nil where there is none.
    public let standardDeviations: [Interval?]
    /// Row by column, below the diagonal; nil where there is none.
    public let correlations: [[Interval?]]
  }

  /// One per fixed column; nil where the column is aliased, or where there is none.
  public let fixedEffects: [Interval?]
  public let sigma: Interval?
  public let terms: [Term]
}
