import Foundation

/// Where reference data and expected values lie.
struct ReferenceFolder {
  let url: URL

  private static let tests = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// What is kept in the repository.
  static let kept = ReferenceFolder(url: tests.appendingPathComponent("Reference"))

  /// What stays outside of it: NIST's sets, beside the repository's folder.
  static let beside = ReferenceFolder(
    url: tests.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("shared/reference"))

  func has(data name: String) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("data/\(name).csv").path)
  }

  func table(_ name: String) throws -> Table {
    try Table(String(contentsOf: url.appendingPathComponent("data/\(name).csv"), encoding: .utf8))
  }

  func expected(_ name: String) throws -> JSON {
    let data = try Data(contentsOf: url.appendingPathComponent("expected/\(name).json"))
    return JSON(value: try JSONSerialization.jsonObject(with: data, options: [.fragmentsAllowed]))
  }
}

struct MissingReference: Error {
  let what: String
}

/// A CSV without quoted fields: all that the reference data need.
struct Table {
  let header: [String]
  let rows: [[String]]

  init(_ text: String) throws {
    var lines = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    guard !lines.isEmpty else { throw MissingReference(what: "header") }
    header = lines.removeFirst()
    rows = lines
  }

  func texts(_ name: String) throws -> [String] {
    guard let index = header.firstIndex(of: name) else { throw MissingReference(what: name) }
    return rows.map { $0[index] }
  }

  func numbers(_ name: String) throws -> [Double] {
    try texts(name).map {
      guard let number = Double($0) else { throw MissingReference(what: "a number for \($0)") }
      return number
    }
  }
}

/// A JSON value read loosely: R writes a vector of length one as a scalar, the oracle writes numbers as strings.
struct JSON {
  let value: Any?

  subscript(key: String) -> JSON { JSON(value: (value as? [String: Any])?[key]) }

  var exists: Bool { value != nil }

  func number() throws -> Double {
    if let number = value as? NSNumber { return number.doubleValue }
    if let text = value as? String, let number = Double(text) { return number }
    throw MissingReference(what: "a number")
  }

  func bool() throws -> Bool {
    guard let bool = value as? Bool else { throw MissingReference(what: "a truth value") }
    return bool
  }

  func text() throws -> String {
    guard let text = value as? String else { throw MissingReference(what: "a text") }
    return text
  }

  var list: [JSON] {
    if let list = value as? [Any] { return list.map { JSON(value: $0) } }
    return value == nil ? [] : [self]
  }

  func numbers() throws -> [Double] { try list.map { try $0.number() } }

  /// All numbers of nested lists, in order.
  func flatNumbers() throws -> [Double] {
    if let list = value as? [Any] { return try list.flatMap { try JSON(value: $0).flatNumbers() } }
    return [try number()]
  }

  /// The values of an object in the order of given keys.
  func numbers(inOrderOf keys: [String]) throws -> [Double] { try keys.map { try self[$0].number() } }
}
