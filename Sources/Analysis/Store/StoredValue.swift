/// A result as one line of text, with its types and the order of its fields, which the JSON form of `results.json` does
/// not keep. Texts stand behind their length and numbers as their bits, so that reading is one pass without a tree of JSON
/// between: a stored run is mostly this.
///
///     n4059000000000000            a number          c12;        a count           T F       booleans
///     t5:hello                     text              a3:why      absent            l2;…      a list
///     r2;1:a…1:b…                  a record          k1;4:term2;1:x…1:y…           keyed: key names, then entries
enum StoredValue {
  static func text(_ value: ResultValue) -> String {
    var bytes: [UInt8] = []
    write(value, into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Nil where the text is none that `text` wrote.
  static func value(_ text: String) -> ResultValue? {
    var text = text
    return text.withUTF8 { bytes in
      var reader = Reader(bytes: bytes)
      guard let value = reader.value(), reader.position == bytes.count else { return nil }
      return value
    }
  }

  private static func write(_ value: ResultValue, into bytes: inout [UInt8]) {
    switch value {
    case .absent(let reason):
      bytes.append(UInt8(ascii: "a"))
      write(reason, into: &bytes)
    case .number(let number):
      bytes.append(UInt8(ascii: "n"))
      let bits = number.bitPattern
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: bits >> shift & 15)
        bytes.append(digit + (digit < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10))
      }
    case .count(let count):
      bytes.append(UInt8(ascii: "c"))
      write(count, endedBy: UInt8(ascii: ";"), into: &bytes)
    case .boolean(let value): bytes.append(value ? UInt8(ascii: "T") : UInt8(ascii: "F"))
    case .text(let text):
      bytes.append(UInt8(ascii: "t"))
      write(text, into: &bytes)
    case .list(let values):
      bytes.append(UInt8(ascii: "l"))
      write(values.count, endedBy: UInt8(ascii: ";"), into: &bytes)
      for value in values { write(value, into: &bytes) }
    case .record(let fields):
      bytes.append(UInt8(ascii: "r"))
      write(fields.count, endedBy: UInt8(ascii: ";"), into: &bytes)
      for field in fields {
        write(field.name, into: &bytes)
        write(field.value, into: &bytes)
      }
    case .keyed(let names, let entries):
      bytes.append(UInt8(ascii: "k"))
      write(names.count, endedBy: UInt8(ascii: ";"), into: &bytes)
      for name in names { write(name, into: &bytes) }
      write(entries.count, endedBy: UInt8(ascii: ";"), into: &bytes)
      for entry in entries {
        write(entry.keys.count, endedBy: UInt8(ascii: ";"), into: &bytes)
        for key in entry.keys { write(key, into: &bytes) }
        write(entry.value, into: &bytes)
      }
    }
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    write(text.utf8.count, endedBy: UInt8(ascii: ":"), into: &bytes)
    bytes.append(contentsOf: text.utf8)
  }

  private static func write(_ count: Int, endedBy end: UInt8, into bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(count).utf8)
    bytes.append(end)
  }
}

extension StoredValue {
  private struct Reader {
    static let deepest = 64

    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0
    var depth = 0

    mutating func value() -> ResultValue? {
      guard position < bytes.count, depth < Self.deepest else { return nil }
      depth += 1
      defer { depth -= 1 }
      position += 1
      switch bytes[position - 1] {
      case UInt8(ascii: "n"): return number()
      case UInt8(ascii: "c"): return count(endedBy: UInt8(ascii: ";")).map { .count($0) }
      case UInt8(ascii: "T"): return .boolean(true)
      case UInt8(ascii: "F"): return .boolean(false)
      case UInt8(ascii: "t"): return text().map { .text($0) }
      case UInt8(ascii: "a"): return text().map { .absent(reason: $0) }
      case UInt8(ascii: "l"): return list { $0.value() }.map { .list($0) }
      case UInt8(ascii: "r"):
        return list { reader -> ResultValue.Field? in
          guard let name = reader.text(), let value = reader.value() else { return nil }
          return .init(name, value)
        }.map { .record($0) }
      case UInt8(ascii: "k"):
        guard let names = list({ $0.text() }),
          let entries = list({ reader -> ResultValue.Entry? in
            guard let keys = reader.list({ $0.text() }), let value = reader.value() else { return nil }
            return .init(keys, value)
          })
        else { return nil }
        return .keyed(by: names, entries)
      default: return nil
      }
    }

    private mutating func list<Element>(_ element: (inout Reader) -> Element?) -> [Element]? {
      // An element takes a byte at least, so that no count can ask for more room than the text has.
      guard let count = count(endedBy: UInt8(ascii: ";")), count >= 0, count <= bytes.count - position else {
        return nil
      }
      var elements: [Element] = []
      elements.reserveCapacity(count)
      for _ in 0..<count {
        guard let next = element(&self) else { return nil }
        elements.append(next)
      }
      return elements
    }

    private mutating func text() -> String? {
      guard let length = count(endedBy: UInt8(ascii: ":")), length >= 0, length <= bytes.count - position else {
        return nil
      }
      defer { position += length }
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[position..<position + length]), as: UTF8.self)
    }

    private mutating func count(endedBy end: UInt8) -> Int? {
      guard position < bytes.count else { return nil }
      let isNegative = bytes[position] == UInt8(ascii: "-")
      if isNegative { position += 1 }
      var count = 0
      let first = position
      while position < bytes.count, bytes[position] != end {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]), position - first < 18 else {
          return nil
        }
        count = 10 * count + Int(bytes[position] - UInt8(ascii: "0"))
        position += 1
      }
      guard position < bytes.count, position > first else { return nil }
      position += 1
      return isNegative ? -count : count
    }

    /// From its bits, sixteen hexadecimal digits.
    private mutating func number() -> ResultValue? {
      guard bytes.count - position >= 16 else { return nil }
      var bits: UInt64 = 0
      for byte in bytes[position..<position + 16] {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): bits = bits << 4 | UInt64(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): bits = bits << 4 | UInt64(byte - UInt8(ascii: "a") + 10)
        default: return nil
        }
      }
      position += 16
      return .number(Double(bitPattern: bits))
    }
  }
}
