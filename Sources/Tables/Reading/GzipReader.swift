internal import CZlib

/// Expands gzip files (RFC 1952), one member after another, up to a limit.
public enum GzipReader {
  public enum Problem: Error, Sendable {
    case notGzip
    /// The compressed bytes are damaged, or the checksum behind them does not fit.
    case damaged
    case endsEarly
    /// Something that is no gzip stands behind it.
    case trailingBytes
    case tooLarge(limit: Int)
  }

  /// - Parameters:
  ///   - limit: how many bytes may come out: what is small when compressed need not be small.
  ///   - isBeginning: whether `bytes` are the beginning of a file only, of which as much is expanded as there is, up to `limit`.
  public static func expand(_ bytes: [UInt8], limit: Int, isBeginning: Bool = false) throws(Problem) -> [UInt8] {
    guard bytes.starts(with: [0x1F, 0x8B]) else { throw .notGzip }
    var result: [UInt8] = []
    var problem: Problem?
    bytes.withUnsafeBufferPointer { problem = expand($0, into: &result, limit, isBeginning) }
    if let problem { throw problem }
    return result
  }

  private static func expand(
    _ bytes: UnsafeBufferPointer<UInt8>, into result: inout [UInt8], _ limit: Int, _ isBeginning: Bool
  ) -> Problem? {
    var position = 0
    while position < bytes.count {
      // Zeros behind the last member pad it to a tape's block.
      if position > 0, bytes[position...].allSatisfy({ $0 == 0 }) { return nil }
      guard position == 0 || bytes[position...].starts(with: [0x1F, 0x8B]) else { return .trailingBytes }
      if let problem = member(bytes, &position, into: &result, limit, isBeginning) { return problem }
      if isBeginning, result.count >= limit { return nil }
    }
    return nil
  }

  /// Expands one member that begins at `position`, and moves behind it.
  private static func member(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, into result: inout [UInt8], _ limit: Int,
    _ isBeginning: Bool
  ) -> Problem? {
    var stream = z_stream()
    guard colophon_inflate_gzip_begin(&stream) == Z_OK else { return .damaged }
    defer { inflateEnd(&stream) }
    let size = 1 << 18
    let piece = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: size)
    defer { piece.deallocate() }
    while true {
      let available = min(bytes.count - position, 1 << 30)
      stream.next_in = bytes.baseAddress.map { UnsafeMutablePointer(mutating: $0 + position) }
      stream.avail_in = UInt32(available)
      stream.next_out = piece.baseAddress
      stream.avail_out = UInt32(size)
      let status = inflate(&stream, Z_NO_FLUSH)
      position += available - Int(stream.avail_in)
      let count = size - Int(stream.avail_out)
      // Before anything grows: what is too large is never held.
      guard count <= limit - result.count else {
        guard isBeginning else { return .tooLarge(limit: limit) }
        result.append(contentsOf: piece[..<(limit - result.count)])
        return nil
      }
      result.append(contentsOf: piece[..<count])
      switch status {
      case Z_STREAM_END: return nil
      case Z_OK where count > 0 || position < bytes.count: continue
      case Z_OK, Z_BUF_ERROR:
        guard isBeginning else { return .endsEarly }
        position = bytes.count
        return nil
      default: return .damaged
      }
    }
  }
}
