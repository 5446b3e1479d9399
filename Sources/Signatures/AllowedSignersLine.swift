/// One line of an allowed_signers file: `principals [options] ssh-ed25519 AAAA… [comment]`.
struct AllowedSignersLine {
  enum Content {
    case nothing
    case signer(principals: [String], key: PublicKey)
    case unusable(reason: String, key: PublicKey?)
  }

  private static let blanks: Set<Character> = [" ", "\t"]

  let content: Content

  init(_ line: String) {
    let text = line.drop { Self.blanks.contains($0) }
    if text.isEmpty || text.first == "#" {
      content = .nothing
      return
    }
    content = Self.read(Self.words(text))
  }

  /// Split at blanks, but not at those between quotation marks.
  private static func words(_ text: Substring) -> [String] {
    var words: [String] = []
    var word = ""
    var isQuoted = false
    var isEscaped = false
    for character in text {
      if blanks.contains(character), !isQuoted {
        if !word.isEmpty { words.append(word) }
        word = ""
        continue
      }
      if character == "\"", !isEscaped { isQuoted.toggle() }
      isEscaped = character == "\\" && !isEscaped
      word.append(character)
    }
    return word.isEmpty ? words : words + [word]
  }

  private static func read(_ words: [String]) -> Content {
    // Options have no blanks outside of quotation marks, so that the kind of the key is the second word or the third.
    let hasOptions = words.count > 1 && !isKind(words[1])
    let rest = Array(words.dropFirst(hasOptions ? 2 : 1))
    guard rest.count > 1, isKind(rest[0]) else {
      return .unusable(reason: "it is not `principals [options] ssh-ed25519 key`", key: nil)
    }
    guard rest[0].utf8.elementsEqual(PublicKey.kind.utf8) else {
      return .unusable(reason: "its key is of kind \(rest[0]), and only ssh-ed25519 is known", key: nil)
    }
    guard let key = StrictBase64.bytes(rest[1]).flatMap(PublicKey.init(wire:)) else {
      return .unusable(reason: "its key is damaged", key: nil)
    }
    let principals = words[0].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    if let reason = refusal(principals) ?? (hasOptions ? refusal(options: words[1]) : nil) {
      return .unusable(reason: reason, key: key)
    }
    return .signer(principals: principals, key: key)
  }

  private static func isKind(_ word: String) -> Bool {
    ["ssh-", "sk-ssh-", "ecdsa-", "sk-ecdsa-"].contains { word.hasPrefix($0) }
  }

  private static func refusal(_ principals: [String]) -> String? {
    for principal in principals {
      if principal.contains(where: { "*?!".contains($0) }) {
        return "its principal `\(principal)` is a pattern, and colophon takes whole names only"
      }
      if principal.isEmpty || principal.contains("\"") { return "its principals are no names separated by commas" }
    }
    return nil
  }

  private static func refusal(options text: String) -> String? {
    guard let options = AllowedSignersOption.list(text) else { return "its options cannot be read" }
    guard Set(options.map(\.name)).count == options.count else { return "an option stands twice" }
    for option in options {
      switch option.name {
      case "namespaces":
        let names = (option.value ?? "").split(separator: ",").map(String.init)
        if names.contains(where: { $0.contains { "*?!".contains($0) } }) {
          return "its namespaces have a pattern, and colophon takes whole names only"
        }
        if !names.contains(where: { $0.utf8.elementsEqual(SSHSignature.namespace.utf8) }) {
          return "its namespaces do not include \(SSHSignature.namespace)"
        }
      case "valid-after", "valid-before": return "\(option.name) needs a clock, which colophon does not read"
      case "cert-authority": return "cert-authority is for certificates, which colophon does not know"
      default: return "its option `\(option.name)` is not known"
      }
    }
    return nil
  }
}

/// `name` or `name="value"`. Names are compared without regard to case, as OpenSSH does.
struct AllowedSignersOption {
  let name: String
  let value: String?

  /// Options separated by commas; nil where a quotation mark is missing or is where none belongs.
  static func list(_ text: String) -> [AllowedSignersOption]? {
    var options: [AllowedSignersOption] = []
    var rest = text[...]
    while true {
      let name = rest.prefix { $0 != "=" && $0 != "," && $0 != "\"" }
      guard !name.isEmpty else { return nil }
      rest = rest.dropFirst(name.count)
      var value: String?
      if rest.hasPrefix("=\"") {
        rest = rest.dropFirst(2)
        let quoted = rest.prefix { $0 != "\"" }
        // No value that is taken has a quotation mark or a backslash in it.
        guard quoted.count < rest.count, !quoted.contains("\\") else { return nil }
        value = String(quoted)
        rest = rest.dropFirst(quoted.count + 1)
      }
      options.append(AllowedSignersOption(name: name.lowercased(), value: value))
      if rest.isEmpty { return options }
      guard rest.first == "," else { return nil }
      rest = rest.dropFirst()
    }
  }
}
