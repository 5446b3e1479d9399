import Analysis
import Foundation
import Reporting
import Testing

/// The drawn figure: what stands where. The bytes of one figure of each kind are golden; `COLOPHON_RECORD=1` writes them
/// anew, to be looked at before they are committed.
@Suite struct FigureDrawingTests {
  private static let folder = Specification.folder.deletingLastPathComponent().appending(path: "Reference/figures")

  @Test(arguments: FigureSamples.all.map(\.name)) func golden(_ name: String) throws {
    let figure = try #require(FigureSamples.all.first { $0.name == name }?.figure)
    #expect(figure.caption != "none", "the builder refused its sample")
    let file = Self.folder.appending(path: "\(name).svg")
    let drawn = SVGFigure(figure).standalone
    if Specification.isRecording {
      try Data(drawn.utf8).write(to: file)
    } else {
      #expect(try String(contentsOf: file, encoding: .utf8) == drawn)
    }
    #expect(MarkupChecker.findings(in: drawn, isPage: false).isEmpty)
  }

  /// Names every text that leaves the view box and every two that overlap.
  static func clashes(_ form: SVGFigure.Form) -> [String] {
    clashes(form.labels.map { ($0.text, $0.frame) }, width: form.width, height: form.height)
  }

  private static func clashes(
    _ frames: [(text: String, frame: FigureLabel.Frame)], width: Double, height: Double
  ) -> [String] {
    var found: [String] = []
    for (text, frame) in frames
    where frame.left < -0.01 || frame.top < -0.01 || frame.right > width + 0.01 || frame.bottom > height + 0.01 {
      found.append("`\(text)` leaves \(width) × \(height): \(frame)")
    }
    for a in frames.indices {
      for b in frames[..<a] {
        let one = frames[a].1
        let other = b.1
        // Touching is not overlapping; a hair's breadth is no reader's concern.
        if min(one.right, other.right) - max(one.left, other.left) > 0.5,
          min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5
        {
          found.append("`\(frames[a].0)` over `\(b.0)`")
        }
      }
    }
    return found
  }

  @Test(arguments: FigureSamples.all.map(\.name)) func samplesHaveNoClash(_ name: String) throws {
    let figure = try #require(FigureSamples.all.first { $0.name == name }?.figure)
    let drawing = SVGFigure(figure)
    #expect(Self.clashes(drawing.wide) == [])
    #expect(Self.clashes(drawing.narrow) == [])
    #expect(!drawing.wide.labels.isEmpty && !drawing.narrow.labels.isEmpty)
  }

  /// Axes of any range, names of any length, any number of panels, series and rows.
  @Test(arguments: Array(1...600)) func randomFiguresHaveNoClash(seed: Int) throws {
    let figure = try #require(RandomFigure.make(UInt64(seed)))
    let drawing = SVGFigure(figure)
    #expect(Self.clashes(drawing.wide) == [], "seed \(seed), wide")
    #expect(Self.clashes(drawing.narrow) == [], "seed \(seed), narrow")
    #expect(MarkupChecker.findings(in: drawing.standalone, isPage: false).isEmpty)
  }

  /// The check itself sees an overlap and a text that leaves.
  @Test func clashesAreSeen() throws {
    var figure = FigureSamples.means
    guard case .plot(var plot) = figure.body else {
      Issue.record("the sample is no plot")
      return
    }
    plot.x.ticks = [.init(0, "one name that is long"), .init(0.01, "another name that is long")]
    plot.x.scale = .linear
    figure.body = .plot(plot)
    // The renderer keeps one of two ticks at one place.
    #expect(Self.clashes(SVGFigure(figure).wide) == [])
    let twice = SVGFigure(figure).wide.labels
    #expect(twice.count { $0.text.hasPrefix("one name") || $0.text.hasPrefix("another") } == 1)
    let label = try #require(twice.first)
    #expect(label.frame.right - label.frame.left > 5 && label.frame.bottom - label.frame.top > 5)
    var beyond = label.frame
    beyond.left += 1000
    beyond.right += 1000
    let found = Self.clashes(
      [("a", label.frame), ("b", label.frame), ("c", beyond)], width: SVGFigure(figure).wide.width, height: 1000)
    #expect(found.count == 2, "\(found)")
    #expect(found.first?.hasPrefix("`c` leaves") == true && found.last == "`b` over `a`")
  }

