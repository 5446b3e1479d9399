/// Text of a figure where it stands.
public struct FigureLabel: Sendable {
  public enum Anchor: String, Sendable { case start, middle, end }
  enum Role: String {
    case tick, label, title, panel, value
    /// On a dark tile.
    case inverse

    var size: Double {
      switch self {
      case .tick, .value, .inverse: return 12
      case .label: return 12.5
      case .title, .panel: return 13
      }
    }

    var isBold: Bool { self == .panel }

    /// Its class in the style sheet, unless it looks as every text does.
    var style: String? { self == .tick || self == .value ? nil : rawValue }
  }

  public let text: String
  /// Where it begins, has its middle or ends; of the base line.
  public let x: Double
  public let y: Double
  public let anchor: Anchor
  /// Whether it runs upwards.
  public let isRotated: Bool
  let role: Role

  public struct Frame: Sendable {
    public var left: Double
    public var right: Double
    public var top: Double
    public var bottom: Double
  }

  /// What the text covers, in the widest font.
  public var frame: Frame {
    let width = TextWidth.of(text, size: role.size, isBold: role.isBold)
    let before = anchor == .start ? 0 : anchor == .middle ? width / 2 : width
    let ascent = 0.76 * role.size
    let descent = 0.22 * role.size
    if isRotated {
      return Frame(left: x - ascent, right: x + descent, top: y - (width - before), bottom: y + before)
    }
    return Frame(left: x - before, right: x - before + width, top: y - ascent, bottom: y + descent)
  }
}

/// SVG as it is written: bytes, and beside them what a test asks for.
struct Canvas {
  private(set) var bytes: [UInt8] = []
  private(set) var labels: [FigureLabel] = []

  mutating func write(_ text: StaticString) {
    text.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

  /// A coordinate with at most one decimal.
  mutating func write(_ value: Double) { Self.append(Self.tenths(value), to: &bytes) }

  mutating func text(
    _ text: String, x: Double, y: Double, _ role: FigureLabel.Role, _ anchor: FigureLabel.Anchor = .start,
    isRotated: Bool = false
  ) {
    guard !text.isEmpty else { return }
    labels.append(FigureLabel(text: text, x: x, y: y, anchor: anchor, isRotated: isRotated, role: role))
    write("<text")
    if let style = role.style { write(" class=\"\(style)\"") }
    if anchor != .start { write(" text-anchor=\"\(anchor.rawValue)\"") }
    if isRotated {
      write(" transform=\"translate(")
      write(x)
      write(" ")
      write(y)
      write(") rotate(-90)\"")
    } else {
      write(" x=\"")
      write(x)
      write("\" y=\"")
      write(y)
      write("\"")
    }
    write(">\(Escape.html(text))</text>")
  }

  mutating func path(_ name: String, _ path: SVGPath) {
    guard !path.bytes.isEmpty else { return }
    write("<path class=\"")
    write(name)
    write("\" d=\"")
    bytes.append(contentsOf: path.bytes)
    write("\"/>")
  }

  /// A path that takes its look from the group around it.
  mutating func path(_ path: SVGPath) {
    guard !path.bytes.isEmpty else { return }
    write("<path d=\"")
    bytes.append(contentsOf: path.bytes)
    write("\"/>")
  }

  /// A circle that takes its look from the group around it.
  mutating func circle(x: Double, y: Double, radius: Double) {
    write("<circle cx=\"")
    write(x)
    write("\" cy=\"")
    write(y)
    write("\" r=\"")
    write(radius)
    write("\"/>")
  }

  mutating func rectangle(_ name: String, x: Double, y: Double, width: Double, height: Double) {
    write("<rect class=\"\(name)\" x=\"")
    write(x)
    write("\" y=\"")
    write(y)
    write("\" width=\"")
    write(max(0, width))
    write("\" height=\"")
    write(max(0, height))
    write("\"/>")
  }

  static func tenths(_ value: Double) -> Int {
    // Only results that somebody changed lead anywhere so far out, and `verify --rerender` draws those as well.
    guard !value.isNaN else { return 0 }
    return Int((min(max(value, -1e6), 1e6) * 10).rounded())
  }

  static func append(_ tenths: Int, to bytes: inout [UInt8]) {
    var rest = tenths.magnitude
    if tenths < 0 { bytes.append(UInt8(ascii: "-")) }
    let decimal = UInt8(rest % 10)
    rest /= 10
    if rest > 0 || decimal == 0 {
      let start = bytes.count
      repeat {
        bytes.append(UInt8(ascii: "0") + UInt8(rest % 10))
        rest /= 10
      } while rest > 0
      bytes[start...].reverse()
    }
    if decimal > 0 {
      bytes.append(UInt8(ascii: "."))
      bytes.append(UInt8(ascii: "0") + decimal)
    }
  }
}

/// The commands of a path. Steps are relative to the rounded place before, so that short ones stay short and errors do
/// not add up.
struct SVGPath {
  private(set) var bytes: [UInt8] = []
  private var x = 0
  private var y = 0
  /// Where the part that is being drawn began: closing it leads back there.
  private var start = (x: 0, y: 0)

  mutating func move(_ x: Double, _ y: Double) {
    let nextX = Canvas.tenths(x)
    let nextY = Canvas.tenths(y)
    let before = bytes.count
    bytes.append(UInt8(ascii: "M"))
    Canvas.append(nextX, to: &bytes)
    separated(nextY)
    if before > 0 {
      // From the place before, where that is shorter, as between the dots of a cloud.
      let middle = bytes.count
      bytes.append(UInt8(ascii: "m"))
      Canvas.append(nextX - self.x, to: &bytes)
      separated(nextY - self.y)
      if bytes.count - middle < middle - before {
        bytes.removeSubrange(before..<middle)
      } else {
        bytes.removeSubrange(middle...)
      }
    }
    self.x = nextX
    self.y = nextY
    start = (nextX, nextY)
  }

  mutating func line(_ x: Double, _ y: Double) {
    let nextX = Canvas.tenths(x)
    let nextY = Canvas.tenths(y)
    if nextY == self.y {
      bytes.append(UInt8(ascii: "h"))
      Canvas.append(nextX - self.x, to: &bytes)
    } else if nextX == self.x {
      bytes.append(UInt8(ascii: "v"))
      Canvas.append(nextY - self.y, to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "l"))
      Canvas.append(nextX - self.x, to: &bytes)
      separated(nextY - self.y)
    }
    self.x = nextX
    self.y = nextY
  }

  mutating func close() {
    bytes.append(UInt8(ascii: "z"))
    (x, y) = start
  }

  private mutating func separated(_ tenths: Int) {
    // A minus sign separates by itself.
    if tenths >= 0 { bytes.append(UInt8(ascii: " ")) }
    Canvas.append(tenths, to: &bytes)
  }

  static func segment(_ fromX: Double, _ fromY: Double, _ toX: Double, _ toY: Double) -> SVGPath {
    var path = SVGPath()
    path.move(fromX, fromY)
    path.line(toX, toY)
    return path
  }

  static func polyline(_ points: [(x: Double, y: Double)]) -> SVGPath {
    var path = SVGPath()
    for (index, point) in points.enumerated() {
      if index == 0 { path.move(point.x, point.y) } else { path.line(point.x, point.y) }
    }
    return path
  }
}
