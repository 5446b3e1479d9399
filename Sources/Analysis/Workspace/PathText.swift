/// Paths as the system reads them: split at the byte `/`, which Swift hides inside a character where a combining mark
/// follows it.
public enum PathText {
  public static func parts(_ path: String, keepingEmpty: Bool = false) -> [String] {
    path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: !keepingEmpty).map {
      String(Substring($0))
    }
  }
}
