extension RunResult {
  /// What steps add to the run's folder. Where several give parts of one table, its header stands once.
  public var publications: [Publication] {
    var files: [Publication] = []
    for publication in steps.flatMap(\.outcome.publications) {
      guard let index = files.firstIndex(where: { $0.path.isExactly(publication.path) }) else {
        files.append(publication)
        continue
      }
      let rest = publication.bytes.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
      files[index] = Publication(path: publication.path, bytes: files[index].bytes + rest)
    }
    return files
  }
}
