/// Markdown of a notebook made safe to hand on: raw HTML becomes text, and links that are neither http, https, mailto
/// nor fragments stop being links. Code spans stay as they are.
enum MarkdownGuard {
  static func text(_ source: String) -> String {
    let bytes = Array(source.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\\"):
        result.append(byte)
        if index + 1 < bytes.count { result.append(bytes[index + 1]) }
        index += 2
        continue
      case UInt8(ascii: "`"):
        let end = codeSpanEnd(bytes, index)
        result += bytes[index..<end]
        index = end
        continue
      case UInt8(ascii: "<") where index + 1 < bytes.count && beginsTag(bytes[index + 1]): result += Array("\\<".utf8)
      case UInt8(ascii: "]") where hasUnsafeTarget(bytes, index + 1): result += Array("\\]".utf8)
      default: result.append(byte)
      }
      index += 1
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func beginsTag(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || "/!?".utf8.contains(byte)
  }

  /// The end of the code span that begins at `start`, or of its backticks alone where it is never closed.
  private static func codeSpanEnd(_ bytes: [UInt8], _ start: Int) -> Int {
    func run(_ from: Int) -> Int { bytes[from...].prefix { $0 == UInt8(ascii: "`") }.count }
    let ticks = run(start)
    var index = start + ticks
    while index < bytes.count {
      if bytes[index] == UInt8(ascii: "`") {
        let found = run(index)
        index += found
        if found == ticks { return index }
      } else {
        index += 1
      }
    }
    return start + ticks
  }

  /// Whether `(` or `:` and an address with a scheme that is not allowed stand at `index`.
  private static func hasUnsafeTarget(_ bytes: [UInt8], _ index: Int) -> Bool {
    guard index < bytes.count, bytes[index] == UInt8(ascii: "(") || bytes[index] == UInt8(ascii: ":") else {
      return false
    }
    let target = bytes[(index + 1)...].drop { $0 == 0x20 || $0 == 0x0A || $0 == UInt8(ascii: "<") }
    let scheme = target.prefix {
      $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: ")") && $0 != 0x20 && $0 != 0x0A && $0 != UInt8(ascii: "/")
        && $0 != UInt8(ascii: "#")
    }
    guard scheme.endIndex < bytes.count, bytes[scheme.endIndex] == UInt8(ascii: ":") else { return false }
    return !["http", "https", "mailto"].contains(String(decoding: scheme, as: UTF8.self).lowercased())
  }
}
