/// What is drawn in a panel. `series` is an index into the figure's series.
extension Figure {
  public enum Mark: Sendable {
    /// One subject's course: thin, in the background.
    case course([Point], series: Int)
    /// A mean or median over subjects, drawn above the courses, with a shape at each point.
    case mean([Point], series: Int)
    case intervals([Interval], series: Int)
    /// A line without shapes at its points: a model's mean, a smooth.
    case curve([Point], series: Int)
    /// The area between two lines: a model's interval.
    case band([Interval], series: Int)
    /// Single observations.
    case points([Point], series: Int)
    /// Estimates with intervals along x, each in a row of y.
    case estimates([Estimate], series: Int)
    case boxes([Box], series: Int)
    /// From zero to a height, between two places along x.
    case bars([Bar], series: Int)
    /// A share for each cell of a grid of categories.
    case tiles([Tile])
    /// A dashed line to compare with.
    case reference([Point])
    /// A line through the points of all series.
    case smooth([Point])
  }

  public struct Point: Sendable, Equatable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  /// From `low` to `high` along y, at `x`.
  public struct Interval: Sendable, Equatable {
    public var x: Double
    public var low: Double
    public var high: Double

    public init(x: Double, low: Double, high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  public struct Estimate: Sendable, Equatable {
    /// The row.
    public var y: Double
    public var value: Double
    /// An end that is nil does not exist: the interval runs on. Without both there is no interval.
    public var low: Double?
    public var high: Double?

    public init(y: Double, value: Double, low: Double?, high: Double?) {
      self.y = y
      self.value = value
      self.low = low
      self.high = high
    }
  }

  /// Median, quartiles and whiskers (Tukey, 1977): to the last values within 1.5 interquartile ranges of the box; values
  /// beyond them one by one.
  public struct Box: Sendable, Equatable {
    public var x: Double
    public var whiskers: ClosedRange<Double>
    public var quartiles: ClosedRange<Double>
    public var median: Double
    public var beyond: [Double]

    public init(
      x: Double, whiskers: ClosedRange<Double>, quartiles: ClosedRange<Double>, median: Double, beyond: [Double]
    ) {
      self.x = x
      self.whiskers = whiskers
      self.quartiles = quartiles
      self.median = median
      self.beyond = beyond
    }
  }

  public struct Bar: Sendable, Equatable {
    public var from: Double
    public var to: Double
    public var height: Double

    public init(from: Double, to: Double, height: Double) {
      self.from = from
      self.to = to
      self.height = height
    }
  }

  public struct Tile: Sendable, Equatable {
    public var x: Double
    public var y: Double
    /// From 0 to 1.
    public var share: Double
    public var label: String

    public init(x: Double, y: Double, share: Double, label: String) {
      self.x = x
      self.y = y
      self.share = share
      self.label = label
    }
  }
}
