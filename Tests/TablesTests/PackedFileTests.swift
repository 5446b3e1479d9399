import Foundation
import Tables
import Testing

/// Files that hold their rows packed: gzip and SQLite.
@Suite("Packed files")
struct PackedFileTests {
  /// `g,x\na,1\nb,2\na,3\n`, by Python's gzip.
  private static let packed = [UInt8](
    Data(base64Encoded: "H4sIAAAAAAAC/0vXqeBK1DHkStIxAtLGXACC1ZYUEAAAAA==") ?? Data())
  private static let text = "g,x\na,1\nb,2\na,3\n"

  @Test func gzipExpands() throws {
    #expect(try GzipReader.expand(Self.packed, limit: 1000) == Array(Self.text.utf8))
    #expect(try GzipReader.expand(Self.packed + Self.packed, limit: 1000) == Array((Self.text + Self.text).utf8))
    #expect(try GzipReader.expand(Self.packed + [0, 0, 0], limit: 1000) == Array(Self.text.utf8))
    #expect(try GzipReader.expand(Self.packed, limit: Self.text.utf8.count) == Array(Self.text.utf8))
    #expect(try GzipReader.expand(Self.packed, limit: 5, isBeginning: true) == Array("g,x\na".utf8))
    #expect(try GzipReader.expand(Array(Self.packed.dropLast(9)), limit: 1000, isBeginning: true).count <= 16)
  }

  /// Cut or changed anywhere, a gzip file is refused or says what it said.
  @Test func gzipRefuses() {
    for count in 0..<Self.packed.count {
      #expect(throws: GzipReader.Problem.self) { try GzipReader.expand(Array(Self.packed[..<count]), limit: 1000) }
    }
    for index in Self.packed.indices {
      for bit in 0..<8 {
        var bytes = Self.packed
        bytes[index] ^= 1 << bit
        if let expanded = try? GzipReader.expand(bytes, limit: 1000) { #expect(expanded == Array(Self.text.utf8)) }
      }
    }
    #expect(throws: GzipReader.Problem.self) { try GzipReader.expand(Self.packed + [1, 2, 3], limit: 1000) }
    #expect(throws: GzipReader.Problem.self) { try GzipReader.expand(Self.packed, limit: Self.text.utf8.count - 1) }
  }

  private func database() throws -> [UInt8] {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Reference/data/visits.sqlite")
    return [UInt8](try Data(contentsOf: file))
  }

  private func rows(_ select: String, key: [String], _ bytes: [UInt8]? = nil, limit: Int = 1 << 20) throws -> String {
    String(decoding: try SQLiteReader.csv(bytes ?? database(), select: select, key: key, limit: limit), as: UTF8.self)
  }

  @Test func rowsComeInTheOrderOfTheKey() throws {
    let expected = """
      patient,week,tbil,note
      P1,4,30,
      P1,12,20.25,
      P10,0,,x
      P2,0,1e-7,"line
      break"
      P2,4,33.5,"a ""quoted"", one"

      """
    #expect(try rows("SELECT * FROM visits", key: ["patient", "week"]) == expected)
    #expect(try rows("SELECT * FROM visits ORDER BY tbil DESC;  \n", key: ["patient", "week"]) == expected)
    #expect(
      try rows("SELECT week, upper(patient) AS p FROM visits WHERE week < 4", key: ["p"]) == "week,p\n0,P10\n0,P2\n")
    #expect(try rows("WITH v AS (SELECT week FROM visits) SELECT count(*) AS n FROM v", key: ["n"]) == "n\n5\n")
  }

  /// A database in write-ahead mode, whose log is not beside it, is read as it stands.
  @Test func writeAheadModeIsRead() throws {
    var bytes = try database()
    bytes[18] = 2
    bytes[19] = 2
    #expect(try rows("SELECT count(*) AS n FROM visits", key: ["n"], bytes) == "n\n5\n")
  }

  @Test(arguments: [
    "SELECT random() AS week", "SELECT r AS week FROM hostile", "SELECT CURRENT_TIMESTAMP AS week",
    "SELECT datetime('now') AS week", "SELECT sqlite_version() AS week", "SELECT load_extension('x') AS week",
    "SELECT readfile('/etc/passwd') AS week", "SELECT sum(tbil) AS week FROM visits",
    "INSERT INTO visits VALUES ('P3', 1, 1, '')", "DELETE FROM visits", "DROP TABLE visits", "CREATE TABLE week(x)",
    "ATTACH '/etc/passwd' AS a", "PRAGMA writable_schema = 1", "PRAGMA table_info(visits)", "VACUUM INTO '/tmp/x'",
    "SELECT 1 AS week; DELETE FROM visits", "SELECT 1 AS week; SELECT 2", "", ";", "SELEC 1", "SELECT 1 AS other",
    "WITH RECURSIVE c(week) AS (SELECT 1 UNION ALL SELECT week + 1 FROM c) SELECT week FROM c",
    "SELECT x'00' AS week", "SELECT 9e999 AS week", "SELECT nothing AS week FROM visits", "BEGIN",
    "EXPLAIN SELECT week FROM visits", "SELECT replace(hex(zeroblob(1000)), '00', 'x') AS week",
  ])
  func aStatementIsRefused(_ select: String) throws {
    #expect(throws: SQLiteReader.Problem.self, "\(select)") { try rows(select, key: ["week"]) }
  }

  @Test func tooManyRowsAreRefused() throws {
    let select = "SELECT a.week AS week FROM visits a, visits b, visits c, visits d, visits e, visits f"
    #expect(throws: SQLiteReader.Problem.self) { try rows(select, key: ["week"], limit: 1 << 16) }
  }

  /// A damaged database is refused, or answers; nothing worse.
  @Test(arguments: [UInt64(21), 22])
  func damagedDatabases(seed: UInt64) throws {
    var random = SplitMix64(seed: seed)
    let bytes = try database()
    var refused = 0
    for _ in 0..<300 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...20, using: &random) {
        damaged[Int.random(in: 16..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { damaged.removeLast(Int.random(in: 1...900, using: &random)) }
      if (try? rows("SELECT * FROM visits", key: ["patient"], damaged)) == nil { refused += 1 }
    }
    #expect(refused > 0)
    #expect(throws: SQLiteReader.Problem.self) { try rows("SELECT 1 AS week", key: ["week"], []) }
    #expect(throws: SQLiteReader.Problem.self) {
      try rows("SELECT 1 AS week", key: ["week"], Array(repeating: 0, count: 1000))
    }
  }
}
