#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The elementary functions of expressions and figures, by the names that `import Glibc` would hide. The linker binds
/// them to `CElementary`, as it does for GSL: the same bits on every machine.
public enum Elementary {
  #if canImport(Glibc)
    public static func log(_ x: Double) -> Double { Glibc.log(x) }
    public static func log2(_ x: Double) -> Double { Glibc.log2(x) }
    public static func log10(_ x: Double) -> Double { Glibc.log10(x) }
    public static func exp(_ x: Double) -> Double { Glibc.exp(x) }
    public static func power(_ x: Double, _ y: Double) -> Double { Glibc.pow(x, y) }
  #elseif canImport(Darwin)
    public static func log(_ x: Double) -> Double { Darwin.log(x) }
    public static func log2(_ x: Double) -> Double { Darwin.log2(x) }
    public static func log10(_ x: Double) -> Double { Darwin.log10(x) }
    public static func exp(_ x: Double) -> Double { Darwin.exp(x) }
    public static func power(_ x: Double, _ y: Double) -> Double { Darwin.pow(x, y) }
  #endif
}
