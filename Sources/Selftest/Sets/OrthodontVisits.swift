// Orthodont as repeated measures. Made by certify.py.

extension CertifiedSet {
  static let orthodontVisits: [CertifiedSet] = [
    CertifiedSet(
      name: "orthodont_us_reml", kind: .repeatedMeasures, model: "distance ~ age * Sex + us(age | Subject), REML",
      origin: "nlme, data set Orthodont (Potthoff and Roy 1964)", authority: independent,
      problem: orthodontData.repeated(
        "distance",
        fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
        visit: "age", subject: "Subject", .unstructured),
      certified: [
        .init(.logLikelihood, "-212.2734000972101", digits: 11),
        .init(
          .coefficients,
          """
          15.8422893332231 0.826803296709556 1.58307915733778 -0.350438594473992
          """, digits: 8),
        .init(
          .standardErrors,
          """
          0.972307960121986 0.0822177862401829 1.52331381508591 0.128810515559019
          """, digits: 8),
        .init(
          .satterthwaite,
          """
          24.9999999999939 24.9999999999917 24.9999999999938 24.9999999999916
          """, digits: 6),
        .init(
          .kenwardRogerErrors,
          """
          1.04573976925975 0.0884271366050211 1.6383593499515 0.138538697967687
          """, digits: 8),
        .init(
          .kenwardRogerDegrees,
          """
          24.9999999999939 24.9999999999917 24.9999999999938 24.9999999999916
          """, digits: 6),
      ]),
    CertifiedSet(
      name: "orthodont_cs_reml", kind: .repeatedMeasures, model: "distance ~ age * Sex + cs(age | Subject), REML",
      origin: "nlme, data set Orthodont (Potthoff and Roy 1964)", authority: independent,
      problem: orthodontData.repeated(
        "distance",
        fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
        visit: "age", subject: "Subject", .compoundSymmetry(isHeterogeneous: false)),
      certified: [
        .init(.logLikelihood, "-216.87862460056814", digits: 11),
        .init(
          .coefficients,
          """
          16.3406250000001 0.784375 1.0321022727272 -0.304829545454545
          """, digits: 8),
        .init(
          .standardErrors,
          """
          0.981312236680063 0.0775011049189955 1.53742080529717 0.121420896104478
          """, digits: 8),
        .init(
          .satterthwaite,
          """
          103.986361048507 79.0000000000086 103.986361048508 79.0000000000091
          """, digits: 6),
        .init(
          .kenwardRogerErrors,
          """
          0.981312236680063 0.0775011049189955 1.53742080529717 0.121420896104478
          """, digits: 8),
        .init(
          .kenwardRogerDegrees,
          """
          103.986361048507 79.0000000000086 103.986361048508 79.0000000000091
          """, digits: 6),
      ]),
    CertifiedSet(
      name: "orthodont_ar1_reml", kind: .repeatedMeasures, model: "distance ~ age * Sex + ar1(age | Subject), REML",
      origin: "nlme, data set Orthodont (Potthoff and Roy 1964)", authority: independent,
      problem: orthodontData.repeated(
        "distance",
        fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
        visit: "age", subject: "Subject", .autoregressive(isHeterogeneous: false)),
      certified: [
        .init(.logLikelihood, "-222.2937242878443", digits: 11),
        .init(
          .coefficients,
          """
          16.5990770523198 0.769262972519609 0.721475876946727 -0.285443409191821
          """, digits: 8),
        .init(
          .standardErrors,
          """
          1.35919954361587 0.116950863299221 2.12945643475835 0.183226789306113
          """, digits: 8),
        .init(
          .satterthwaite,
          """
          99.9861609097753 103.884718384168 99.9861609097739 103.884718384166
          """, digits: 6),
        .init(
          .kenwardRogerErrors,
          """
          1.3595971272372 0.116972893700142 2.13007932858198 0.183261304311083
          """, digits: 8),
        .init(
          .kenwardRogerDegrees,
          """
          99.9861609097752 103.884718384168 99.9861609097739 103.884718384166
          """, digits: 6),
      ]),
    CertifiedSet(
      name: "orthodont_toep_reml", kind: .repeatedMeasures, model: "distance ~ age * Sex + toep(age | Subject), REML",
      origin: "nlme, data set Orthodont (Potthoff and Roy 1964)", authority: independent,
      problem: orthodontData.repeated(
        "distance",
        fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
        visit: "age", subject: "Subject", .toeplitz(isHeterogeneous: false)),
      certified: [
        .init(.logLikelihood, "-214.69576944442537", digits: 11),
        .init(
          .coefficients,
          """
          16.2703794836003 0.797293748318038 1.13851927069521 -0.321402081175663
          """, digits: 8),
        .init(
          .standardErrors,
          """
          1.06352236757381 0.0859899404976468 1.66621932723332 0.134720345498403
          """, digits: 8),
        .init(
          .satterthwaite,
          """
          41.1576231492631 28.0538284191136 41.1576231492632 28.0538284191136
          """, digits: 6),
        .init(
          .kenwardRogerErrors,
          """
          1.07228009487594 0.0867368311102089 1.67994004899561 0.135890498202214
          """, digits: 8),
        .init(
          .kenwardRogerDegrees,
          """
          41.1576231492632 28.0538284191136 41.1576231492632 28.0538284191136
          """, digits: 6),
      ]),
  ]
}
