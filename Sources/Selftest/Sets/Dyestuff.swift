// lme4, data set Dyestuff (Davies and Goldsmith 1972). Made by certify.py.

extension CertifiedSet {
  static let dyestuff: [CertifiedSet] = {
    let origin = "lme4, data set Dyestuff (Davies and Goldsmith 1972)"
    return [
      CertifiedSet(
        name: "dyestuff_reml", kind: .mixed, model: "Yield ~ 1 + (1 | Batch), REML", origin: origin, authority: oracle,
        problem: dyestuffData.mixed("Yield", fixed: [.one], [.intercepts("Batch")], .reml),
        certified: [
          .init(.logLikelihood, "-159.82713842112872823", digits: 12),
          .init(.coefficients, "1527.5", digits: 10),
          .init(.standardErrors, "19.383412152318968494", digits: 9),
          .init(.sigma, "49.510099979701111486", digits: 9),
          .init(.theta, "0.8483237814324222878", digits: 8),
          .init(.satterthwaite, "5.0", digits: 7),
          .init(.kenwardRogerErrors, "19.383412152318968494", digits: 9),
          .init(.kenwardRogerDegrees, "5.0", digits: 7),
        ]),
      CertifiedSet(
        name: "dyestuff_ml", kind: .mixed, model: "Yield ~ 1 + (1 | Batch), ML", origin: origin, authority: oracle,
        problem: dyestuffData.mixed("Yield", fixed: [.one], [.intercepts("Batch")], .ml),
        certified: [
          .init(.logLikelihood, "-163.66352994056755313", digits: 12),
          .init(.coefficients, "1527.5", digits: 10),
          .init(.standardErrors, "17.694553462074769809", digits: 9),
          .init(.sigma, "49.510099979701111486", digits: 9),
          .init(.theta, "0.75258069232021236547", digits: 8),
          .init(.satterthwaite, "6.0", digits: 7),
        ]),
    ]
  }()

  static let dyestuffData = DataTable(
    """
    Yield Batch
    1545 A
    1440 A
    1440 A
    1520 A
    1580 A
    1540 B
    1555 B
    1490 B
    1560 B
    1495 B
    1595 C
    1550 C
    1605 C
    1510 C
    1560 C
    1445 D
    1440 D
    1595 D
    1465 D
    1545 D
    1595 E
    1630 E
    1515 E
    1635 E
    1625 E
    1520 F
    1455 F
    1450 F
    1480 F
    1445 F
    """)
}
