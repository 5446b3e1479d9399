import NotebookSyntax

/// The table of contents.
enum ContentsHTML {
  /// A list of the sections, where there are enough of them to want one.
  static func html(_ sections: [NotebookSection], hasReferences: Bool) -> String {
    let listed = sections.filter { $0.level <= 2 }
    guard listed.count > 3 else { return "" }
    var items = listed.map { section in
      let number = section.number.isEmpty ? "" : "<span class=\"secno\">\(section.number)</span> "
      return
        "<li class=\"l\(section.level - 1)\"><a href=\"#\(Escape.html(section.anchor))\">\(number)\(Escape.html(section.title.plainText))</a></li>"
    }
    if hasReferences { items.append("<li class=\"l0\"><a href=\"#references\">References</a></li>") }
    items.append("<li class=\"l0\"><a href=\"#colophon\">Colophon</a></li>")
    return "<nav aria-label=\"Contents\"><ol>\(items.joined())</ol></nav>\n"
  }
}
