extension ClinicalScore {
  private static let ast = Argument.number("ast", "U/L", "aspartate aminotransferase")
  private static let platelets = Argument.number("platelets", "10*9/L", "platelet count")

  static let fib4 = ClinicalScore(
    name: "fib4", title: "FIB-4 index",
    source: """
      Sterling RK et al. Development of a simple noninvasive index to predict significant fibrosis in patients with \
      HIV/HCV coinfection. Hepatology 2006;43:1317–1325.
      """,
    documentation: "age × AST / (platelets × √ALT); no bounds.",
    variants: [
      Variant(
        "sterling2006", "unrounded",
        [.number("age", "a", "age"), ast, .number("alt", "U/L", "alanine aminotransferase"), platelets],
        formula: { x in x[0] * x[1] / (x[3] * x[2].squareRoot()) })
    ])

  static let apri = ClinicalScore(
    name: "apri", title: "APRI: AST to platelet ratio index",
    source: """
      Wai CT et al. A simple noninvasive index can predict both significant fibrosis and cirrhosis in patients with \
      chronic hepatitis C. Hepatology 2003;38:518–526.
      """,
    documentation: "AST / limit / platelets × 100; no bounds. The laboratory's upper limit of normal must be stated.",
    variants: [
      Variant(
        "wai2003", "unrounded",
        [ast, .number("limit", "U/L", "the laboratory's upper limit of normal for AST"), platelets],
        formula: { x in x[0] / x[1] / x[2] * 100 })
    ])
}
