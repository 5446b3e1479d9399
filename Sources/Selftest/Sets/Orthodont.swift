// nlme, data set Orthodont (Potthoff and Roy 1964). Made by certify.py.

extension CertifiedSet {
  static let orthodont: [CertifiedSet] = {
    let origin = "nlme, data set Orthodont (Potthoff and Roy 1964)"
    return [
      CertifiedSet(
        name: "orthodont_int_ris_reml", kind: .mixed, model: "distance ~ age * Sex + (age | Subject), REML",
        origin: origin, authority: oracle,
        problem: orthodontData.mixed(
          "distance",
          fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
          [.slopes("age", in: "Subject")], .reml),
        certified: [
          .init(.logLikelihood, "-216.29083075130403308", digits: 12),
          .init(
            .coefficients,
            """
            16.340625 0.784375 1.0321022727272727273 -0.30482954545454545455
            """, digits: 10),
          .init(
            .standardErrors,
            """
            1.0185319238146369728 0.085999512749676775025 1.5957328483232947494 0.13473534233516295081
            """, digits: 9),
          .init(.sigma, "1.3100395809683399424", digits: 9),
          .init(
            .theta,
            """
            1.8362045212003434088 -0.091907173419677128868 0.10249135526521634773
            """, digits: 8),
          .init(
            .satterthwaite,
            """
            25.0 25.0 25.0 25.0
            """, digits: 7),
          .init(
            .kenwardRogerErrors,
            """
            1.0185319238146369728 0.085999512749676775025 1.5957328483232947494 0.13473534233516295081
            """, digits: 9),
          .init(
            .kenwardRogerDegrees,
            """
            25.0 25.0 25.0 25.0
            """, digits: 7),
        ]),
      CertifiedSet(
        name: "orthodont_int_ri_reml", kind: .mixed, model: "distance ~ age * Sex + (1 | Subject), REML",
        origin: origin, authority: oracle,
        problem: orthodontData.mixed(
          "distance",
          fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
          [.intercepts("Subject")], .reml),
        certified: [
          .init(.logLikelihood, "-216.87862460056811075", digits: 12),
          .init(
            .coefficients,
            """
            16.340625 0.784375 1.0321022727272727273 -0.30482954545454545455
            """, digits: 10),
          .init(
            .standardErrors,
            """
            0.98131223668006222779 0.077501104918995395804 1.5374208052971738094 0.12142089610447789696
            """, digits: 9),
          .init(.sigma, "1.3863819114417362981", digits: 9),
          .init(.theta, "1.3100388764701514395", digits: 8),
          .init(
            .satterthwaite,
            """
            103.98636104848931128 79.0 103.98636104848931128 79.0
            """, digits: 7),
          .init(
            .kenwardRogerErrors,
            """
            0.98131223668006222779 0.077501104918995395804 1.5374208052971738094 0.12142089610447789696
            """, digits: 9),
          .init(
            .kenwardRogerDegrees,
            """
            103.98636104848931128 79.0 103.98636104848931128 79.0
            """, digits: 7),
        ]),
    ]
  }()

  static let orthodontData = DataTable(
    """
    distance age Subject Sex
    26 8 M01 Male
    25 10 M01 Male
    29 12 M01 Male
    31 14 M01 Male
    21.5 8 M02 Male
    22.5 10 M02 Male
    23 12 M02 Male
    26.5 14 M02 Male
    23 8 M03 Male
    22.5 10 M03 Male
    24 12 M03 Male
    27.5 14 M03 Male
    25.5 8 M04 Male
    27.5 10 M04 Male
    26.5 12 M04 Male
    27 14 M04 Male
    20 8 M05 Male
    23.5 10 M05 Male
    22.5 12 M05 Male
    26 14 M05 Male
    24.5 8 M06 Male
    25.5 10 M06 Male
    27 12 M06 Male
    28.5 14 M06 Male
    22 8 M07 Male
    22 10 M07 Male
    24.5 12 M07 Male
    26.5 14 M07 Male
    24 8 M08 Male
    21.5 10 M08 Male
    24.5 12 M08 Male
    25.5 14 M08 Male
    23 8 M09 Male
    20.5 10 M09 Male
    31 12 M09 Male
    26 14 M09 Male
    27.5 8 M10 Male
    28 10 M10 Male
    31 12 M10 Male
    31.5 14 M10 Male
    23 8 M11 Male
    23 10 M11 Male
    23.5 12 M11 Male
    25 14 M11 Male
    21.5 8 M12 Male
    23.5 10 M12 Male
    24 12 M12 Male
    28 14 M12 Male
    17 8 M13 Male
    24.5 10 M13 Male
    26 12 M13 Male
    29.5 14 M13 Male
    22.5 8 M14 Male
    25.5 10 M14 Male
    25.5 12 M14 Male
    26 14 M14 Male
    23 8 M15 Male
    24.5 10 M15 Male
    26 12 M15 Male
    30 14 M15 Male
    22 8 M16 Male
    21.5 10 M16 Male
    23.5 12 M16 Male
    25 14 M16 Male
    21 8 F01 Female
    20 10 F01 Female
    21.5 12 F01 Female
    23 14 F01 Female
    21 8 F02 Female
    21.5 10 F02 Female
    24 12 F02 Female
    25.5 14 F02 Female
    20.5 8 F03 Female
    24 10 F03 Female
    24.5 12 F03 Female
    26 14 F03 Female
    23.5 8 F04 Female
    24.5 10 F04 Female
    25 12 F04 Female
    26.5 14 F04 Female
    21.5 8 F05 Female
    23 10 F05 Female
    22.5 12 F05 Female
    23.5 14 F05 Female
    20 8 F06 Female
    21 10 F06 Female
    21 12 F06 Female
    22.5 14 F06 Female
    21.5 8 F07 Female
    22.5 10 F07 Female
    23 12 F07 Female
    25 14 F07 Female
    23 8 F08 Female
    23 10 F08 Female
    23.5 12 F08 Female
    24 14 F08 Female
    20 8 F09 Female
    21 10 F09 Female
    22 12 F09 Female
    21.5 14 F09 Female
    16.5 8 F10 Female
    19 10 F10 Female
    19 12 F10 Female
    19.5 14 F10 Female
    24.5 8 F11 Female
    25 10 F11 Female
    28 12 F11 Female
    28 14 F11 Female
    """)
}
