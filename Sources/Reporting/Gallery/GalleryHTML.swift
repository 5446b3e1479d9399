import NotebookSyntax

/// A page over the published runs of a project. It belongs to no run, and no run knows it.
public struct GalleryHTML {
  public struct Entry: Sendable {
    /// The run's folder, relative to the page.
    public let folder: String
    public let document: RunDocument
    /// The first figure of the run's folder, relative to it.
    let figure: String?

    public init(folder: String, document: RunDocument) {
      self.folder = folder
      self.document = document
      let numbering = ExhibitNumbering(document)
      figure =
        document.steps.lazy.compactMap { step in
          step.exhibits.indices.first {
            numbering.drawing(step.name, $0) != nil && numbering.label(step.name, $0) != nil
          }
          .map { numbering.figurePath(step.name, $0) }
        }.first
    }
  }

  private static let style =
    PageStyle.css + """
      .runs{list-style:none;margin:0;padding:0}
      .runs li{border-top:1px solid var(--line);padding:1.2rem 0;display:flow-root}
      .runs h2{margin:0 0 .3rem}
      .runs img{float:right;width:13rem;margin:0 0 .6rem 1.2rem}
      .runs code{font-size:.72rem;overflow-wrap:anywhere}
      .runs p{margin:0 0 .4rem}
      @media(max-width:34rem){.runs img{float:none;width:100%;margin:0 0 .6rem}}

      """

  private let entries: [Entry]

  public init(_ entries: [Entry]) { self.entries = entries }

  public var text: String {
    return """
      \(PageHTML.head(title: "Published runs", style: Self.style, images: "'self' file:"))
      <body>
      <main>
      <header>
      <h1>Published runs</h1>
      <p class="description">One report for each notebook. This page belongs to none of them; <code>colophon gallery</code> \
      writes it anew.</p>
      </header>
      <ul class="runs">
      \(entries.map(item).joined())</ul>
      </main>
      </body>
      </html>

      """
  }

  private func item(_ entry: Entry) -> String {
    let matter = entry.document.notebook.frontMatter
    let address = Self.address(entry.folder)
    var text = "<li>"
    if let figure = entry.figure {
      // The report says what it shows; here it only leads there.
      text += "<img src=\"\(address)/\(Self.address(figure))\" alt=\"\">\n"
    }
    text += "<h2><a href=\"\(address)/report.html\">\(Escape.html(matter.title))</a></h2>\n"
    let byline = (matter.authors.map(\.name) + [matter.date].compactMap(\.self)).map(Escape.html)
    if !byline.isEmpty { text += "<p class=\"byline\">\(byline.joined(separator: ", "))</p>\n" }
    if let description = matter.description { text += "<p>\(Escape.html(description))</p>\n" }
    for notice in entry.document.notices { text += "<p><strong>\(Escape.html(notice))</strong></p>\n" }
    if !entry.document.failures.isEmpty {
      text += "<p class=\"failed\"><strong>FAILED</strong>: an expectation does not hold</p>\n"
    }
    return text + "<p><code>colophon:1:\(Escape.html(entry.document.core))</code></p></li>\n"
  }

  /// A path as a relative address: no part of it can be taken for a scheme.
  private static func address(_ path: String) -> String {
    PercentEncoding.of(path, keeping: "-._/")
  }
}
