import Analysis
import NotebookSyntax
import Provenance

/// Shows a run step by step: one line each, and for what takes over a second a bar with the time left.
final class RunProgress: RunObserver {
  /// What was published before.
  private let published: Manifest?
  private let isInteractive = Terminal.isErrorInteractive
  private let clock = ContinuousClock()
  private var start = ContinuousClock().now
  private var lastDrawn = ContinuousClock().now
  private var hasBar = false

  init(published: Manifest?) { self.published = published }

  func began(_ step: PlannedStep) {
    start = clock.now
    lastDrawn = start
    hasBar = false
  }

  func progressed(_ step: PlannedStep, fraction: Double) {
    guard isInteractive, fraction > 0 else { return }
    let elapsed = seconds(since: start)
    guard elapsed > 1, seconds(since: lastDrawn) > 0.1 else { return }
    lastDrawn = clock.now
    hasBar = true
    let filled = Int(fraction * 24)
    let left = elapsed / fraction - elapsed
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: 24 - filled)
    Terminal.print("\r  \(step.name) \(bar) \(NumberFormat.fixed(left, 0)) s left\u{1B}[K", to: 2)
  }

  func finished(_ step: StepResult) {
    if hasBar { Terminal.print("\r\u{1B}[K", to: 2) }
    var rows = ""
    if let count = step.outcome.rowsIn { rows = NumberFormat.count(count) }
    if let count = step.outcome.rowsOut { rows += (rows.isEmpty ? "" : " → ") + NumberFormat.count(count) }
    if !rows.isEmpty { rows += " rows" }
    let time = NumberFormat.fixed(seconds(since: start) * 1000, 1) + " ms"
    let line = "  \(pad(step.planned.kind, 10)) \(pad(step.planned.name, 16)) \(pad(rows, 22)) \(pad(time, 10))"
    Terminal.error("\(line) \(VisibleText.of(origin(step)))")
  }

  private func origin(_ step: StepResult) -> String {
    switch step.origin {
    case .stored: return "cached"
    case .ranAgain(let reader): return "ran again for \(reader)"
    case .ranInPlaceOfDamaged: return "ran: what was stored of it is damaged"
    case .ran: return "ran: \(Staleness.reason(step.planned, reads: step.reads, recorded: published))"
    }
  }

  private func seconds(since instant: ContinuousClock.Instant) -> Double {
    let parts = instant.duration(to: clock.now).components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }

  private func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
