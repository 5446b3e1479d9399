/// How a file writes days: `%d.%m.%Y`, with strftime's letters for what is written in digits.
///
/// `%Y` four digits, `%m` and `%d` one or two, `%b` an English month such as Jan; `%%` a percent sign. Everything else stands
/// for itself. Two-digit years are not read: which century they mean is a guess.
public struct DateFormat: Hashable, Sendable {
  public static let iso = DateFormat(text: "%Y-%m-%d", parts: [.year, .literal(45), .month, .literal(45), .day])

  private enum Part: Hashable, Sendable { case year, month, monthName, day, literal(UInt8) }

  public let text: String
  private let parts: [Part]

  private init(text: String, parts: [Part]) {
    self.text = text
    self.parts = parts
  }

  public struct Problem: Error, Sendable { public let text: String }

  public init(_ text: String) throws(Problem) {
    var parts: [Part] = []
    var isDirective = false
    for byte in text.utf8 {
      guard isDirective else {
        if byte == UInt8(ascii: "%") { isDirective = true } else { parts.append(.literal(byte)) }
        continue
      }
      isDirective = false
      switch byte {
      case UInt8(ascii: "Y"): parts.append(.year)
      case UInt8(ascii: "m"): parts.append(.month)
      case UInt8(ascii: "b"): parts.append(.monthName)
      case UInt8(ascii: "d"): parts.append(.day)
      case UInt8(ascii: "%"): parts.append(.literal(byte))
      case UInt8(ascii: "y"):
        throw Problem(text: "`%y`, a year of two digits, does not say which century it means")
      default: throw Problem(text: "`%\(String(decoding: [byte], as: UTF8.self))` is nothing that a date is read by")
      }
    }
    let months = parts.count { $0 == .month || $0 == .monthName }
    guard !isDirective, months == 1, parts.count(where: { $0 == .year }) == 1, parts.count(where: { $0 == .day }) == 1
    else { throw Problem(text: "a date has one year `%Y`, one month `%m` or `%b` and one day `%d`") }
    self.init(text: text, parts: parts)
  }

  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ].map { Array($0.utf8) }

  /// The day that `field` names; nil where it is written in another way or no day of the calendar.
  public func days(_ field: some RandomAccessCollection<UInt8>) -> Int? {
    var rest = field[...]
    var (year, month, day) = (0, 0, 0)
    func number(_ digits: ClosedRange<Int>) -> Int? {
      let found = rest.prefix(digits.upperBound).prefix { (48...57).contains($0) }
      guard found.count >= digits.lowerBound else { return nil }
      rest = rest.dropFirst(found.count)
      return found.reduce(0) { $0 * 10 + Int($1 - 48) }
    }
    for part in parts {
      switch part {
      case .year:
        guard let value = number(4...4) else { return nil }
        year = value
      case .month:
        guard let value = number(1...2) else { return nil }
        month = value
      case .day:
        guard let value = number(1...2) else { return nil }
        day = value
      case .monthName:
        let name = rest.prefix(3).map { $0 | 0x20 }
        guard let index = Self.monthNames.firstIndex(of: name) else { return nil }
        month = index + 1
        rest = rest.dropFirst(3)
      case .literal(let byte):
        guard rest.first == byte else { return nil }
        rest = rest.dropFirst()
      }
    }
    return rest.isEmpty ? CalendarDay.days(year: year, month: month, day: day) : nil
  }
}
