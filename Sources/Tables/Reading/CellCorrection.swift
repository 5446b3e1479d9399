/// One cell that a notebook corrects, once its row is found.
public struct CellCorrection: Sendable {
  /// By declaration.
  public let column: Int
  /// What must stand there.
  public let received: [UInt8]
  /// What is read in its place, by the column's own rules.
  public let value: [UInt8]
  /// As `data-issues.csv` names it: `corrected: …`.
  public let rule: String

  public init(column: Int, received: String, value: String, because: String) {
    self.column = column
    self.received = Array(received.utf8)
    self.value = Array(value.utf8)
    rule = "corrected: \(because)"
  }
}
