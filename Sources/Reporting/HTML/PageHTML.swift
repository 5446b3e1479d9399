import Digests

/// What every page begins with.
enum PageHTML {
  /// From `<!DOCTYPE` to `</head>`: a page without scripts that loads nothing but what `images` allows.
  ///
  /// - Parameter images: where pictures may come from, as a content security policy has it.
  static func head(
    title: String, language: String = "en", style: String, images: String? = nil, generator: String? = nil
  ) -> String {
    let digest = Base64.text(Digest(ofFile: Array(style.utf8)))
    let pictures = images.map { " img-src \($0);" } ?? ""
    let policy =
      "default-src 'none'; style-src 'sha256-\(digest)';\(pictures) base-uri 'none'; form-action 'none'"
    let maker = generator.map { "<meta name=\"generator\" content=\"\(Escape.html($0))\">\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="\(Escape.html(language))">
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="\(policy)">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      \(maker)<title>\(Escape.html(title))</title>
      <style>\(style)</style>
      </head>
      """
  }
}

/// Base64 of a digest's 32 bytes, as content security policies write it.
enum Base64 {
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")

  static func text(_ digest: Digest) -> String {
    var bytes: [UInt32] = []
    var high: UInt32?
    for character in digest.hex {
      let value = UInt32(character.hexDigitValue ?? 0)
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var word: UInt32 = 0
      for offset in 0..<3 { word = word << 8 | (offset < group.count ? group[start + offset] : 0) }
      for place in 0..<4 {
        text.append(place <= group.count ? alphabet[Int(word >> (18 - 6 * UInt32(place)) & 63)] : "=")
      }
    }
    return text
  }
}
