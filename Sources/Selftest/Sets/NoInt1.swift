// NIST's NoInt1. Made by certify.py.

extension CertifiedSet {
  static let noInt1 = polynomial(
    "NoInt1", origin: "NIST StRD, by its published formula", degree: 1, intercept: false,
    x: (60...70).map { Double($0) },
    y: (130...140).map { Double($0) },
    [
      .init(.coefficients, "2.0743801652892561983", digits: 10),
      .init(.standardErrors, "0.016528925619834710744", digits: 10),
      .init(.sigma, "3.5675303400633788125", digits: 10),
    ])
}
