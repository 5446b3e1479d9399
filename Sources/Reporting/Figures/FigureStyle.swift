/// The look of figures. Colours are Okabe and Ito's, told apart by the colour-blind; shapes and line types tell them apart
/// in grey.
enum FigureStyle {
  private static let light = ["#0072b2", "#d55e00", "#00795a", "#aa4499", "#8f6400", "#117a8b", "#882255", "#555555"]
  private static let dark = ["#56b4e9", "#ff9a52", "#3fcf9f", "#e08fd0", "#f0e442", "#7fd6e6", "#ee99bb", "#c0c0c0"]
  private static let dashes = ["", "8 3", "2.5 2.5", "9 3 2 3", "", "5 2", "1 2.5", "12 3 2 3 2 3"]

  static var css: String {
    var text = """
      .figure text{font-family:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#333;font-size:12px}
      .figure .ground{fill:none}
      .figure .title,.figure .panel{font-size:13px}
      .figure .panel{font-weight:600}
      .figure .label{font-size:12.5px}
      .figure .inverse{fill:#fff}
      .figure .grid{stroke:#e2e2e2;stroke-width:1;fill:none}
      .figure .axis{stroke:#666;stroke-width:1;fill:none}
      .figure .reference{stroke:#666;stroke-width:1.2;stroke-dasharray:5 3;fill:none}
      .figure .smooth{stroke:#333;stroke-width:2;fill:none;stroke-linejoin:round}
      .figure .leader{fill:none;stroke-width:1}
      .figure .course{fill:none;stroke-width:1;opacity:.24;stroke-linejoin:round;stroke-linecap:round}
      .figure .mean,.figure .curve{fill:none;stroke-width:2.4;stroke-linejoin:round}
      .figure .interval{fill:none;stroke-width:1.8}
      .figure .interval.thin{stroke-width:.9;opacity:.55}
      .figure .band{opacity:.17;stroke:none}
      .figure .dots{fill:none;stroke-width:5;stroke-linecap:round;opacity:.6}
      .figure .dots.small{stroke-width:3.2}
      .figure .bar{stroke-width:1;fill-opacity:.35}
      .figure .box{stroke-width:1.4;fill-opacity:.16}
      .figure .s1 .box,.figure .s5 .box{fill-opacity:.5}
      .figure .s2 .box,.figure .s6 .box{fill-opacity:0}
      .figure .s3 .box,.figure .s7 .box{fill-opacity:.8}
      .figure .median{stroke-width:2.6}
      .figure .whisker{stroke-width:1.4;fill:none}
      .figure .beyond{fill:none;stroke-width:1.1}
      .figure .stage{fill:none;stroke:#666;stroke-width:1.2}
      .figure .stage.dashed{stroke-dasharray:5 3}
      .figure .way{fill:none;stroke:#666;stroke-width:1.2}
      .figure .head{fill:#666}
      .figure .tile{fill:#0072b2}

      """
    text += (0...10).map { ".figure .t\($0){fill-opacity:\($0 == 0 ? "0.04" : fraction(4 + 9 * $0))}" }.joined()
    for (index, dash) in dashes.enumerated() where !dash.isEmpty {
      text += ".figure .s\(index) .mean,.figure .curve.s\(index){stroke-dasharray:\(dash)}"
    }
    text += colours(light, ground: "#fff")
    text +=
      "\n@media screen and (prefers-color-scheme:dark){.figure text{fill:#ddd}.figure .inverse{fill:#111}.figure .grid{stroke:#33383d}.figure .axis,.figure .reference,.figure .stage,.figure .way{stroke:#999}.figure .head{fill:#999}.figure .smooth{stroke:#ddd}.figure .tile{fill:#56b4e9}.figure .course{opacity:.34}"
    text += colours(dark, ground: "#16191c") + "}"
    // A phone's form takes the place of the wide one.
    text +=
      "\n.figure.narrow{display:none}@media screen and (max-width:34rem){.figure.wide{display:none}.figure.narrow{display:block}}"
    return text
  }

  private static func fraction(_ percent: Int) -> String {
    percent >= 100 ? "1" : "0.\(percent < 10 ? "0" : "")\(percent)"
  }

  private static func colours(_ colours: [String], ground: String) -> String {
    colours.enumerated().map { index, colour in
      ".figure .s\(index) path,.figure path.s\(index),.figure .s\(index) .box,.figure .s\(index) .beyond{stroke:\(colour)}"
        + ".figure .s\(index) .marker,.figure .s\(index) .box,.figure .band.s\(index),.figure .bar.s\(index){fill:\(colour)}"
        + ".figure .s\(index) .hollow{fill:\(ground)}"
    }.joined()
      + ".figure g .marker *{stroke:\(ground);stroke-width:1}"
      + colours.indices.map { ".figure .s\($0) .hollow *{stroke:\(colours[$0]);stroke-width:1.6}" }.joined()
      + ".figure path.band{stroke:none}"
  }
}
