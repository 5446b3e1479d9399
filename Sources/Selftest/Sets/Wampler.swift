// Wampler's five polynomials (1970, 1980). Made by certify.py.

extension CertifiedSet {
  static let wampler: [CertifiedSet] = [
    polynomial(
      "Wampler1", origin: "NIST StRD, by its published formula", degree: 5, x: points,
      y: wholes.map { Double($0) },
      [
        .init(
          .coefficients,
          """
          1.0 1.0 1.0 1.0 1.0 1.0
          """, digits: 10),
        .init(
          .standardErrors,
          """
          0 0 0 0 0 0
          """, digits: 10),
        .init(.sigma, "0", digits: 10),
      ]),
    polynomial(
      "Wampler2", origin: "NIST StRD, by its published formula", degree: 5, x: points,
      y: (0...20).map { x in Double([1, 10, 100, 1000, 10_000, 100_000].reduce(0) { $0 * x + $1 }) / 100_000 },
      [
        .init(
          .coefficients,
          """
          1.0 0.1 0.01 0.001 0.0001 0.00001
          """, digits: 10),
        .init(
          .standardErrors,
          """
          0 0 0 0 0 0
          """, digits: 10),
        .init(.sigma, "0", digits: 10),
      ]),
    polynomial(
      "Wampler3", origin: "NIST StRD, by its published formula", degree: 5, x: points,
      y: zip(wholes, errors).map { Double($0 + $1) },
      [
        .init(
          .coefficients,
          """
          1.0 1.0 1.0 1.0 1.0 1.0
          """, digits: 10),
        .init(
          .standardErrors,
          """
          2152.3262467816968079 2363.5517346968052086 779.34352433158309081 101.47550755034964796
          5.6456651217075156774 0.11232485467931193702
          """, digits: 10),
        .init(.sigma, "2360.14502379267646", digits: 10),
      ]),
    polynomial(
      "Wampler4", origin: "NIST StRD, by its published formula", degree: 5, x: points,
      y: zip(wholes, errors).map { Double($0 + 100 * $1) },
      [
        .init(
          .coefficients,
          """
          1.0 1.0 1.0 1.0 1.0 1.0
          """, digits: 10),
        .init(
          .standardErrors,
          """
          215232.62467816968079 236355.17346968052086 77934.352433158309081 10147.550755034964796
          564.56651217075156774 11.232485467931193702
          """, digits: 10),
        .init(.sigma, "236014.502379267646", digits: 10),
      ]),
    polynomial(
      "Wampler5", origin: "NIST StRD, by its published formula", degree: 5, x: points,
      y: zip(wholes, errors).map { Double($0 + 10_000 * $1) },
      [
        .init(
          .coefficients,
          """
          1.0 1.0 1.0 1.0 1.0 1.0
          """, digits: 10),
        .init(
          .standardErrors,
          """
          21523262.467816968079 23635517.346968052086 7793435.2433158309081 1014755.0755034964796
          56456.651217075156774 1123.2485467931193702
          """, digits: 10),
        .init(.sigma, "23601450.2379267646", digits: 10),
      ]),
  ]

  private static let points = (0...20).map { Double($0) }
  /// 1 + x + x² + … + x⁵, in whole numbers.
  private static let wholes = (0...20).map { x in (0..<6).reduce(0) { sum, _ in sum * x + 1 } }
  /// What the third to the fifth add to it, as published; orthogonal to the powers.
  private static let errors = [
    759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048,
    -2048, 1838, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 759,
  ]
}
