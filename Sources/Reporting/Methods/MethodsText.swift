import Analysis
import NotebookSyntax

/// What was done, in the words of the steps that did it, and what a report of a study has to say besides.
struct MethodsText {
  struct Sentence {
    /// The step that says it; nil for what holds for all.
    let step: String?
    let label: String?
    let text: String
  }

  struct Item {
    /// `STROBE 13`
    let name: String
    let subject: String
    /// Steps that fill it; empty for what only a person can write.
    let steps: [String]
  }

  private let document: RunDocument
  private let numbering: ExhibitNumbering

  init(_ document: RunDocument, _ numbering: ExhibitNumbering) {
    self.document = document
    self.numbering = numbering
  }

  /// Empty where nothing was estimated.
  var sentences: [Sentence] {
    let said = document.steps.compactMap(sentence)
    guard !said.isEmpty else { return [] }
    let level = NumberFormat.percent(document.notebook.frontMatter.level)
    return said + [
      Sentence(
        step: nil, label: nil,
        text:
          "Confidence intervals are \(level)% intervals unless they say otherwise; P values are two-sided and unadjusted unless they say otherwise."
      ),
      Sentence(
        step: nil, label: nil,
        text:
          "All was computed by \(document.engine) from \(NumberFormat.counted(document.inputs.count, "file")); the core digest is colophon:1:\(document.core)."
      ),
    ]
  }

  /// What a model, or a step that estimates from one, says of its method: the first note under its first table.
  private func sentence(_ step: RunDocument.Step) -> Sentence? {
    guard isEstimate(step.result) else { return nil }
    for (index, exhibit) in step.exhibits.enumerated() {
      guard case .table(let table) = exhibit, !table.notes.isEmpty else { continue }
      // Which rows weigh most, or what the fit gave, is a result.
      let notes = table.notes.filter { note in
        ["Largest ", "Residual SD ", "Log-likelihood ", "Deviance "].allSatisfy { !note.hasPrefix($0) }
      }
      guard !notes.isEmpty else { continue }
      return Sentence(step: step.name, label: numbering.label(step.name, index), text: notes.joined(separator: " "))
    }
    return nil
  }

  private func isEstimate(_ result: ResultValue) -> Bool {
    if case .keyed(_, let entries) = result { return entries.first.map { isEstimate($0.value) } ?? false }
    if result["formula"] != nil { return true }
    guard case .keyed(_, let rows)? = result["rows"], let first = rows.first?.value else { return false }
    return first["p_value"] != nil || first["std_error"] != nil
  }

  /// Items of STROBE (von Elm et al. 2007) and SAMPL (Lang & Altman 2015) with the steps that fill them.
  var items: [Item] {
    func names(_ holds: (RunDocument.Step) -> Bool) -> [String] {
      document.steps.filter { $0.show != "none" && holds($0) }.map(\.name)
    }
    func has(_ field: String) -> (RunDocument.Step) -> Bool { { $0.result[field] != nil } }
    let models = names { isEstimate($0.result) }
    let flow = names(has("dropped"))
    return [
      Item(name: "STROBE 1", subject: "Design in the title, and an abstract", steps: []),
      Item(name: "STROBE 2, 3", subject: "Background and objectives", steps: []),
      Item(name: "STROBE 4, 5", subject: "Design, setting, places and dates", steps: []),
      Item(name: "STROBE 6, 13", subject: "Eligibility, numbers at each stage and reasons", steps: flow),
      Item(name: "STROBE 7, 8", subject: "Variables, their units, and where they come from", steps: names(has("file"))),
      Item(name: "STROBE 9", subject: "Efforts against bias", steps: []),
      Item(name: "STROBE 10", subject: "How the size of the study was chosen", steps: []),
      Item(name: "STROBE 11", subject: "How numbers were grouped or transformed", steps: names { $0.kind == "derive" }),
      Item(name: "STROBE 12; SAMPL", subject: "Statistical methods, software and its version", steps: models),
      Item(
        name: "STROBE 12c, 14b", subject: "Missing values",
        steps: names { has("missing")($0) || has("rows_dropped")($0) }),
      Item(name: "STROBE 14a", subject: "Characteristics of the participants", steps: names(has("numbers"))),
      Item(name: "STROBE 16; SAMPL", subject: "Estimates with their intervals and exact P values", steps: models),
      Item(name: "STROBE 18–21", subject: "Key results, limitations, interpretation, generalisability", steps: []),
      Item(name: "STROBE 22", subject: "Funding", steps: []),
      Item(name: "SAMPL", subject: "Which analyses were planned, and which were not", steps: []),
    ]
  }

  var html: String {
    let sentences = sentences
    guard !sentences.isEmpty else { return "" }
    var text = "<section class=\"methods\" id=\"methods\">\n<h2>Methods, as computed</h2>\n"
    for sentence in sentences {
      guard let step = sentence.step else {
        text += "<p>\(Escape.html(sentence.text))</p>\n"
        continue
      }
      let lead = sentence.label ?? step
      text += "<p>\(link(step, lead)): \(Escape.html(sentence.text))</p>\n"
    }
    text += "<details><summary>Reporting items (STROBE, SAMPL)</summary>\n"
    text +=
      "<p>What the steps say, and what the authors still have to write. The program writes none of the latter.</p>\n"
    text += "<div class=\"scroll\" tabindex=\"0\"><table>\n<thead><tr><th scope=\"col\">Item</th>"
    text += "<th scope=\"col\">Subject</th><th scope=\"col\">Where</th></tr></thead>\n<tbody>\n"
    for item in items {
      let place =
        item.steps.isEmpty
        ? "<strong>open: for the authors</strong>" : item.steps.map { link($0, $0) }.joined(separator: ", ")
      text +=
        "<tr><th scope=\"row\">\(item.name)</th><td>\(Escape.html(item.subject))</td><td>\(place)</td></tr>\n"
    }
    return text + "</tbody></table></div>\n</details>\n</section>\n"
  }

  private func link(_ step: String, _ text: String) -> String {
    let isShown = document.step(named: step).map { $0.show != "none" } ?? false
    return isShown ? "<a href=\"#\(Escape.html(Lineage.anchor(step)))\">\(Escape.html(text))</a>" : Escape.html(text)
  }

  var markdown: String {
    let sentences = sentences
    guard !sentences.isEmpty else { return "" }
    let paragraphs = sentences.map { sentence in
      let lead = sentence.step.map { "**\(Escape.markdown(sentence.label ?? $0))**: " } ?? ""
      return lead + Escape.markdown(sentence.text)
    }
    return "### Methods, as computed\n\n" + paragraphs.joined(separator: "\n\n")
  }
}
