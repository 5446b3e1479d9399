extension ClinicalScore {
  private static let albiSource = """
    Johnson PJ et al. Assessment of liver function in patients with hepatocellular carcinoma: a new evidence-based \
    approach—the ALBI grade. J Clin Oncol 2015;33:550–558.
    """

  static let albi = ClinicalScore(
    name: "albi", title: "ALBI score: albumin and bilirubin", source: albiSource,
    documentation: "0.66 log10 bilirubin (umol/L) − 0.085 albumin (g/L); no bounds.",
    variants: [Variant("johnson2015", "unrounded", [.bilirubinSubstance, .albuminLitre], formula: albiValue)])

  static let albiGrade = ClinicalScore(
    name: "albi_grade", title: "ALBI grade", source: albiSource,
    documentation: "1 where the ALBI score is −2.60 or less, 2 up to −1.39, else 3; ordered.",
    variants: [
      Variant(
        "johnson2015", "1, 2, 3", value: .levels(["1", "2", "3"]), [.bilirubinSubstance, .albuminLitre],
        formula: { x in
          let value = albiValue(x)
          return value <= -2.60 ? 0 : value <= -1.39 ? 1 : 2
        })
    ])

  private static func albiValue(_ x: Values) -> Double { 0.66 * Elementary.log10(x[0]) - 0.085 * x[1] }
}
