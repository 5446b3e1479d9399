extension ClinicalScore {
  static let meldSodium = ClinicalScore(
    name: "meld_na", title: "MELD-Na: MELD with sodium",
    source: """
      OPTN Policy 9.1.D, in effect from January 2016; Kim WR et al. Hyponatremia and mortality among patients on the \
      liver-transplant waiting list. N Engl J Med 2008;359:1018–1026.
      """,
    documentation: """
      MELD(i) is MELD as UNOS computes it, unlimited. Where it is above 11, MELD-Na = MELD(i) + 1.32 (137 − Na) −
      0.033 MELD(i) (137 − Na), else it is MELD(i). Sodium below 125 mmol/L counts as 125, above 137 as 137.

      The policy rounds MELD(i) *to the tenth decimal place and then multiplies by 10*, that is to a whole number, before
      sodium enters. That changes the result in about one score of ten, so the variant is named.
      """,
    variants: [
      Variant(
        "optn2016", "MELD(i) rounded first, the result rounded, 6 to 40", value: .number(isWhole: true), arguments,
        formula: { ScoreArithmetic.whole(withSodium($0.unos.rounded(), $0[4])) }),
      Variant(
        "optn2016_unrounded", "MELD(i) rounded first, the result neither rounded nor limited", arguments,
        formula: { withSodium($0.unos.rounded(), $0[4]) }),
      Variant("unrounded", "nothing rounded or limited", arguments, formula: { withSodium($0.unos, $0[4]) }),
    ])

  private static let arguments: [Argument] = [.bilirubin, .creatinine, .inr, .dialysis, .sodium]

  private static func withSodium(_ meld: Double, _ sodium: Double) -> Double {
    guard meld > 11 else { return meld }
    let deficit = 137 - ScoreArithmetic.clamp(sodium, 125, 137)
    return meld + 1.32 * deficit - 0.033 * meld * deficit
  }
}

extension ClinicalScore.Values {
  fileprivate var unos: Double { ClinicalScore.unos(self) }
}
