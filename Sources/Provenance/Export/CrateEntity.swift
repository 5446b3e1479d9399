import Digests

/// Building blocks of a crate's graph.
enum CrateEntity {
  static func reference(_ id: String) -> JSONValue { ["@id": .string(id)] }

  /// One reference stands alone and several in an array, as RO-Crate 1.1 recommends; nil where there is none.
  static func references(_ ids: [String]) -> JSONValue? { one(ids.map(reference)) }

  static func texts(_ texts: [String]) -> JSONValue? { one(texts.map { .string($0) }) }

  private static func one(_ values: [JSONValue]) -> JSONValue? {
    values.count > 1 ? .array(values) : values.first
  }

  /// - Parameter members: those that are nil are left out.
  static func make(_ id: String, _ types: String..., members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
    let rest = members.compactMap { key, value in value.map { JSONValue.Member(key, $0) } }
    return .object([.init("@id", .string(id)), .init("@type", texts(types) ?? .null)] + rest)
  }
}

/// Identifiers of a crate's entities: relative addresses (RFC 3986), with all that may not stand in one as `%` and digits.
enum CrateIdentifier {
  private static let plain = Set(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/@+,=".utf8)

  /// Of a file by its path in the crate.
  static func file(_ path: String) -> String { encoded(path) }

  static func fragment(_ kind: String, _ name: String) -> String { "#\(kind)/\(encoded(name))" }

  /// Whether `text` has only what may stand in an address.
  static func isAddress(_ text: String) -> Bool {
    text.utf8.allSatisfy { plain.contains($0) || ":?#[]!$&'()*;%".utf8.contains($0) }
  }

  private static func encoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if plain.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
