extension ClinicalScore {
  private static let childPughSource = """
    Pugh RN et al. Transection of the oesophagus for bleeding oesophageal varices. Br J Surg 1973;60:646–649, with INR in \
    place of the prothrombin time.
    """
  private static let childPughText = """
    | points | 1 | 2 | 3 |
    |---|---|---|---|
    | bilirubin | < 34 | 34–51 | > 51 umol/L |
    | albumin | > 35 | 28–35 | < 28 g/L |
    | INR | < 1.7 | 1.7–2.3 | > 2.3 |
    | ascites | `none` | `mild` | `moderate`, `severe` |
    | encephalopathy | `none` | `grade 1-2` | `grade 3-4` |

    Sources differ in these limits (bilirubin in cholestatic disease, INR 2.2 or 2.3, albumin 30): the variant
    `inr_1_7_2_3` names the ones above. Class A is 5–6 points, B 7–9, C 10–15.
    """

  static let childPugh = ClinicalScore(
    name: "child_pugh", title: "Child–Pugh score", source: childPughSource, documentation: childPughText,
    variants: [
      Variant(
        "inr_1_7_2_3", "5 to 15 points", value: .number(isWhole: true), childPughArguments, formula: childPughPoints)
    ])

  static let childPughClass = ClinicalScore(
    name: "child_pugh_class", title: "Child–Pugh class", source: childPughSource,
    documentation: "A, B or C, ordered, from the points of `child_pugh`: 5–6, 7–9, 10–15.",
    variants: [
      Variant(
        "inr_1_7_2_3", "A, B, C", value: .levels(["A", "B", "C"]), childPughArguments,
        formula: { x in
          let points = childPughPoints(x)
          return points <= 6 ? 0 : points <= 9 ? 1 : 2
        })
    ])

  private static let childPughArguments: [Argument] = [
    .bilirubinSubstance, .albuminLitre, .inr,
    Argument(
      name: "ascites", kind: .levels([("none", 1), ("mild", 2), ("moderate", 3), ("severe", 3)]),
      documentation: "a category with these levels"),
    Argument(
      name: "encephalopathy", kind: .levels([("none", 1), ("grade 1-2", 2), ("grade 3-4", 3)]),
      documentation: "a category with these levels"),
  ]

  private static func childPughPoints(_ x: Values) -> Double {
    func points(_ value: Double, _ low: Double, _ high: Double) -> Double { value < low ? 1 : value <= high ? 2 : 3 }
    let albumin: Double = x[1] > 35 ? 1 : x[1] >= 28 ? 2 : 3
    return points(x[0], 34, 51) + albumin + points(x[2], 1.7, 2.3) + x[3] + x[4]
  }
}
