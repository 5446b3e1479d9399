import Analysis
import Tables

extension PlotLayout {
  /// The two widths that figures are laid out for, in a viewBox unit of about a CSS pixel.
  enum Form {
    case wide, narrow

    var width: Double { self == .wide ? 720 : 360 }
  }

  /// The area of a panel's marks, and where its axes' texts stand.
  struct Frame {
    var left, right, top, bottom: Double
    var x: Figure.Axis
    var y: Figure.Axis
    var titleLines: [String]
    /// Whether the ticks of x, and those of y, carry names here.
    var namesX: Bool
    var namesY: Bool

    func placeX(_ value: Double) -> Double { left + Self.share(value, x) * (right - left) }

    func placeY(_ value: Double) -> Double {
      let share = Self.share(value, y)
      // Categories stand in reading order, from the top.
      return y.scale == .categories ? top + share * (bottom - top) : bottom - share * (bottom - top)
    }

    private static func share(_ value: Double, _ axis: Figure.Axis) -> Double {
      func scaled(_ value: Double) -> Double {
        switch axis.scale {
        case .linear, .categories: return value
        case .logarithmic: return Elementary.log10(max(value, 1e-300))
        case .squareRoot: return max(0, value).squareRoot()
        }
      }
      let low = scaled(axis.low)
      let high = scaled(axis.high)
      return high == low ? 0.5 : (scaled(value) - low) / (high - low)
    }
  }

  struct Entry {
    let series: Int
    let x, y: Double
    let name: String
  }
}