  /// Moves may be written from the place before, and that is where a part began once it is closed.
  @Test func barsStandOnOneLine() throws {
    let drawn = SVGFigure(FigureSamples.histogram).standalone
    let path = try #require(drawn.components(separatedBy: "<path class=\"bar s0\" d=\"").dropFirst().first)
    let commands = try #require(path.components(separatedBy: "\"").first).matches(of: /([MmlhvzL])([-. 0-9]*)/)
    var (x, y, feet) = (0.0, 0.0, [(x: Double, y: Double)]())
    var rights: [Double] = []
    for command in commands {
      let numbers = command.2.matches(of: /-?[0-9]*\.?[0-9]+/)
        .compactMap { Double("\($0.0)".replacing("-.", with: "-0.")) }
      switch command.1 {
      case "M": (x, y) = (numbers[0], numbers[1])
      case "m": (x, y) = (x + numbers[0], y + numbers[1])
      case "h": x += numbers[0]
      case "v": y += numbers[0]
      case "z":
        rights.append(x)
        (x, y) = feet.last ?? (x, y)
      default: Issue.record("bars have no \(command.0)")
      }
      if command.1 == "M" || command.1 == "m" { feet.append((x, y)) }
    }
    #expect(feet.count == 5 && commands.contains { $0.1 == "m" })
    #expect(feet.allSatisfy { ($0.y - feet[0].y).magnitude < 0.05 })
    // Each begins where the one before ends, or further right.
    #expect(zip(rights, feet.dropFirst()).allSatisfy { $0 < $1.x + 0.15 })
  }

  @Test func everyFormHasTitleAndDescription() {
    let drawing = SVGFigure(FigureSamples.flow)
    let parts = drawing.inline.components(separatedBy: "<svg ").dropFirst()
    #expect(parts.count == 2)
    for part in parts {
      #expect(part.contains("<title>Participants</title><desc>Flow of patients. Received stem cells: 513;"))
      #expect(part.contains("role=\"img\""))
    }
  }

  @Test(arguments: FigureSamples.all.map(\.name)) func jsonAndBack(_ name: String) throws {
    let figure = try #require(FigureSamples.all.first { $0.name == name }?.figure)
    let json = Exhibit.figure(figure).json
    guard case .figure(let back)? = Exhibit(json: json) else {
      Issue.record("not read back")
      return
    }
    #expect(SVGFigure(back).standalone == SVGFigure(figure).standalone)
    #expect(Exhibit.figure(back).json.canonicalBytes == json.canonicalBytes)
  }

  /// Fifty figures of a thousand lines each, for the page and as files, within two seconds, which other tests share.
  @Test func fiftyFiguresOfAThousandLines() {
    let points = FigureSamples.numbers(6, 3).enumerated().map { Figure.Point(x: Double($0) * 4, y: 60 * $1) }
    guard case .plot(var plot) = FigureSamples.trajectory.body else {
      Issue.record("the sample is no plot")
      return
    }
    plot.panels[0].marks += (0..<1000).map { _ in .course(points, series: 0) }
    let figure = Figure(caption: "Many", alternative: "Many lines.", body: .plot(plot))
    let clock = ContinuousClock()
    var bytes = 0
    let time = clock.measure {
      for _ in 0..<50 {
        let drawing = SVGFigure(figure)
        bytes += drawing.inline.utf8.count + drawing.standalone.utf8.count
      }
    }
    print("50 figures of 1,000 lines: \(time), \(bytes) bytes in pages and files")
    // Unoptimized code is a hundred times slower, and other tests run beside this one.
    #if !DEBUG
      #expect(time < .seconds(2))
    #endif
    #expect(bytes < 50 * 3 * 120_000)
  }
}
