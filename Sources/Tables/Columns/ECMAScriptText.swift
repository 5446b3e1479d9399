import Digests

/// Numbers as results and published tables write them.
public enum ECMAScriptText {
  public static func of(_ value: Double) -> String { ECMAScriptNumber.text(value) }
}
