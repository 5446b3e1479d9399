import Digests
import NotebookSyntax

/// JSON for reading: indented, in the order it was written, safe to print. A text alone is printed as it is.
enum ReadableJSON {
  static func text(_ value: JSONValue) -> String {
    if case .string(let text) = value { return VisibleText.of(text, limit: .max) }
    return text(value, indent: "")
  }

  private static func text(_ value: JSONValue, indent: String) -> String {
    let inner = indent + "  "
    switch value {
    case .array(let elements) where !elements.isEmpty:
      let lines = elements.map { inner + text($0, indent: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indent)]"
    case .object(let members) where !members.isEmpty:
      let isFlat = members.allSatisfy { $0.value.array == nil && $0.value.object == nil }
      let parts = members.map { scalar(.string($0.key)) + ": " + text($0.value, indent: inner) }
      if isFlat, indent != "" { return "{" + parts.joined(separator: ", ") + "}" }
      return "{\n" + parts.map { inner + $0 }.joined(separator: ",\n") + "\n\(indent)}"
    default: return scalar(value)
    }
  }

  private static func scalar(_ value: JSONValue) -> String {
    VisibleText.of(String(decoding: value.canonicalBytes, as: UTF8.self), limit: .max)
  }
}
