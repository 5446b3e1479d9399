import Foundation

/// The largest |got − want| / max(|want|, floor) over two lists of one length.
func worstError(_ got: [Double], _ want: [Double], floors: [Double] = []) -> Double {
  guard got.count == want.count else { return .infinity }
  var worst = 0.0
  for index in got.indices {
    let scale = max(abs(want[index]), floors.isEmpty ? 0 : floors[index])
    let difference = abs(got[index] - want[index])
    let error = difference == 0 ? 0 : difference / scale
    worst = error.isNaN ? .infinity : max(worst, error)
  }
  return worst
}

/// NIST's log relative error: how many significant digits agree, at most 15. Against a certified 0 the error is
/// absolute.
func digits(_ got: [Double], _ certified: [Double]) -> Double {
  guard got.count == certified.count else { return 0 }
  var fewest = 15.0
  for (value, truth) in zip(got, certified) {
    let error = truth == 0 ? abs(value) : abs(value - truth) / abs(truth)
    fewest = min(fewest, error == 0 ? 15 : -log10(error))
  }
  return fewest
}
