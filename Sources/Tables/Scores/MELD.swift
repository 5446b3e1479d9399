extension ClinicalScore {
  static let meld = ClinicalScore(
    name: "meld", title: "MELD: Model for End-Stage Liver Disease",
    source: """
      Kamath PS et al. A model to predict survival in patients with end-stage liver disease. Hepatology 2001;33:464–470. \
      Wiesner R et al. Model for end-stage liver disease (MELD) and allocation of donor livers. Gastroenterology \
      2003;124:91–96 (the bounds of UNOS).
      """,
    documentation: """
      UNOS: 10 (0.957 ln creatinine + 0.378 ln bilirubin + 1.120 ln INR + 0.643) in mg/dL. Each of the three below 1 counts
      as 1; creatinine above 4, or dialysis, counts as 4.

      Kamath 2001: 3.8 ln bilirubin + 11.2 ln INR + 9.6 ln creatinine + 6.4, the last term 0 where the cause is cholestatic
      or alcoholic; no bounds.
      """,
    variants: [
      Variant(
        "unos", "rounded to a whole number, 6 to 40", value: .number(isWhole: true), unosArguments,
        formula: { ScoreArithmetic.whole(unos($0)) }),
      Variant(
        "unos_unrounded", "with the bounds of the inputs, neither rounded nor limited", unosArguments, formula: unos),
      Variant(
        "kamath2001", "the original, neither bounded nor rounded",
        [
          .bilirubin, .creatinine, .inr,
          .condition("cholestatic_or_alcoholic", "whether the cause of the disease is cholestatic or alcoholic"),
        ],
        formula: { x in
          3.8 * ScoreArithmetic.log(x[0]) + 11.2 * ScoreArithmetic.log(x[2]) + 9.6 * ScoreArithmetic.log(x[1])
            + (x[3] == 1 ? 0 : 6.4)
        }),
    ])

  private static let unosArguments: [Argument] = [.bilirubin, .creatinine, .inr, .dialysis]

  /// Of bilirubin and creatinine in mg/dL, INR and dialysis.
  static func unos(_ x: Values) -> Double {
    let creatinine = x[3] == 1 ? 4 : ScoreArithmetic.clamp(x[1], 1, 4)
    return 10
      * (0.957 * ScoreArithmetic.log(creatinine) + 0.378 * ScoreArithmetic.log(max(x[0], 1))
        + 1.120 * ScoreArithmetic.log(max(x[2], 1)) + 0.643)
  }
}
