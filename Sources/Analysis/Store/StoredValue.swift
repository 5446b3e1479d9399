import Digests

/// A result as one line of text, with its types and the order of its fields, which the JSON form of `results.json` does
/// not keep. Texts stand behind their length and numbers as their bits, so that reading is one pass without a tree of JSON
/// between: a stored run is mostly this.
///
///     n4059000000000000            a number          c12;        a count           T F       booleans
///     t5:hello                     text              a3:why      absent            l2;…      a list
///     r2;1:a…1:b…                  a record          k1;4:term2;1:x…1:y…           keyed: key names, then entries
enum StoredValue {
  static func text(_ value: ResultValue) -> String {
    var sink = ByteSink()
    write(value, to: &sink)
    return String(decoding: sink.finish(), as: UTF8.self)
  }

  /// A digest of that text, which is not held whole for it.
  static func digest(_ value: ResultValue) -> Digest {
    Digest(of: "typed") { write(value, to: &$0) }
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

  private static func write(_ value: ResultValue, to sink: inout ByteSink) {
    switch value {
    case .absent(let reason):
      sink.append(UInt8(ascii: "a"))
      write(reason, to: &sink)
    case .number(let number):
      sink.append(UInt8(ascii: "n"))
      sink.append(hexadecimal: number.bitPattern)
    case .count(let count):
      sink.append(UInt8(ascii: "c"))
      write(count, endedBy: UInt8(ascii: ";"), to: &sink)
    case .boolean(let value): sink.append(value ? UInt8(ascii: "T") : UInt8(ascii: "F"))
    case .text(let text):
      sink.append(UInt8(ascii: "t"))
      write(text, to: &sink)
    case .list(let values):
      sink.append(UInt8(ascii: "l"))
      write(values.count, endedBy: UInt8(ascii: ";"), to: &sink)
      for value in values { write(value, to: &sink) }
    case .record(let fields):
      sink.append(UInt8(ascii: "r"))
      write(fields.count, endedBy: UInt8(ascii: ";"), to: &sink)
      for field in fields {
        write(field.name, to: &sink)
        write(field.value, to: &sink)
      }
    case .keyed(let names, let entries):
      sink.append(UInt8(ascii: "k"))
      write(names.count, endedBy: UInt8(ascii: ";"), to: &sink)
      for name in names { write(name, to: &sink) }
      write(entries.count, endedBy: UInt8(ascii: ";"), to: &sink)
      for entry in entries {
        write(entry.keys.count, endedBy: UInt8(ascii: ";"), to: &sink)
        for key in entry.keys { write(key, to: &sink) }
        write(entry.value, to: &sink)
      }
    }
  }

  private static func write(_ text: String, to sink: inout ByteSink) {
    write(text.utf8.count, endedBy: UInt8(ascii: ":"), to: &sink)
    sink.append(text)
  }

  private static func write(_ count: Int, endedBy end: UInt8, to sink: inout ByteSink) {
    sink.append(String(count))
    sink.append(end)
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
