#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Folders that are made once and replace nothing, such as a crate.
extension RunPublisher {
  public enum CreationFailure<Cause: Error>: Error {
    /// The content of a file could not be had.
    case content(Cause)
    case writing(Problem)
  }

  /// Makes a folder with its files: all of it or nothing. One file at a time is held in memory.
  ///
  /// - Parameters:
  ///   - folder: an absolute path, where nothing may be yet; the folder above it must be there.
  ///   - outputs: the project's folder of runs, which it may not lie in. Nor may it lie in a run.
  ///   - content: the bytes of a file by its index in `paths`.
  public static func create<Cause: Error>(
    folder: String, _ paths: [String], outsideOf outputs: String, content: (Int) throws(Cause) -> [UInt8]
  ) throws(CreationFailure<Cause>) {
    let (parent, name) = split(folder)
    do throws(Problem) {
      try refuse(folder, name, parent, outputs)
    } catch { throw .writing(error) }
    removeDebris(in: parent, of: name)
    let fresh = "\(parent)/.\(name).new-\(getpid())"
    guard mkdir(fresh, 0o777) == 0 else { throw .writing(.system(path: fresh, code: errno)) }
    do throws(CreationFailure<Cause>) {
      for (index, path) in paths.enumerated() {
        let bytes: [UInt8]
        do throws(Cause) { bytes = try content(index) } catch { throw .content(error) }
        do throws(Problem) { try write(bytes, to: "\(fresh)/\(path)", below: fresh) } catch { throw .writing(error) }
      }
      do throws(Problem) {
        for path in paths { try synchronize("\(fresh)/\(path)") }
        try synchronize(fresh)
        // Where someone was faster: an empty folder is replaced, and anything else refuses.
        guard rename(fresh, folder) == 0 else {
          let code = errno
          throw code == ENOTEMPTY || code == EEXIST || code == ENOTDIR
            ? Problem.exists(folder) : Problem.system(path: folder, code: code)
        }
        try synchronize(parent)
      } catch { throw .writing(error) }
    } catch {
      removeTree(fresh)
      throw error
    }
  }

  private static func refuse(_ folder: String, _ name: String, _ parent: String, _ outputs: String) throws(Problem) {
    var status = stat()
    guard lstat(folder, &status) != 0, !name.isEmpty else { throw .exists(folder) }
    guard let above = resolved(parent) else { throw .system(path: folder, code: errno) }
    let target = "\(above == "/" ? "" : above)/\(name)"
    let runs = split(outputs)
    // `outputs` need not be there, and may be a link.
    for place in [resolved(outputs), resolved(runs.parent).map { "\($0)/\(runs.name)" }] {
      guard let place else { continue }
      if target == place || target.hasPrefix("\(place)/") { throw .insideOutputs(folder) }
    }
    if let run = run(around: above) { throw .insideRun(run) }
  }

  /// The run that a folder is, or lies in, links followed: whatever is written there breaks it. What is not there yet lies
  /// where it would be made.
  public static func run(around folder: String) -> String? {
    var place = folder
    while place != "/", access(place, F_OK) != 0 { place = split(place).parent }
    var ancestor = resolved(place) ?? place
    while ancestor != "/" {
      if ["manifest.json", "results.json"].allSatisfy({ access("\(ancestor)/\($0)", F_OK) == 0 }) { return ancestor }
      ancestor = split(ancestor).parent
    }
    return nil
  }

  /// A path without links, `.` and `..`; nil where there is nothing.
  private static func resolved(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
  }
}
