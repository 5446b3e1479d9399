// Longley (1967), in NIST's units, which are R's times powers of ten. Made by certify.py.

extension CertifiedSet {
  static let longley: CertifiedSet = {
    let data = DataTable(
      """
      Employed GNP.deflator GNP Unemployed Armed.Forces Population Year
      60323 83 234289 2356 1590 107608 1947
      61122 88.5 259426 2325 1456 108632 1948
      60171 88.2 258054 3682 1616 109773 1949
      61187 89.5 284599 3351 1650 110929 1950
      63221 96.2 328975 2099 3099 112075 1951
      63639 98.1 346999 1932 3594 113270 1952
      64989 99 365385 1870 3547 115094 1953
      63761 100 363112 3578 3350 116219 1954
      66019 101.2 397469 2904 3048 117388 1955
      67857 104.6 419180 2822 2857 118734 1956
      68169 108.4 442769 2936 2798 120445 1957
      66513 110.8 444546 4681 2637 121950 1958
      68655 112.6 482704 3813 2552 123366 1959
      69564 114.2 502601 3931 2514 125368 1960
      69331 115.7 518173 4806 2572 127852 1961
      70551 116.9 554894 4007 2827 130081 1962
      """)
    let names = data.names.dropFirst()
    return CertifiedSet(
      name: "Longley", kind: .regression, model: "Employed ~ \(names.joined(separator: " + "))",
      origin: "R 4.2.2, data set longley (Debian r-base-core)", authority: exact,
      problem: .regression(
        response: data.numbers("Employed"), columns: [data.ones] + names.map { data.numbers($0) }, hasIntercept: true),
      certified: [
        .init(
          .coefficients,
          """
          -3482258.6345958183253 15.06187227137329497 -0.035819179292591016617 -2.0202298038168250857
          -1.0332268671735919755 -0.051104105653580714471 1829.1514646135518452
          """, digits: 10),
        .init(
          .standardErrors,
          """
          890420.38360737254724 84.914925774766945247 0.033491007772243188915 0.48839968165169946263
          0.21427416316167526388 0.22607320006937035925 455.47849914221199272
          """, digits: 10),
        .init(.sigma, "304.85407356196480214", digits: 10),
      ])
  }()
}
