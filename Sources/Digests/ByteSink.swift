/// Where bytes are written: kept, or handed to a digest in blocks where nobody wants them.
public struct ByteSink: ~Copyable {
  private static let block = 1 << 16

  private var bytes: [UInt8] = []
  private var hasher: DigestHasher?

  /// Keeps what is written.
  public init() { hasher = nil }

  fileprivate init(_ hasher: consuming DigestHasher) { self.hasher = consume hasher }

  public mutating func append(_ byte: UInt8) { write { $0.append(byte) } }

  public mutating func append(contentsOf more: [UInt8]) { write { $0.append(contentsOf: more) } }

  public mutating func append(_ text: String) { write { $0.append(contentsOf: text.utf8) } }

  /// Sixteen digits.
  public mutating func append(hexadecimal value: UInt64) {
    write { bytes in
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: value >> shift & 15)
        bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
      }
    }
  }

  /// - Parameter write: appends a little, and reads nothing.
  @inline(__always)
  mutating func write(_ write: (inout [UInt8]) -> Void) {
    write(&bytes)
    if bytes.count >= Self.block { handOn() }
  }

  /// What was kept.
  public consuming func finish() -> [UInt8] { bytes }

  fileprivate consuming func digest() -> Digest? {
    handOn()
    switch consume hasher {
    case .some(let hasher): return hasher.finish()
    case nil: return nil
    }
  }

  private mutating func handOn() {
    guard hasher != nil else { return }
    hasher?.update(bytes)
    bytes.removeAll(keepingCapacity: true)
  }
}

extension Digest {
  /// The digest of what is written, in a domain of its own, without holding all of it.
  public init(of kind: String, writing write: (inout ByteSink) -> Void) {
    var sink = ByteSink(DigestHasher(domain: kind))
    write(&sink)
    self = sink.digest() ?? Digest(of: kind, [])
  }
}
