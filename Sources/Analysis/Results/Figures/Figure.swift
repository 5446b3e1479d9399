/// A figure as a value: scales, marks and labels in data units. Reporting turns it into SVG.
public struct Figure: Sendable {
  public var caption: String
  /// What the figure shows, in words, for those who cannot see it.
  public var alternative: String
  public var body: Body
  public var notes: [String]

  public enum Body: Sendable {
    case plot(Plot)
    case flow(FlowChart)
  }

  public init(caption: String, alternative: String, body: Body, notes: [String] = []) {
    self.caption = caption
    self.alternative = alternative
    self.body = body
    self.notes = notes
  }

  /// Marks over two axes, in one or several panels.
  public struct Plot: Sendable {
    public var x: Axis
    public var y: Axis
    /// In the order of their colours, shapes and line types; empty where there is but one.
    public var series: [String]
    public var panels: [Panel]
    /// Text right of the marks, one line for each row of an axis of categories: `0.12 (−0.03 to 0.27)`.
    public var columns: [TextColumn]
    /// What the numbers under the x axis count: `Patients`.
    public var countTitle: String?

    public init(
      x: Axis, y: Axis, series: [String], panels: [Panel], columns: [TextColumn] = [], countTitle: String? = nil
    ) {
      self.x = x
      self.y = y
      self.series = series
      self.panels = panels
      self.columns = columns
      self.countTitle = countTitle
    }
  }

  public struct Axis: Sendable {
    public enum Scale: String, Sendable {
      case linear, logarithmic
      case squareRoot = "square-root"
      /// Ticks are names at whole numbers; as a y axis they stand one under the other from the top.
      case categories
    }

    public struct Tick: Sendable {
      public var value: Double
      public var label: String
      /// A name over the rows that follow, with no mark of its own.
      public var isHeading: Bool

      public init(_ value: Double, _ label: String, isHeading: Bool = false) {
        self.value = value
        self.label = label
        self.isHeading = isHeading
      }
    }

    public var title: String
    /// The value at the axis' beginning: left, or bottom. More than `high` where the axis runs the other way.
    public var low: Double
    public var high: Double
    public var ticks: [Tick]
    public var scale: Scale

    public init(title: String, low: Double, high: Double, ticks: [Tick], scale: Scale = .linear) {
      self.title = title
      self.low = low
      self.high = high
      self.ticks = ticks
      self.scale = scale
    }
  }

  public struct Panel: Sendable {
    public var title: String?
    public var marks: [Mark]
    /// Axes of its own, where panels show different quantities.
    public var x: Axis?
    public var y: Axis?
    /// Numbers under the x axis, one row for each series.
    public var counts: [Counts]

    public init(title: String?, marks: [Mark], x: Axis? = nil, y: Axis? = nil, counts: [Counts] = []) {
      self.title = title
      self.marks = marks
      self.x = x
      self.y = y
      self.counts = counts
    }
  }

  /// How many stand behind what is drawn at places along x.
  public struct Counts: Sendable {
    public var series: Int
    public var cells: [(x: Double, count: Int)]

    public init(series: Int, cells: [(x: Double, count: Int)]) {
      self.series = series
      self.cells = cells
    }
  }

  public struct TextColumn: Sendable {
    public var title: String
    /// Each at a row of the y axis.
    public var cells: [Axis.Tick]

    public init(title: String, cells: [Axis.Tick]) {
      self.title = title
      self.cells = cells
    }
  }
}
