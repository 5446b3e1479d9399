// Elementary functions and distributions at a few points, at 50 digits. Made by certify.py.

import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension CertifiedSet {
  static let functions: [CertifiedSet] = [
    function(
      "exp", at: "-20.25 -1 0.5 1 300.75", { exp($0) },
      [
        .init(
          .values,
          """
          1.6052280551856116087e-9 0.3678794411714423216 1.6487212707001281468 2.7182818284590452354
          4.1121167109946365895e+130
          """, digits: 15)
      ]),
    function(
      "expm1", at: "1e-10 -0.3125", { expm1($0) },
      [
        .init(
          .values,
          """
          1.0000000000500000364e-10 -0.26838437105335820884
          """, digits: 15)
      ]),
    function(
      "log", at: "1e-300 0.75 3 1234567.5", { log($0) },
      [
        .init(
          .values,
          """
          -690.77552789821370518 -0.28768207245178092744 1.0986122886681096914 14.026231264279873894
          """, digits: 15)
      ]),
    function(
      "log1p", at: "1e-10 -0.75", { log1p($0) },
      [
        .init(
          .values,
          """
          9.9999999995000003644e-11 -1.3862943611198906188
          """, digits: 15)
      ]),
    function(
      "log2", at: "0.1875 10", { log2($0) },
      [
        .init(
          .values,
          """
          -2.4150374992788438185 3.3219280948873623479
          """, digits: 15)
      ]),
    function(
      "log10", at: "0.1875 2", { log10($0) },
      [
        .init(
          .values,
          """
          -0.72699872793626234356 0.30102999566398119521
          """, digits: 15)
      ]),
    function(
      "pow(x, 0.375)", at: "1e-5 2.5 1e200", { pow($0, 0.375) },
      [
        .init(
          .values,
          """
          0.013335214321633240666 1.4100272415516044429 9.9999999999999998865e+74
          """, digits: 15)
      ]),
    function(
      "sin", at: "0.5 3.0625 1e22", { sin($0) },
      [
        .init(
          .values,
          """
          0.47942553860420300027 0.079010216747389688546 -0.85220084976718880177
          """, digits: 15)
      ]),
    function(
      "cos", at: "0.5 3.0625 1e22", { cos($0) },
      [
        .init(
          .values,
          """
          0.87758256189037271612 -0.99687380628118146075 0.5232147853951389455
          """, digits: 15)
      ]),
    function(
      "tan", at: "0.5 11", { tan($0) },
      [
        .init(
          .values,
          """
          0.54630248984379051326 -225.95084645419514203
          """, digits: 15)
      ]),
    function(
      "asin", at: "0.5 -0.9375", { asin($0) },
      [
        .init(
          .values,
          """
          0.52359877559829887308 -1.2153751251046731265
          """, digits: 15)
      ]),
    function(
      "acos", at: "0.5 -0.9375", { acos($0) },
      [
        .init(
          .values,
          """
          1.0471975511965977462 2.7861714518995697457
          """, digits: 15)
      ]),
    function(
      "atan", at: "0.5 1000", { atan($0) },
      [
        .init(
          .values,
          """
          0.46364760900080611621 1.5697963271282297526
          """, digits: 15)
      ]),
    function(
      "sinh", at: "0.125 10", { sinh($0) },
      [
        .init(
          .values,
          """
          0.12532577524111545698 11013.232874703393377
          """, digits: 15)
      ]),
    function(
      "cosh", at: "0.125 10", { cosh($0) },
      [
        .init(
          .values,
          """
          1.0078226778257108598 11013.23292010332314
          """, digits: 15)
      ]),
    function(
      "tanh", at: "0.125 2", { tanh($0) },
      [
        .init(
          .values,
          """
          0.12435300177159620805 0.96402758007581688395
          """, digits: 15)
      ]),
    function(
      "cbrt", at: "2 1e100", { cbrt($0) },
      [
        .init(
          .values,
          """
          1.2599210498948731648 2.1544346900318837332e+33
          """, digits: 15)
      ]),
    function(
      "studentTwoSided", at: "1.5 7 163.5", { Distributions.studentTwoSided(2.125, degreesOfFreedom: $0) },
      [
        .init(
          .values,
          """
          0.20831006080700712638 0.071193908704657840296 0.035089342842328189259
          """, digits: 12)
      ]),
    function(
      "fisherUpper", at: "1.5 7 163.5", { Distributions.fisherUpper(3.25, numerator: 2, denominator: $0) },
      [
        .init(
          .values,
          """
          0.28493838211934720525 0.10038641623302211425 0.041293083251806449256
          """, digits: 12)
      ]),
    function(
      "chiSquareUpper", at: "1.5 7 20", { Distributions.chiSquareUpper(9.5, degreesOfFreedom: $0) },
      [
        .init(
          .values,
          """
          0.0045774235430165308401 0.21872185112315721322 0.97635930517903585749
          """, digits: 12)
      ]),
    function(
      "studentQuantile", at: "1.5 7 163.5", { Distributions.studentQuantile(0.975, degreesOfFreedom: $0) },
      [
        .init(
          .values,
          """
          6.0166631044279282546 2.3646242515927847379 1.9745794597248040347
          """, digits: 12)
      ]),
  ]
}
