/// Names and levels are the same only byte for byte: Swift's `==` takes two spellings of `é`, or the Kelvin sign and
/// the letter K, for one.
extension StringProtocol {
  @inlinable public func isExactly(_ other: some StringProtocol) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension Sequence where Element == String {
  @inlinable public func containsExactly(_ text: String) -> Bool { contains { $0.isExactly(text) } }
}

extension Collection where Element == String {
  @inlinable public func firstIndex(ofExactly text: String) -> Index? { firstIndex { $0.isExactly(text) } }
}
