import Testing

import Tables

@Suite struct CalendarDayTests {
  @Test(arguments: [
    ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2020-03-01", 18_322), ("0001-01-01", -719_162),
    ("9999-12-31", 2_932_896), ("1582-10-15", -141_427),
  ])
  func knownDays(_ text: String, _ days: Int) {
    #expect(CalendarDay.days(text) == days)
    #expect(CalendarDay.text(days) == text)
  }

  /// Every day of 800 years follows the one before.
  @Test func everyDayInTurn() {
    var last = (year: 1599, month: 12, day: 31)
    guard let first = CalendarDay.days("1600-01-01"), let end = CalendarDay.days("2400-12-31") else {
      Issue.record("two days exist")
      return
    }
    for days in first...end {
      let next = CalendarDay.parts(days)
      let follows =
        next.day == last.day + 1 && next.month == last.month && next.year == last.year
        || next.day == 1 && next.month == last.month + 1 && next.year == last.year
        || next.day == 1 && next.month == 1 && last.month == 12 && last.day == 31 && next.year == last.year + 1
      if !follows || CalendarDay.days(CalendarDay.text(days)) != days { Issue.record("\(last) and \(next)") }
      last = next
    }
    #expect(last == (2400, 12, 31))
  }

  @Test(arguments: [
    "1900-02-29", "2019-02-29", "2020-13-01", "2020-00-10", "2020-04-31", "20-01-01", "2020-01-01 ", "", "x",
  ])
  func noDays(_ text: String) { #expect(CalendarDay.days(text) == nil) }

  @Test(arguments: [
    ("%d.%m.%Y", "1.2.2020", "2020-02-01"), ("%d.%m.%Y", "01.02.2020", "2020-02-01"),
    ("%m/%d/%Y", "2/1/2020", "2020-02-01"),
    ("%d%b%Y", "01FEB2020", "2020-02-01"), ("%d %b %Y", "1 Feb 2020", "2020-02-01"),
    ("%Y%m%d", "20200201", "2020-02-01"),
  ])
  func formats(_ format: String, _ field: String, _ iso: String) throws {
    let days = try DateFormat(format).days(Array(field.utf8))
    #expect(days.map(CalendarDay.text) == iso)
  }

  @Test(arguments: ["%d.%m.%y", "%d.%m", "%Y-%m-%d-%d", "%Q", "", "%Y-%m-%b-%d", "%Y-%m-%d%"])
  func refusedFormats(_ format: String) {
    #expect(throws: DateFormat.Problem.self) { try DateFormat(format) }
  }
}
