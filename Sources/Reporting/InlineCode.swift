/// Text between backticks, the only markup that a passage has.
enum InlineCode {
  /// Where a backtick has no partner, all of it is text.
  static func parts(of text: String) -> [(text: String, isCode: Bool)] {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
    guard pieces.count % 2 == 1, !pieces.enumerated().contains(where: { $0 % 2 == 1 && $1.allSatisfy(\.isWhitespace) })
    else {
      return [(text, false)]
    }
    return pieces.enumerated().map { (text: $1, isCode: $0 % 2 == 1) }
  }
}
