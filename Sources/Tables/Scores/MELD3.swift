extension ClinicalScore {
  static let meld3 = ClinicalScore(
    name: "meld3", title: "MELD 3.0",
    source: """
      Kim WR et al. MELD 3.0: the Model for End-Stage Liver Disease updated for the modern era. Gastroenterology \
      2021;161:1887–1895.
      """,
    documentation: """
      1.33 if female + 4.56 ln bilirubin + 0.82 (137 − Na) − 0.24 (137 − Na) ln bilirubin + 9.09 ln INR +
      11.14 ln creatinine + 1.85 (3.5 − albumin) − 1.83 (3.5 − albumin) ln creatinine + 6.

      Bilirubin, INR and creatinine below 1 count as 1; creatinine above 3 mg/dL, or dialysis, as 3; sodium within
      125–137 mmol/L; albumin within 1.5–3.5 g/dL.
      """,
    variants: [
      Variant(
        "kim2021", "rounded to a whole number, 6 to 40", value: .number(isWhole: true), meld3Arguments,
        formula: { ScoreArithmetic.whole(meld3Value($0)) }),
      Variant("kim2021_unrounded", "neither rounded nor limited", meld3Arguments, formula: meld3Value),
    ])

  private static let meld3Arguments: [Argument] = [
    .bilirubin, .creatinine, .inr, .dialysis, .sodium, .albumin, .female,
  ]

  private static func meld3Value(_ x: Values) -> Double {
    let bilirubin = ScoreArithmetic.log(max(x[0], 1))
    let creatinine = ScoreArithmetic.log(x[3] == 1 ? 3 : ScoreArithmetic.clamp(x[1], 1, 3))
    let sodium = 137 - ScoreArithmetic.clamp(x[4], 125, 137)
    let albumin = 3.5 - ScoreArithmetic.clamp(x[5], 1.5, 3.5)
    let first = (x[6] == 1 ? 1.33 : 0) + 4.56 * bilirubin + 0.82 * sodium - 0.24 * sodium * bilirubin
    return first + 9.09 * ScoreArithmetic.log(max(x[2], 1)) + 11.14 * creatinine + 1.85 * albumin
      - 1.83 * albumin * creatinine + 6
  }
}
