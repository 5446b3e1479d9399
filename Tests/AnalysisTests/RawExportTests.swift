import Analysis
import Foundation
import NotebookSyntax
import Provenance
import Testing

/// The worked example on dirty data, held against the ledger of what was done to the data (both synthetic).
@Suite("From a raw export")
struct RawExportTests {
  private static let root = Specification.folder.deletingLastPathComponent().deletingLastPathComponent().path

  struct Run {
    let files: [String: String]

    init(_ source: SourceFile) throws {
      let workspace = Workspace(root: RawExportTests.root)
      let run = try RecordedRun(Planner.plan(source, in: workspace), in: workspace)
      files = Dictionary(
        run.files.map { ($0.path, String(decoding: $0.bytes, as: UTF8.self)) }, uniquingKeysWith: { first, _ in first })
    }

    func table(_ name: String) -> [[String: String]] { RawExportTests.table(files["tables/\(name).csv"] ?? "") }
  }

  /// The rows of a simple CSV file by column.
  private static func table(_ text: String) -> [[String: String]] {
    let lines = text.split(separator: "\n").map { line -> [String] in
      var fields = [""]
      var isQuoted = false
      for character in line {
        if character == "\"" {
          isQuoted.toggle()
        } else if character == ",", !isQuoted {
          fields.append("")
        } else {
          fields[fields.count - 1].append(character)
        }
      }
      return fields
    }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0), uniquingKeysWith: { first, _ in first }) }
  }

  private static func file(_ path: String) throws -> [[String: String]] {
    table(try String(contentsOfFile: "\(root)/\(path)", encoding: .utf8))
  }

  private static func example() throws -> Run {
    let path = "notebooks/from-raw-export.md"
    return try Run(SourceFile(path: path, bytes: Array(Data(contentsOf: URL(filePath: "\(root)/\(path)")))))
  }

  /// Every entry of the ledger is named with row and column by the rule for its kind, but for values of another unit that
  /// lie within the plausible range: no rule sees those, and they are these.
  @Test func everyLedgerEntryIsFound() throws {
    let run = try Self.example()
    let issues = run.table("data-issues")
    let far = Set(run.table("far_visits").map { "\($0["patient"] ?? ""), \($0["week"] ?? "")" })
    let rules = [
      "other_unit": "unit ", "censored": "below: censored", "decimal_comma": "decimal ,",
      "missing_token": "missing: ND",
      "flag_suffix": "flag H", "impossible_value": "outside: missing", "unit_error_unlabelled": "outside: missing",
      "exact_duplicate_row": "duplicates: drop exact", "repeat_visit": "duplicates: keep first",
    ]
    var unseen: [String] = []
    let ledger = try Self.file("data/ucmsc24/defects.csv")
    #expect(ledger.count == 410)
    for entry in ledger {
      let key = "\(entry["patient_id"] ?? ""), \(entry["visit_week"] ?? "")"
      let kind = entry["kind"] ?? ""
      if kind == "out_of_window" {
        #expect(far.contains(key), "\(entry)")
        continue
      }
      let isWholeRow = ["exact_duplicate_row", "repeat_visit"].contains(kind)
      let isFound = issues.contains { issue in
        issue["key"] == key && issue["rule"]?.contains(rules[kind] ?? "?") == true
          && (isWholeRow
            ? issue["column"] == "" : issue["column"] == entry["column"] && issue["received"] == entry["received"])
      }
      if !isFound { unseen.append("\(kind) \(key) \(entry["column"] ?? "") \(entry["received"] ?? "")") }
    }
    #expect(
      unseen == [
        "unit_error_unlabelled SYN-LC-117, 20 tbil 4.78", "unit_error_unlabelled SYN-LF-004, 2 tbil 13.80",
        "unit_error_unlabelled SYN-LF-051, 3 tbil 10.26",
      ])
  }

  /// And nothing else is named than what the ledger knows, or a row that repeats one of its rows.
  @Test func nothingElseIsNamed() throws {
    let ledger = try Self.file("data/ucmsc24/defects.csv")
    let known = Set(ledger.map { "\($0["patient_id"] ?? ""), \($0["visit_week"] ?? "")" })
    let issues = try Self.example().table("data-issues")
    // 410 entries without 16 moved days and 3 that no rule sees; and 11 cells of rows that repeat another.
    #expect(issues.count == 410 - 16 - 3 + 11)
    for issue in issues { #expect(known.contains(issue["key"] ?? ""), "\(issue)") }
  }

  /// The clean file by the same rules raises its 97 censored cells and nothing more.
  @Test func theCleanFileRaisesItsCensoredCellsAlone() throws {
    let whole = try String(contentsOfFile: "\(Self.root)/notebooks/from-raw-export.md", encoding: .utf8)
    let start = try #require(whole.range(of: "```{load} labs")).lowerBound
    let end = try #require(whole.range(of: "```\n", range: whole.index(start, offsetBy: 10)..<whole.endIndex))
      .upperBound
    let load = whole[start..<end].split(separator: "\n").filter {
      !$0.contains("sha256") && !$0.contains("unit_from") && !$0.contains("duplicates")
    }.joined(separator: "\n").replacingOccurrences(of: "labs.csv", with: "labs_clean.csv")
    let notebook = "---\ntitle: T\n---\n\n\(load)\n"
    let issues = try Run(SourceFile(path: "clean.md", bytes: Array(notebook.utf8))).table("data-issues")
    #expect(issues.count == 97)
    #expect(issues.allSatisfy { $0["rule"] == "below: censored" && $0["received"] == $0["used"] })
  }

  /// The cleaned table is the clean file, but for the rounding of converted values and what the remainder file lists.
  @Test func theCleanedTableIsTheCleanFileButForTheRemainder() throws {
    let run = try Self.example()
    let cleaned = run.table("cleaned")
    let clean = try Self.file("data/ucmsc24/labs_clean.csv")
    try #require(cleaned.count == clean.count)
    let received = Dictionary(
      run.table("data-issues").map { issue in
        (["key", "column"].map { issue[$0] ?? "" }, issue["received"] ?? "")
      },
      uniquingKeysWith: { first, _ in first })
    let factors = ["tbil": 17.1, "alb": 10, "cr": 88.4]
    var differences: [String] = []
    for (ours, theirs) in zip(cleaned, clean) {
      let key = "\(theirs["patient_id"] ?? ""), \(theirs["visit_week"] ?? "")"
      #expect("\(ours["patient"] ?? ""), \(ours["week"] ?? "")" == key)
      for (column, source) in [
        ("day", "visit_day"), ("tbil", "tbil"), ("alt", "alt"), ("ast", "ast"), ("alb", "alb"), ("inr", "inr"),
        ("pta", "pta"), ("cr", "cr"), ("na", "na"), ("plt", "plt"), ("afp", "afp"),
      ] {
        let (a, b) = (ours[column] ?? "", theirs[source] ?? "")
        if a == b || Double(a) != nil && Double(a) == Double(b) { continue }
        if a.first == "<", b.first == "<", Double(a.dropFirst()) == Double(b.dropFirst()) { continue }
        if let factor = factors[column], let text = received[[key, column]], let x = Double(a), let y = Double(b) {
          // Half a unit of the last digit that was received; what is clean was itself rounded from there.
          let digits = text.contains(".") ? text.split(separator: ".")[1].count : 0
          if abs(x - y) <= 0.5 * pow(10, -Double(digits)) * factor * (1 + 1e-9) { continue }
        }
        differences.append("\(key.replacingOccurrences(of: ", ", with: ",")),\(column),\(b),\(a)")
      }
      check(ours, theirs, key, &differences)
    }
    let file = Specification.folder.deletingLastPathComponent()
      .appending(path: "Reference/expected/raw_export_remainder.csv")
    let listed = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").dropFirst().map { line in
      String(line.split(separator: ",", omittingEmptySubsequences: false).prefix(5).joined(separator: ","))
    }
    if Specification.isRecording {
      print(differences.joined(separator: "\n"))
    }
    #expect(differences == listed)
  }

  /// MELD is that of the row's own values, and where these are the clean ones that of the clean file.
  private func check(
    _ ours: [String: String], _ theirs: [String: String], _ key: String, _ differences: inout [String]
  ) {
    let score = Double(ours["meld_raw"] ?? "")
    if let bilirubin = Double(ours["tbil"] ?? ""), let creatinine = Double(ours["cr"] ?? ""),
      let inr = Double(ours["inr"] ?? ""), let score
    {
      let own =
        10
        * (0.957 * log(min(max(creatinine / 88.4, 1), 4)) + 0.378 * log(max(bilirubin / 17.1, 1)) + 1.120
          * log(max(inr, 1)) + 0.643)
      #expect(abs(own - score) < 1e-12 * abs(own) * 8, "\(key)")
    }
    let clean = Double(theirs["meld_raw"] ?? "")
    let isSame = ["tbil", "cr", "inr"].allSatisfy { Double(ours[$0] ?? "") == Double(theirs[$0] ?? "") }
    if isSame, let score, let clean {
      // Six decimals stand in the clean file.
      #expect(abs(score - clean) <= 5.1e-7, "\(key)")
    }
    if (score == nil) != (clean == nil) {
      differences.append(
        "\(key.replacingOccurrences(of: ", ", with: ",")),meld_raw,\(theirs["meld_raw"] ?? ""),\(ours["meld_raw"] ?? "")"
      )
    }
  }
}
