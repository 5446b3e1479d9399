// lme4, data set Penicillin (Davies and Goldsmith 1972). Made by certify.py.

extension CertifiedSet {
  static let penicillin: [CertifiedSet] = {
    let origin = "lme4, data set Penicillin (Davies and Goldsmith 1972)"
    return [
      CertifiedSet(
        name: "penicillin_reml", kind: .mixed, model: "diameter ~ 1 + (1 | plate) + (1 | sample), REML", origin: origin,
        authority: oracle,
        problem: penicillinData.mixed("diameter", fixed: [.one], [.intercepts("plate"), .intercepts("sample")], .reml),
        certified: [
          .init(.logLikelihood, "-165.4302944955432268", digits: 12),
          .init(.coefficients, "22.972222222222222222", digits: 10),
          .init(.standardErrors, "0.8085733909854869751", digits: 9),
          .init(.sigma, "0.54992313911782078024", digits: 9),
          .init(
            .theta,
            """
            1.5396775729853291626 3.5124152235855315176
            """, digits: 8),
          .init(.satterthwaite, "5.4870922787957652556", digits: 7),
        ])
    ]
  }()

  static let penicillinData = DataTable(
    """
    diameter plate sample
    27 a A
    23 a B
    26 a C
    23 a D
    23 a E
    21 a F
    27 b A
    23 b B
    26 b C
    23 b D
    23 b E
    21 b F
    25 c A
    21 c B
    25 c C
    24 c D
    24 c E
    20 c F
    26 d A
    23 d B
    25 d C
    23 d D
    23 d E
    20 d F
    25 e A
    22 e B
    26 e C
    22 e D
    23 e E
    20 e F
    24 f A
    22 f B
    25 f C
    23 f D
    22 f E
    19 f F
    24 g A
    20 g B
    23 g C
    21 g D
    22 g E
    19 g F
    26 h A
    22 h B
    26 h C
    24 h D
    24 h E
    21 h F
    24 i A
    21 i B
    24 i C
    22 i D
    22 i E
    20 i F
    24 j A
    21 j B
    24 j C
    23 j D
    22 j E
    19 j F
    26 k A
    23 k B
    26 k C
    24 k D
    24 k E
    21 k F
    25 l A
    22 l B
    26 l C
    24 l D
    24 l E
    20 l F
    26 m A
    24 m B
    26 m C
    24 m D
    25 m E
    22 m F
    26 n A
    23 n B
    26 n C
    23 n D
    23 n E
    20 n F
    26 o A
    23 o B
    25 o C
    24 o D
    24 o E
    22 o F
    25 p A
    22 p B
    25 p C
    23 p D
    23 p E
    20 p F
    25 q A
    21 q B
    24 q C
    23 q D
    23 q E
    20 q F
    25 r A
    22 r B
    24 r C
    23 r D
    23 r E
    19 r F
    24 s A
    21 s B
    23 s C
    21 s D
    21 s E
    19 s F
    26 t A
    23 t B
    26 t C
    24 t D
    24 t E
    21 t F
    25 u A
    21 u B
    24 u C
    22 u D
    22 u E
    18 u F
    25 v A
    22 v B
    25 v C
    22 v D
    22 v E
    20 v F
    24 w A
    21 w B
    24 w C
    22 w D
    24 w E
    19 w F
    24 x A
    21 x B
    24 x C
    22 x D
    21 x E
    18 x F
    """)
}
