// lme4, data set Dyestuff2 (Box and Tiao 1973). Made by certify.py.

extension CertifiedSet {
  static let dyestuff2: [CertifiedSet] = {
    let origin = "lme4, data set Dyestuff2 (Box and Tiao 1973)"
    return [
      CertifiedSet(
        name: "dyestuff2_reml", kind: .mixed, model: "Yield ~ 1 + (1 | Batch), REML", origin: origin, authority: closed,
        problem: dyestuff2Data.mixed("Yield", fixed: [.one], [.intercepts("Batch")], .reml),
        certified: [
          .init(.logLikelihood, "-80.91413890614424326", digits: 12),
          .init(.coefficients, "5.6656", digits: 10),
          .init(.standardErrors, "0.67838803123252420032", digits: 9),
          .init(.sigma, "3.7156842744757266172", digits: 9),
          .init(.theta, "0", digits: 8),
        ])
    ]
  }()

  static let dyestuff2Data = DataTable(
    """
    Yield Batch
    7.298 A
    3.846 A
    2.434 A
    9.566 A
    7.99 A
    5.22 B
    6.556 B
    0.608 B
    11.788 B
    -0.892 B
    0.11 C
    10.386 C
    13.434 C
    5.51 C
    8.166 C
    2.212 D
    4.852 D
    7.092 D
    9.288 D
    4.98 D
    0.282 E
    9.014 E
    4.458 E
    9.446 E
    7.198 E
    1.722 F
    4.782 F
    8.106 F
    0.758 F
    3.758 F
    """)
}
