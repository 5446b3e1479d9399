/// A figure as a value: scales, marks and labels in data units. Reporting turns it into SVG.
public struct Figure: Sendable {
  public var caption: String
  /// What the figure shows, in words, for those who cannot see it.
  public var alternative: String
  public var x: Axis
  public var y: Axis
  /// In the order of their colours.
  public var series: [String]
  public var panels: [Panel]
  public var notes: [String]

  public init(
    caption: String, alternative: String, x: Axis, y: Axis, series: [String], panels: [Panel], notes: [String] = []
  ) {
    self.caption = caption
    self.alternative = alternative
    self.x = x
    self.y = y
    self.series = series
    self.panels = panels
    self.notes = notes
  }

  public struct Axis: Sendable {
    public var title: String
    public var low: Double
    public var high: Double
    /// Positions and labels of the ticks, ascending.
    public var ticks: [(value: Double, label: String)]
    public var isLogarithmic: Bool

    public init(title: String, low: Double, high: Double, ticks: [(value: Double, label: String)], isLogarithmic: Bool)
    {
      self.title = title
      self.low = low
      self.high = high
      self.ticks = ticks
      self.isLogarithmic = isLogarithmic
    }
  }

  public struct Panel: Sendable {
    public var title: String?
    public var marks: [Mark]

    public init(title: String?, marks: [Mark]) {
      self.title = title
      self.marks = marks
    }
  }

  public struct Point: Sendable {
    public var x: Double
    public var y: Double

    public init(x: Double, y: Double) {
      self.x = x
      self.y = y
    }
  }

  public struct Interval: Sendable {
    public var x: Double
    public var low: Double
    public var high: Double

    public init(x: Double, low: Double, high: Double) {
      self.x = x
      self.low = low
      self.high = high
    }
  }

  /// `series` is an index into the figure's series.
  public enum Mark: Sendable {
    /// One subject's course.
    case course([Point], series: Int)
    /// A mean over subjects, drawn above the courses.
    case mean([Point], series: Int)
    case intervals([Interval], series: Int)
  }
}
