/// The look of figures. Colours are Okabe and Ito's, told apart by the colour-blind; shapes tell them apart in grey.
enum FigureStyle {
  private static let light = ["#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#117a8b", "#882255", "#555555"]
  private static let dark = ["#56b4e9", "#ff9a52", "#3fcf9f", "#e08fd0", "#f0e442", "#7fd6e6", "#ee99bb", "#c0c0c0"]

  static var css: String {
    var text = """
      .figure text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#333}
      .figure .ground{fill:none}
      .figure .title,.figure .panel{font-size:14px}
      .figure .panel{font-weight:600}
      .figure .tick,.figure .label{font-size:12.5px}
      .figure .grid{stroke:#ddd;stroke-width:1;fill:none}
      .figure .axis{stroke:#666;stroke-width:1;fill:none}
      .figure .course{fill:none;stroke-width:1;opacity:.22;stroke-linejoin:round;stroke-linecap:round}
      .figure .mean{fill:none;stroke-width:2.5;stroke-linejoin:round}
      .figure .interval{fill:none;stroke-width:1.8}
      .figure .marker{stroke:#fff;stroke-width:1}

      """
    text += colours(light)
    text +=
      "@media(prefers-color-scheme:dark){.figure text{fill:#ddd}.figure .grid{stroke:#3a3f44}.figure .axis{stroke:#999}.figure .marker{stroke:#16191c}.figure .course{opacity:.3}"
    text += colours(dark) + "}"
    return text
  }

  private static func colours(_ colours: [String]) -> String {
    colours.enumerated().map { index, colour in
      ".figure .s\(index) path,.figure path.s\(index){stroke:\(colour)}.figure .s\(index) .marker{fill:\(colour)}"
    }.joined() + ".figure g .marker{stroke:#fff}"
  }
}
