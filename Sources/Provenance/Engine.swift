internal import CPlatform

/// Who computes: name, version, and a fingerprint of the numbers this machine computes.
public enum Engine {
  public static let version = "0.1.0"
  public static let name = "colophon \(version)"

  /// A digest of known answers: equal where elementary functions, GSL and the kernels give equal bits.
  public static let fingerprint = NumericFingerprint.compute().hex

  /// What the linker says this program is; nil where it says nothing.
  public static let build: String? = {
    let bytes = [UInt8](unsafeUninitializedCapacity: 32) { buffer, count in
      count = colophon_build_identifier(buffer.baseAddress, buffer.count)
    }
    return bytes.isEmpty ? nil : bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }()
}
