import Digests
import Foundation
import Testing

@Suite("The self-test's command")
struct SelftestCommandTests {
  @Test func printsDigitsAndWritesAReport() throws {
    let folder = try TemporaryFolder()
    let printed = try Command.run(["selftest", "--report", "selftest.html"], in: folder.root)
    #expect(printed.code == 0 && printed.errors.isEmpty)
    #expect(printed.output.hasPrefix("colophon             "))
    for part in ["numeric fingerprint  ", "arithmetic           IEEE 754", "Longley", "sleepstudy_ris_reml"] {
      #expect(printed.output.contains(part))
    }
    #expect(printed.output.hasSuffix("agree to the digits that are required\n"))
    let page = try String(contentsOfFile: "\(folder.root)/selftest.html", encoding: .utf8)
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    #expect(!page.contains("<script") && !page.contains("src=") && !page.contains("http:") && !page.contains("https:"))
    #expect(page.contains("synthetic: invented numbers"))
    // Again, over what is there: the same bytes, and nothing left beside.
    #expect(try Command.run(["selftest", "--report", "selftest.html"], in: folder.root).output == printed.output)
    #expect(try String(contentsOfFile: "\(folder.root)/selftest.html", encoding: .utf8) == page)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["selftest.html"])
  }

  @Test func printsJSON() throws {
    let printed = try Command.run(["selftest", "--json"], in: Command.root)
    #expect(printed.code == 0)
    let json = try JSONParser.parse(Array(printed.output.utf8))
    #expect(json["passed"]?.bool == true)
    let sets = json["sets"]?.array ?? []
    #expect(sets.count > 50)
    for set in sets {
      let quantities = try #require(set["quantities"]?.array)
      try #require(!quantities.isEmpty)
      for quantity in quantities {
        let certified = try #require(quantity["certified"]?.array)
        try #require(!certified.isEmpty)
        #expect(quantity["computed"]?.array?.count == certified.count)
        #expect(quantity["agrees"]?.bool == true)
      }
    }
  }

  /// A linear algebra that is wrong in the seventh digit: the self-test ends with 2, and its page says where.
  @Test(.enabled(if: ArithmeticTests.hasCompiler, "there is no gcc to make a library with"))
  func aDefectEndsTwo() throws {
    #if os(Linux)
      let folder = try TemporaryFolder([
        "wrong.c": """
        double cblas_ddot(int n, const double *x, int stepx, const double *y, int stepy) {
          double sum = 0;
          for (int i = 0; i < n; i++) sum += x[i * stepx] * y[i * stepy];
          return sum * (1 + 1e-7);
        }

        """
      ])
      try Tool.run("gcc", ["-shared", "-fPIC", "-o", "wrong.so", "wrong.c"], in: folder.root)
      let result = try folder.run(
        ["selftest", "--report", "selftest.html"], environment: ["LD_PRELOAD": "\(folder.root)/wrong.so"])
      #expect(result.code == 2)
      #expect(result.output.contains("NOT REACHED") && result.output.contains("foreign: wrong.so"))
      let page = String(decoding: try folder.read("selftest.html"), as: UTF8.self)
      #expect(page.contains("<strong>not reached</strong>") && page.contains("class=\"failed\""))
    #endif
  }

  /// The committed page is what `make accuracy` prints.
  @Test func thePageOnAccuracyIsUpToDate() throws {
    let page = try Tool.run("python3", ["-B", "Benchmarks/accuracy/page.py", Command.binary], in: Command.root)
    let committed = try Data(contentsOf: URL(filePath: "\(Command.root)/docs/accuracy.md"))
    #expect(page == committed, "docs/accuracy.md is not what the program reaches: see what changed by `make accuracy`")
  }

  @Test func whatCannotBeWrittenEndsSeventyFour() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: "\(folder.root)/taken", withIntermediateDirectories: true)
    let taken = try Command.run(["selftest", "--report", "taken"], in: folder.root)
    #expect(taken.code == 74 && taken.errors.contains("taken"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.root) == ["taken"])
    #expect(try Command.run(["selftest", "--report", ""], in: folder.root).code == 64)
  }
}
