import NotebookSyntax

/// A step whose rows are rows of one table, or some of them: a chain of such steps leads back from a table to its file.
protocol RowKeeping: Step {
  /// The table whose rows they are.
  var rowsOf: Reference { get }

  /// The rows that went, by reason, in order, as the step's own result counts them.
  func losses(_ result: ResultValue) -> [RowLoss]
}

extension RowKeeping {
  func losses(_ result: ResultValue) -> [RowLoss] { [] }
}

/// A step on the way that rows came, with the name of its cell.
struct RowLink: Sendable {
  let name: String
  let step: PlannedStep
}

/// Rows that a step dropped for one reason.
struct RowLoss: Sendable {
  let reason: String
  let count: Int
}

extension ResultValue {
  /// A count that the result of a step is known to hold.
  func count(_ name: String) -> Int { self[name].flatMap(\.double).map { Int($0) } ?? 0 }

  /// The entries of a keyed field, in order.
  func entries(_ name: String) -> Entries {
    guard case .keyed(_, let entries)? = self[name] else { return Entries([]) }
    return entries
  }
}

extension Filter: RowKeeping {
  var rowsOf: Reference { data }

  func losses(_ result: ResultValue) -> [RowLoss] {
    let unknown = result.entries("unknown")
    return result.entries("dropped").enumerated().flatMap { index, entry -> [RowLoss] in
      let reason = entry.keys.first ?? ""
      let isKept = isKept(reason)
      var losses = [RowLoss(reason: isKept ? "Not: \(reason)" : reason, count: entry.value.count("n"))]
      // `drop` leaves what is unknown where it is.
      let missing = isKept && index < unknown.count ? unknown[index].value.count("n") : 0
      if missing > 0 { losses.append(RowLoss(reason: "Unknown: \(reason)", count: missing)) }
      return losses
    }
  }

  private func isKept(_ reason: String) -> Bool {
    actions.contains { action in
      if case .rule(let rule) = action { return rule.isKept && rule.reason.isExactly(reason) }
      return false
    }
  }
}

extension Derive: RowKeeping {
  var rowsOf: Reference { data }
}

extension Join: RowKeeping {
  var rowsOf: Reference { left }

  func losses(_ result: ResultValue) -> [RowLoss] {
    unmatched == "drop" ? [RowLoss(reason: "No row in \(right.name)", count: result.count("unmatched_left"))] : []
  }
}
