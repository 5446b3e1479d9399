/// A day of the proleptic Gregorian calendar, as a count of days since 1970-01-01.
///
/// Day counts from year, month and day: Hinnant, "chrono-compatible low-level date algorithms", 2013.
public enum CalendarDay {
  public static let years = 1...9999
  /// The counts of the days of those years.
  public static let counts = -719_162.0...2_932_896.0

  /// Nil for a day that the calendar does not have.
  public static func days(year: Int, month: Int, day: Int) -> Int? {
    guard years.contains(year), (1...12).contains(month), (1...length(ofMonth: month, year: year)).contains(day) else {
      return nil
    }
    // The year begins in March, so that the leap day is its last.
    let shifted = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return 365 * shifted + shifted / 4 - shifted / 100 + shifted / 400 + dayOfYear - 719_468
  }

  /// `2020-01-31`, and nothing else.
  public static func days(_ text: String) -> Int? { DateFormat.iso.days(Array(text.utf8)) }

  /// Year, month and day of a count that `days` gave.
  public static func parts(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * part + 2) / 5 + 1)
  }

  /// `2020-01-31`
  public static func text(_ days: Int) -> String {
    let (year, month, day) = parts(days)
    func padded(_ value: Int, _ width: Int) -> String {
      let digits = String(value.magnitude)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    return "\(year < 0 ? "-" : "")\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
  }

  private static func length(ofMonth month: Int, year: Int) -> Int {
    switch month {
    case 2: return year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: return 30
    default: return 31
    }
  }
}
