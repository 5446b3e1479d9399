/// Sets that only grow together.
struct DisjointSets {
  private var parent: [Int]

  init(_ count: Int) { parent = Array(0..<count) }

  private mutating func root(_ element: Int) -> Int {
    var element = element
    while parent[element] != element {
      parent[element] = parent[parent[element]]
      element = parent[element]
    }
    return element
  }

  mutating func join(_ first: Int, _ second: Int) {
    let (one, other) = (root(first), root(second))
    // The smaller number leads, whatever the order of joining.
    parent[max(one, other)] = min(one, other)
  }

  /// The sets numbered by their first elements, and each element's set.
  mutating func numbering() -> (set: [Int], count: Int) {
    var number = [Int](repeating: -1, count: parent.count)
    var count = 0
    var set: [Int] = []
    for element in parent.indices {
      let leader = root(element)
      if number[leader] < 0 {
        number[leader] = count
        count += 1
      }
      set.append(number[leader])
    }
    return (set, count)
  }
}
