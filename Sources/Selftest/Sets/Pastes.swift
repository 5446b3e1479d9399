// lme4, data set Pastes (Davies and Goldsmith 1972). Made by certify.py.

extension CertifiedSet {
  static let pastes: [CertifiedSet] = {
    let origin = "lme4, data set Pastes (Davies and Goldsmith 1972)"
    return [
      CertifiedSet(
        name: "pastes_reml", kind: .mixed, model: "strength ~ 1 + (1 | batch/cask), REML", origin: origin,
        authority: oracle,
        problem: pastesData.mixed("strength", fixed: [.one], [.intercepts("sample"), .intercepts("batch")], .reml),
        certified: [
          .init(.logLikelihood, "-123.4953729267430602", digits: 12),
          .init(.coefficients, "60.053333333333333618", digits: 10),
          .init(.standardErrors, "0.67687006612772667838", digits: 9),
          .init(.sigma, "0.8234075540095561527", digits: 9),
          .init(
            .theta,
            """
            3.5269018105859224854 1.5634602734039177062
            """, digits: 8),
          .init(.satterthwaite, "9.0", digits: 7),
        ])
    ]
  }()

  static let pastesData = DataTable(
    """
    strength batch sample
    62.8 A A:a
    62.6 A A:a
    60.1 A A:b
    62.3 A A:b
    62.7 A A:c
    63.1 A A:c
    60 B B:a
    61.4 B B:a
    57.5 B B:b
    56.9 B B:b
    61.1 B B:c
    58.9 B B:c
    58.7 C C:a
    57.5 C C:a
    63.9 C C:b
    63.1 C C:b
    65.4 C C:c
    63.7 C C:c
    57.1 D D:a
    56.4 D D:a
    56.9 D D:b
    58.6 D D:b
    64.7 D D:c
    64.5 D D:c
    55.1 E E:a
    55.1 E E:a
    54.7 E E:b
    54.2 E E:b
    58.8 E E:c
    57.5 E E:c
    63.4 F F:a
    64.9 F F:a
    59.3 F F:b
    58.1 F F:b
    60.5 F F:c
    60 F F:c
    62.5 G G:a
    62.6 G G:a
    61 G G:b
    58.7 G G:b
    56.9 G G:c
    57.7 G G:c
    59.2 H H:a
    59.4 H H:a
    65.2 H H:b
    66 H H:b
    64.8 H H:c
    64.1 H H:c
    54.8 I I:a
    54.8 I I:a
    64 I I:b
    64 I I:b
    57.7 I I:c
    56.8 I I:c
    58.3 J J:a
    59.3 J J:a
    59.2 J J:b
    59.2 J J:b
    58.9 J J:c
    56.6 J J:c
    """)
}
