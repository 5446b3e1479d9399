import Digests
import NotebookSyntax

/// What has been planned so far, and how it is named: a cell by its name, an instance of it as `growth["alt"]`.
struct PlannedCells {
  private(set) var steps: [PlannedStep] = []
  /// Nil where a cell has mistakes.
  private(set) var yields: [String: Yield?] = [:]
  /// Of cells with `each`, what their instances yield, by value.
  private var keyed: [String: [String: Yield?]] = [:]
  private var digests: [String: Digest] = [:]
  /// Cells without `each`.
  private var plain: [String: PlannedStep] = [:]
  /// Instances of those with it, by value.
  private var instances: [String: [String: PlannedStep]] = [:]

  init(_ cells: [Cell]) { for cell in cells { yields[cell.name.text] = .some(nil) } }

  /// What all values of cells with `each` yield together.
  var wholes: [String: Yield?] { yields.filter { keyed[$0.key] != nil } }

  /// What a cell can read in the instance for `value`.
  func yields(for value: String?) -> [String: Yield?] {
    guard let value, !keyed.isEmpty else { return yields }
    return yields.merging(keyed.compactMapValues { $0[value] }) { $1 }
  }

  /// The steps that a cell can follow in the instance for `value`.
  func steps(for value: String?) -> [String: PlannedStep] {
    guard let value, !instances.isEmpty else { return plain }
    return plain.merging(instances.compactMapValues { $0[value] }) { $1 }
  }

  private func instance(_ name: String, _ value: String) -> String { "\(name)[\"\(value)\"]" }

  /// - Parameter value: that of `each`, for an instance.
  func step(
    _ item: Planner.Decoded, _ step: any Step, _ yield: Yield, _ context: PlanContext, value: String?
  ) -> PlannedStep {
    var cellNames: [String: String] = [:]
    /// What is read is the instance for the same value, where there is one.
    func name(_ cellName: String) -> String {
      guard let value, keyed[cellName]?[value] != nil else { return cellName }
      let own = instance(cellName, value)
      cellNames[own] = cellName
      return own
    }
    var producers: [String] = []
    for reference in item.references {
      let producer = reference.isWhole ? reference.name : name(reference.name)
      if !producers.contains(producer) { producers.append(producer) }
    }
    for producer in context.followed.map(name) where !producers.contains(producer) { producers.append(producer) }
    var columnsRead: [String: [String]?] = [:]
    for (table, columns) in context.columnsRead {
      columnsRead[name(table)] = .some(columns.map { $0.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } })
    }
    return PlannedStep(
      name: item.cell.name.text, cell: item.cell, step: step, yield: yield, producers: producers,
      columnsRead: columnsRead, resultsRead: Set(context.resultsRead.map(name)).union(context.wholesRead),
      parameters: item.parameters, caption: item.caption, note: item.note, show: item.show,
      planDigest: Sealer.planDigest(
        kind: item.cell.kind.text, version: type(of: step).version, parameters: item.parameters,
        producers: producers.map { digests[$0]?.hex ?? "" }),
      cellNames: cellNames, fileName: item.cell.name.text)
  }

  /// Of a cell without `each`.
  mutating func add(_ step: PlannedStep, isSound: Bool) {
    if isSound { yields[step.name] = .some(step.yield) }
    digests[step.name] = step.planDigest
    plain[step.name] = step
    steps.append(step)
  }

  /// Of a cell with it.
  /// - Parameters:
  ///   - instances: one for each value.
  ///   - own: what they yield, by value.
  mutating func add(_ instances: [PlannedStep], of cell: Cell, _ each: EachKey, _ own: [String: Yield?], isSound: Bool)
  {
    let name = cell.name.text
    guard let first = instances.first else { return }
    var producers: [String] = []
    var columnsRead: [String: [String]?] = [:]
    var resultsRead: Set<String> = []
    for instance in instances {
      func cellName(_ name: String) -> String { instance.cellNames[name] ?? name }
      for producer in instance.producers.map(cellName) where !producers.contains(producer) {
        producers.append(producer)
      }
      for (table, columns) in instance.columnsRead {
        let table = cellName(table)
        // Of the tables of all values, what is read is what their result says of them.
        guard keyed[table] == nil else {
          resultsRead.insert(table)
          continue
        }
        guard let known = columnsRead[table] else {
          columnsRead[table] = .some(columns)
          continue
        }
        columnsRead[table] = .some(
          known.flatMap { known in columns.map { Set(known + $0).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) } }
          })
      }
      resultsRead.formUnion(instance.resultsRead.map(cellName))
    }
    let shape = Shape.common(instances.map(\.yield.shape)) ?? .record([])
    let parameters: JSONValue = ["each": each.json, "instances": .array(instances.map(\.parameters))]
    let planned = PlannedStep(
      name: name, cell: cell, step: first.step, yield: Yield(shape: .keyed(by: [each.shape], shape)),
      producers: producers, columnsRead: columnsRead, resultsRead: resultsRead, parameters: parameters,
      caption: first.caption, note: first.note, show: first.show,
      planDigest: Sealer.planDigest(
        kind: cell.kind.text, version: type(of: first.step).version, parameters: parameters,
        producers: producers.map { digests[$0]?.hex ?? "" }),
      each: each,
      instances: zip(instances, each.fileNames(name)).map { step, fileName in
        var step = step
        step.fileName = fileName
        step.keyName = each.name
        return step
      }, fileName: name)
    self.instances[name] = Dictionary(zip(each.texts, planned.instances)) { first, _ in first }
    if isSound {
      yields[name] = .some(planned.yield)
      keyed[name] = own
    }
    digests[name] = planned.planDigest
    for instance in instances { digests[instance.name] = instance.planDigest }
    steps.append(planned)
  }
}
