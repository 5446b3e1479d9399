/// The commands of TeX that formulas may use, and what they stand for.
enum MathSymbols {
  static let letters: [String: String] = [
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
    "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ", "infty": "∞", "partial": "∂", "nabla": "∇",
    "emptyset": "∅", "top": "⊤", "hbar": "ℏ",
  ]

  static let symbols: [String: String] = [
    "times": "×", "cdot": "⋅", "div": "÷", "pm": "±", "mp": "∓", "le": "≤", "leq": "≤", "ge": "≥", "geq": "≥",
    "ne": "≠", "neq": "≠", "lt": "<", "gt": ">", "ll": "≪", "gg": "≫", "approx": "≈", "sim": "∼", "simeq": "≃",
    "equiv": "≡", "propto": "∝", "in": "∈", "notin": "∉", "subset": "⊂", "subseteq": "⊆", "cup": "∪", "cap": "∩",
    "setminus": "∖", "to": "→", "rightarrow": "→", "leftarrow": "←", "mapsto": "↦", "Rightarrow": "⇒", "iff": "⇔",
    "Leftrightarrow": "⇔", "forall": "∀", "exists": "∃", "neg": "¬", "land": "∧", "lor": "∨", "mid": "∣", "perp": "⊥",
    "circ": "∘", "ast": "∗", "star": "⋆", "otimes": "⊗", "oplus": "⊕", "prime": "′", "ldots": "…", "dots": "…",
    "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "colon": ":", "dagger": "†", "%": "%", "&": "&", "$": "$", "#": "#",
    "_": "_",
  ]

  /// Signs whose scripts stand above and below in displayed formulas.
  static let large: [String: String] = [
    "sum": "∑", "prod": "∏", "bigcup": "⋃", "bigcap": "⋂",
  ]
  static let integrals: [String: String] = ["int": "∫", "iint": "∬", "oint": "∮"]

  static let functions: Set<String> = [
    "log", "ln", "exp", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "det", "dim", "arg",
    "deg", "ker", "gcd",
  ]
  /// Functions with scripts below.
  static let limits: Set<String> = ["max", "min", "sup", "inf", "lim", "Pr"]

  static let fences: [String: String] = [
    "{": "{", "}": "}", "lbrace": "{", "rbrace": "}", "langle": "⟨", "rangle": "⟩", "lfloor": "⌊", "rfloor": "⌋",
    "lceil": "⌈", "rceil": "⌉", "vert": "|", "lvert": "|", "rvert": "|", "Vert": "‖", "lVert": "‖", "rVert": "‖",
    "|": "‖", "lbrack": "[", "rbrack": "]",
  ]

  static let accents: [String: (mark: String, isBelow: Bool)] = [
    "hat": ("^", false), "widehat": ("^", false), "bar": ("¯", false), "overline": ("¯", false),
    "tilde": ("~", false), "widetilde": ("~", false), "vec": ("→", false), "dot": ("˙", false), "ddot": ("¨", false),
    "underline": ("_", true),
  ]

  static let spaces: [String: String] = [
    ",": "0.167", ":": "0.222", ";": "0.278", "!": "-0.167", " ": "0.25", "quad": "1", "qquad": "2", "enspace": "0.5",
  ]

  static let structures = [
    "frac", "dfrac", "tfrac", "binom", "sqrt", "text", "mathrm", "operatorname", "mathbf", "boldsymbol", "mathit",
    "mathbb", "mathcal", "left", "right", "begin", "end", "mathop", "textrm",
  ]

  static let environments: [String: (open: String, close: String, columns: MathNode.Columns)] = [
    "matrix": ("", "", .centered), "pmatrix": ("(", ")", .centered), "bmatrix": ("[", "]", .centered),
    "vmatrix": ("|", "|", .centered), "aligned": ("", "", .aligned), "cases": ("{", "", .cases),
  ]

  static var commands: [String] {
    let named = [letters, symbols, large, integrals, fences, spaces].flatMap(\.keys) + accents.keys
    return (named + Array(functions) + Array(limits) + structures).filter { ($0.utf8.first ?? 0) > 0x40 }.sorted()
  }

  /// A letter or digit of a mathematical alphabet; the character itself where the alphabet has none.
  static func bold(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    shifted(scalar, upper: 0x1D400, lower: 0x1D41A, digit: 0x1D7CE, capital: 0x1D6A8, small: 0x1D6C2)
  }

  static func doubleStruck(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let own: [Unicode.Scalar: Unicode.Scalar] = [
      "C": "ℂ", "H": "ℍ", "N": "ℕ", "P": "ℙ", "Q": "ℚ", "R": "ℝ", "Z": "ℤ",
    ]
    return own[scalar] ?? shifted(scalar, upper: 0x1D538, lower: 0x1D552, digit: 0x1D7D8)
  }

  static func script(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let own: [Unicode.Scalar: Unicode.Scalar] = [
      "B": "ℬ", "E": "ℰ", "F": "ℱ", "H": "ℋ", "I": "ℐ", "L": "ℒ", "M": "ℳ", "R": "ℛ", "e": "ℯ", "g": "ℊ", "o": "ℴ",
    ]
    return own[scalar] ?? shifted(scalar, upper: 0x1D49C, lower: 0x1D4B6)
  }

  private static func shifted(
    _ scalar: Unicode.Scalar, upper: UInt32, lower: UInt32, digit: UInt32? = nil, capital: UInt32? = nil,
    small: UInt32? = nil
  ) -> Unicode.Scalar {
    let value = scalar.value
    var moved: UInt32?
    switch value {
    case 0x41...0x5A: moved = upper + value - 0x41
    case 0x61...0x7A: moved = lower + value - 0x61
    case 0x30...0x39: moved = digit.map { $0 + value - 0x30 }
    case 0x391...0x3A9: moved = capital.map { $0 + value - 0x391 }
    case 0x3B1...0x3C9: moved = small.map { $0 + value - 0x3B1 }
    default: break
    }
    return moved.flatMap(Unicode.Scalar.init) ?? scalar
  }
}
