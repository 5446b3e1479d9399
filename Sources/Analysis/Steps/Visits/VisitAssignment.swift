/// Which rows belong to which planned visit.
struct VisitAssignment {
  enum Reason: Sendable, Equatable {
    case outside, undated, nobody
    /// Another row of the window counts.
    case duplicate(of: Int)
  }

  /// Two rows of one window between which the rule does not choose; counted from 0.
  struct Undecided: Error {
    let rows: [Int]
    let window: Int
    let isSameDay: Bool
  }

  let windows: [VisitWindow]
  let duplicates: String
  /// In days, one for each row.
  private(set) var days: [Double] = []
  /// The window of each row, −1 for none.
  private(set) var window: [Int] = []
  /// Rows that no visit takes, in order.
  private(set) var unassigned: [(row: Int, reason: Reason)] = []

  init(windows: [VisitWindow], duplicates: String) {
    self.windows = windows
    self.duplicates = duplicates
  }

  var keptRows: [Int] {
    var isKept = window.map { $0 >= 0 }
    for item in unassigned { isKept[item.row] = false }
    return isKept.indices.filter { isKept[$0] }
  }

  /// - Parameters:
  ///   - days: since the start; NaN is missing.
  ///   - people: a code for each participant; negative is missing.
  mutating func assign(_ days: [Double], _ people: [Int32]) throws(Undecided) {
    self.days = days
    window = days.map { day in windows.firstIndex { $0.contains(day) } ?? -1 }
    var members: [[Int32]: [Int]] = [:]
    var keys: [[Int32]] = []
    for row in days.indices {
      if days[row].isNaN {
        unassigned.append((row, .undated))
      } else if people[row] < 0 {
        unassigned.append((row, .nobody))
      } else if window[row] < 0 {
        unassigned.append((row, .outside))
      } else {
        let key = [people[row], Int32(window[row])]
        if members[key] == nil { keys.append(key) }
        members[key, default: []].append(row)
      }
    }
    for key in keys {
      guard let rows = members[key], rows.count > 1 else { continue }
      if duplicates == "error" {
        let isSameDay = days[rows[0]] == days[rows[1]]
        throw Undecided(rows: Array(rows.prefix(2)), window: window[rows[0]], isSameDay: isSameDay)
      }
      let best = rows.dropFirst().reduce(rows[0]) { isBetter($1, than: $0) ? $1 : $0 }
      if let other = rows.first(where: { $0 != best && days[$0] == days[best] }) {
        throw Undecided(rows: [best, other].sorted(), window: window[best], isSameDay: true)
      }
      for row in rows where row != best { unassigned.append((row, .duplicate(of: best))) }
    }
    unassigned.sort { $0.row < $1.row }
  }

  private func isBetter(_ row: Int, than other: Int) -> Bool {
    switch duplicates {
    case "first": return days[row] < days[other]
    case "last": return days[row] > days[other]
    default:
      let planned = windows[window[row]].plannedDay
      let (new, old) = ((days[row] - planned).magnitude, (days[other] - planned).magnitude)
      return new == old ? days[row] < days[other] : new < old
    }
  }
}
