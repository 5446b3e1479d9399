/// Distinct byte strings numbered in order of first appearance.
///
/// Keyed by bytes, not by `String`, whose equality takes two spellings of `é` for one.
struct Interner {
  private(set) var texts: [String] = []
  private var bytes: [UInt8] = []
  private var starts: [Int] = [0]
  private var slots: [Int32]
  private var mask: Int

  init() {
    slots = [Int32](repeating: -1, count: 64)
    mask = 63
  }

  mutating func code(_ field: UnsafeBufferPointer<UInt8>) -> Int32 {
    var slot = Self.hash(field) & mask
    while slots[slot] >= 0 {
      let code = Int(slots[slot])
      let length = starts[code + 1] - starts[code]
      if length == field.count, isEqual(field, at: starts[code]) { return Int32(code) }
      slot = (slot + 1) & mask
    }
    let code = Int32(texts.count)
    slots[slot] = code
    texts.append(String(decoding: field, as: UTF8.self))
    bytes.append(contentsOf: field)
    starts.append(bytes.count)
    if texts.count * 2 > slots.count { grow() }
    return code
  }

  private func isEqual(_ field: UnsafeBufferPointer<UInt8>, at start: Int) -> Bool {
    for index in 0..<field.count where field[index] != bytes[start + index] { return false }
    return true
  }

  private mutating func grow() {
    let count = slots.count * 2
    mask = count - 1
    slots = [Int32](repeating: -1, count: count)
    bytes.withUnsafeBufferPointer { all in
      for code in texts.indices {
        var slot = Self.hash(UnsafeBufferPointer(rebasing: all[starts[code]..<starts[code + 1]])) & mask
        while slots[slot] >= 0 { slot = (slot + 1) & mask }
        slots[slot] = Int32(code)
      }
    }
  }

  /// Keyed anew in each process, so that nobody can make texts that collide. The numbering does not depend on it, only
  /// the speed.
  private static func hash(_ field: UnsafeBufferPointer<UInt8>) -> Int {
    var hasher = Hasher()
    hasher.combine(bytes: UnsafeRawBufferPointer(field))
    return hasher.finalize() & Int.max
  }
}
