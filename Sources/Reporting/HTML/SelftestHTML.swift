import Selftest

/// The report of a self-test: one file without scripts, network or style attributes, to be filed.
public struct SelftestHTML {
  private let report: SelftestReport

  public init(_ report: SelftestReport) { self.report = report }

  public var text: String {
    var page = """
      \(PageHTML.head(title: "Self-test of colophon", style: PageStyle.css))
      <body>
      <main>
      <header>
      <h1>Self-test of colophon</h1>
      <p class="\(report.passed ? "byline" : "failed")">\(Escape.html(report.verdict)).</p>
      </header>
      <div class="scroll" tabindex="0"><table>
      <caption>What was tested</caption>
      <tbody>

      """
    for line in report.engine {
      page +=
        "<tr><th scope=\"row\">\(Escape.html(line.name))</th><td><code>\(Escape.html(line.value))</code></td></tr>\n"
    }
    page += """
      </tbody></table></div>
      <p>Data sets with certified results were computed by the program itself, from data that it holds. Digits are \
      NIST's log relative error, −log<sub>10</sub>(|computed − certified| / |certified|), of the worst value of each \
      quantity, rounded down; \(Agreement.text(Agreement.most)) is the most that is counted. Against a certified 0 the \
      error is absolute. Digits that are required stand beside; a quantity that does not reach them is marked.</p>

      """
    for kind in CertifiedSet.Kind.allCases {
      let outcomes = report.outcomes.filter { $0.set.kind == kind }
      if !outcomes.isEmpty { page += section(kind, outcomes) }
    }
    return page + "</main>\n</body>\n</html>\n"
  }

  private func section(_ kind: CertifiedSet.Kind, _ outcomes: [SetOutcome]) -> String {
    let title = kind.rawValue.prefix(1).uppercased() + kind.rawValue.dropFirst()
    var text = """
      <h2>\(title)</h2>
      <div class="scroll" tabindex="0"><table>
      <thead><tr><th scope="col">Set</th><th scope="col">Quantity</th><th scope="col" class="n">Digits</th>\
      <th scope="col" class="n">Required</th><th scope="col"></th></tr></thead>
      <tbody>

      """
    for outcome in outcomes {
      for (index, quantity) in outcome.quantities.enumerated() {
        let name = index == 0 ? Escape.html(outcome.set.name) : ""
        let mark = quantity.agrees ? "" : "<strong>not reached</strong>"
        text += """
          <tr><th scope="row">\(name)</th><td>\(Escape.html(quantity.name.rawValue))</td>\
          <td class="n">\(Agreement.text(quantity.digits))</td><td class="n">\(Agreement.text(quantity.required))</td>\
          <td>\(mark)</td></tr>

          """
      }
    }
    text += "</tbody></table></div>\n"
    for outcome in outcomes {
      let failure = outcome.failure.map { " Not computed: \($0)." } ?? ""
      text += """
        <p class="note">\(Escape.html(outcome.set.name)): \(Escape.html(outcome.set.model)). Data: \
        \(Escape.html(outcome.set.origin)). Certified by \(Escape.html(outcome.set.authority)).\(Escape.html(failure))</p>

        """
    }
    return text
  }
}
