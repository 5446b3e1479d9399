/// Distinct byte strings numbered in order of first appearance.
///
/// Keyed by bytes, not by `String`, whose equality takes two spellings of `é` for one.
struct Interner: Sendable {
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  /// Codes by hash, −1 where there is none; beside each a part of the hash, so that few bytes are compared in vain.
  private var slots: [Slot]
  private var mask: Int
  private var latest: Int32 = -1

  private struct Slot {
    var code: Int32
    var tag: UInt32
  }

  init() {
    slots = [Slot](repeating: Slot(code: -1, tag: 0), count: 64)
    mask = 63
  }

  var count: Int { starts.count - 1 }

  func text(_ code: Int) -> String {
    bytes.withUnsafeBufferPointer {
      String(decoding: UnsafeBufferPointer(rebasing: $0[starts[code]..<starts[code + 1]]), as: UTF8.self)
    }
  }

  var texts: [String] {
    (0..<count).map(text)
  }

  mutating func code(_ field: UnsafeBufferPointer<UInt8>) -> Int32 {
    // Rows of one patient follow each other.
    if latest >= 0, isEqual(field, Int(latest)) { return latest }
    let hash = Self.hash(field)
    let tag = UInt32(truncatingIfNeeded: hash >> 32)
    var slot = Int(truncatingIfNeeded: hash) & mask
    while slots[slot].code >= 0 {
      let found = slots[slot]
      if found.tag == tag, isEqual(field, Int(found.code)) {
        latest = found.code
        return found.code
      }
      slot = (slot &+ 1) & mask
    }
    let code = Int32(count)
    slots[slot] = Slot(code: code, tag: tag)
    bytes.append(contentsOf: field)
    starts.append(bytes.count)
    if count * 2 > slots.count { grow() }
    latest = code
    return code
  }

  /// The codes here of another's texts, by their codes there.
  mutating func codes(absorbing other: Interner) -> [Int32] {
    other.bytes.withUnsafeBufferPointer { all in
      (0..<other.count).map {
        code(UnsafeBufferPointer(rebasing: all[other.starts[$0]..<other.starts[$0 + 1]]))
      }
    }
  }

  private func isEqual(_ field: UnsafeBufferPointer<UInt8>, _ code: Int) -> Bool {
    let start = starts[code]
    guard starts[code + 1] &- start == field.count else { return false }
    return bytes.withUnsafeBytes { all in
      let field = UnsafeRawBufferPointer(field)
      var index = 0
      while index &+ 8 <= field.count {
        let word = field.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        if word != all.loadUnaligned(fromByteOffset: start &+ index, as: UInt64.self) { return false }
        index &+= 8
      }
      while index < field.count {
        if field[index] != all[start &+ index] { return false }
        index &+= 1
      }
      return true
    }
  }

  private mutating func grow() {
    let size = slots.count * 2
    mask = size - 1
    slots = [Slot](repeating: Slot(code: -1, tag: 0), count: size)
    bytes.withUnsafeBufferPointer { all in
      for code in 0..<count {
        let hash = Self.hash(UnsafeBufferPointer(rebasing: all[starts[code]..<starts[code + 1]]))
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot].code >= 0 { slot = (slot &+ 1) & mask }
        slots[slot] = Slot(code: Int32(code), tag: UInt32(truncatingIfNeeded: hash >> 32))
      }
    }
  }

  /// Keyed anew in each process, so that nobody can make texts that collide. The numbering does not depend on it, only
  /// the speed. Words are folded into 128-bit products, as wyhash does.
  private static let keys = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)

  /// Of one word.
  static func mixed(_ word: UInt64) -> UInt64 { fold(word ^ keys.0, keys.1) }

  private static func hash(_ field: UnsafeBufferPointer<UInt8>) -> UInt64 {
    let (first, second) = keys
    let raw = UnsafeRawBufferPointer(field)
    var hash = first ^ UInt64(field.count)
    var index = 0
    while index &+ 8 <= raw.count {
      hash = fold(hash ^ raw.loadUnaligned(fromByteOffset: index, as: UInt64.self), second)
      index &+= 8
    }
    var rest: UInt64 = 0
    while index < raw.count {
      rest = rest << 8 | UInt64(raw[index])
      index &+= 1
    }
    return fold(hash ^ rest, first)
  }

  @inline(__always)
  private static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let product = left.multipliedFullWidth(by: right)
    return product.high ^ product.low
  }
}
