/// Who computes: name, version, and a fingerprint of the numbers this machine computes.
public enum Engine {
  public static let version = "0.1.0"
  public static let name = "colophon \(version)"

  /// A digest of known answers: equal where elementary functions, GSL and the kernels give equal bits.
  public static let fingerprint = NumericFingerprint.compute().hex
}
