import Analysis

/// A figure value as SVG: presentational attributes and classes only, so that a page's policy can forbid the rest.
///
/// A page holds it in two forms, laid out for a wide column and for a phone, of which its style sheet shows one.
public struct SVGFigure: Sendable {
  /// One form, drawn.
  public struct Form: Sendable {
    public let width: Double
    public let height: Double
    /// Every text, where it stands.
    public let labels: [FigureLabel]
    let content: String
  }

  private let figure: Figure
  public let wide: Form
  public let narrow: Form

  public init(_ figure: Figure) {
    self.figure = figure
    wide = Self.drawn(figure, .wide)
    narrow = Self.drawn(figure, .narrow)
  }

  private static func drawn(_ figure: Figure, _ form: PlotLayout.Form) -> Form {
    switch figure.body {
    case .plot(let plot):
      let drawing = PlotDrawing(plot, form)
      return Form(
        width: form.width, height: drawing.layout.height, labels: drawing.canvas.labels,
        content: String(decoding: drawing.canvas.bytes, as: UTF8.self))
    case .flow(let chart):
      let drawing = FlowDrawing(chart, form)
      return Form(
        width: drawing.width, height: drawing.height, labels: drawing.canvas.labels,
        content: String(decoding: drawing.canvas.bytes, as: UTF8.self))
    }
  }

  /// A file of its own, with its colours inside it.
  public var standalone: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      + svg(wide, "figure", isFile: true, style: "<style>\(FigureStyle.css)</style>")
  }

  /// For a page that carries the colours itself.
  public var inline: String {
    svg(wide, "figure wide", isFile: false, style: "") + svg(narrow, "figure narrow", isFile: false, style: "")
  }

  private func svg(_ form: Form, _ name: String, isFile: Bool, style: String) -> String {
    let width = Self.text(form.width)
    let height = Self.text(form.height)
    let size = isFile ? " width=\"\(width)\" height=\"\(height)\"" : ""
    var text = "<svg\(isFile ? " xmlns=\"http://www.w3.org/2000/svg\"" : "") class=\"\(name)\"\(size)"
    text += " viewBox=\"0 0 \(width) \(height)\" role=\"img\">"
    text += "<title>\(Escape.html(figure.caption))</title><desc>\(Escape.html(figure.alternative))</desc>\(style)"
    text += "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>"
    return text + form.content + "</svg>\n"
  }

  private static func text(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : value.description
  }
}
