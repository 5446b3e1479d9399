#!/usr/bin/env python3
"""Writes Sets/*.swift: the data and certified values of `colophon selftest` (needs mpmath; output is deterministic).

    python3 certify.py GSL NORRIS LONGLEY

GSL is the unpacked source of the Debian package gsl (its tests hold NIST's Filip, Pontius, Lew, Lottery and Michelso),
NORRIS is scipy/stats/tests/data/nist_linregress/Norris.dat of SciPy, LONGLEY what R's
`write.csv(longley, row.names = FALSE)` writes. The rest comes from Tests/Reference or is a published formula.

Means, standard deviations and least squares are computed here in rational numbers on the decimals as published, square
roots at 50 digits; no value is taken from a floating-point computation. Mixed models come from *.oracle.json, repeated
measures from mmrmx_*.json (Tests/Reference/README.md says how those were made). `make format` afterwards.
"""
import csv, json, os, re, sys
from fractions import Fraction as Q
from mpmath import mp, mpf

mp.dps = 50
here = os.path.dirname(os.path.abspath(__file__))
reference = os.path.join(here, "../../Tests/Reference")


def decimal(value, digits=20):
    value = mpf(value.numerator) / value.denominator if isinstance(value, Q) else mpf(value)
    return mp.nstr(value, digits, strip_zeros=True) if value else "0"


def root(value):
    return mp.sqrt(mpf(value.numerator) / value.denominator)


def univariate(y):
    mean = sum(y) / len(y)
    return mean, root(sum((v - mean) ** 2 for v in y) / (len(y) - 1))


def solve(rows, response):
    """Least squares in rationals: coefficients, standard errors, residual standard deviation."""
    p = len(rows[0])
    cross = [[sum(r[i] * r[j] for r in rows) for j in range(p)] + [Q(int(i == j)) for j in range(p)]
             + [sum(r[i] * v for r, v in zip(rows, response))] for i in range(p)]
    for k in range(p):
        pivot = next(i for i in range(k, p) if cross[i][k])
        cross[k], cross[pivot] = cross[pivot], cross[k]
        cross[k] = [v / cross[k][k] for v in cross[k]]
        for i in range(p):
            if i != k and cross[i][k]:
                factor = cross[i][k]
                cross[i] = [a - factor * b for a, b in zip(cross[i], cross[k])]
    beta = [row[-1] for row in cross]
    rss = sum((v - sum(b * x for b, x in zip(beta, r))) ** 2 for r, v in zip(rows, response))
    variance = rss / (len(rows) - p) if len(rows) > p else Q(0)
    return beta, [root(variance * cross[i][p + i]) for i in range(p)], root(variance)


def powers(x, degree, intercept=True):
    return [[v ** k for k in range(0 if intercept else 1, degree + 1)] for v in x]


def array(text, name):
    found = re.search(r"double %s\s*(?:\[\d*\])?\s*=\s*\{(.*?)\}" % re.escape(name), text, re.S)
    return [v.strip() for v in found.group(1).split(",") if v.strip()]


def wrapped(values, width=104):
    lines, line = [], ""
    for value in values:
        if len(line) + len(value) + 1 > width:
            lines.append(line)
            line = ""
        line += (" " if line else "") + value
    return lines + [line]


def block(lines, indent="    "):
    return '"""\n' + "".join(indent + line + "\n" for line in lines) + indent + '"""'


def certified(pairs):
    return "[\n" + "".join(
        "      .init(.%s, %s, digits: %s),\n" % (
            name, '"%s"' % values[0] if len(values) == 1 else block(wrapped(values, 100), "        "), digits)
        for name, values, digits in pairs) + "    ]"


def write(file, what, body):
    with open(os.path.join(here, "Sets", file + ".swift"), "w") as out:
        out.write("// %s Made by certify.py.\n\n%s" % (what, body))


def linear_values(result, digits=(10, 10)):
    beta, errors, sigma = result
    return [("coefficients", [decimal(v) for v in beta], digits[0]),
            ("standardErrors", [decimal(v) for v in errors], digits[1]),
            ("sigma", [decimal(sigma)], digits[1])]


def univariate_values(result, digits):
    return [("mean", [decimal(result[0])], digits[0]), ("standardDeviation", [decimal(result[1])], digits[1])]


# NIST's sets as published

GSL_ORIGIN = "NIST StRD, as in the tests of GSL 2.7.1 (Debian source package gsl)"
FORMULA = "NIST StRD, by its published formula"
WAMPLER_ERRORS = [759, -2048, 2048, -2048, 2523, -2048, 2048, -2048, 1838, -2048, 2048, -2048, 1838, -2048, 2048,
                  -2048, 2523, -2048, 2048, -2048, 759]


def accuracy_sets():
    def alternating(middle):
        return [Q(middle, 10)] + [Q(middle - 1, 10), Q(middle + 1, 10)] * 500
    return [("NumAcc1", [Q(10000001), Q(10000003), Q(10000002)]), ("NumAcc2", alternating(12)),
            ("NumAcc3", alternating(10000002)), ("NumAcc4", alternating(100000002))]


def wampler(number):
    x = [Q(v) for v in range(21)]
    if number == 2:
        return x, [sum((v / 10) ** k for k in range(6)) for v in x]
    scale = {1: 0, 3: 1, 4: 100, 5: 10000}[number]
    return x, [sum(v ** k for k in range(6)) + scale * e for v, e in zip(x, WAMPLER_ERRORS)]


def gsl_sets(gsl):
    nist = open(os.path.join(gsl, "statistics/test_nist.c")).read()
    texts = {"Lew": array(nist, "lew"), "Lottery": array(nist, "lottery"), "Michelso": array(nist, "michelson")}
    for name in ["filip", "pontius"]:
        source = open(os.path.join(gsl, "multifit/test_%s.c" % name)).read()
        texts[name] = (array(source, name + "_x[]"), array(source, name + "_y[]"))
    return texts


def norris_set(path):
    lines = [line.split() for line in open(path).read().splitlines()[60:96]]
    return [line[1] for line in lines], [line[0] for line in lines]


def nist(gsl, norris, longley):
    sets = gsl_sets(gsl)
    for name in ["Lew", "Lottery", "Michelso"]:
        values = univariate([Q(v) for v in sets[name]])
        write(name, "NIST's %s." % name, """extension CertifiedSet {
  static let %s = univariate(
    "%s", origin: "%s",
    %s.numbers,
    %s)
}
""" % (name.lower(), name, GSL_ORIGIN, block(wrapped(sets[name])), certified(univariate_values(values, (12, 12)))))

    # The decimals of NumAcc3 and NumAcc4 are no doubles: what rounding them alone leaves of the deviation, in digits.
    parts = []
    for name, y in accuracy_sets():
        mean, deviation = univariate(y)
        _, rounded = univariate([Q(float(v)) for v in y])
        ceiling = 15 if rounded == deviation else float(-mp.log10(abs(rounded - deviation) / deviation))
        print(name, "ceiling of the standard deviation:", ceiling, file=sys.stderr)
        digits = 12 if ceiling >= 12 else int(ceiling * 10) / 10
        numbers = ("[10_000_001, 10_000_003, 10_000_002]" if name == "NumAcc1"
                   else "alternating(%s)" % format(int(y[0] * 10), "_"))
        parts.append("""    univariate(
      "%s", origin: "%s", %s,
      %s),
""" % (name, FORMULA, numbers, certified(univariate_values((mean, deviation), (12, digits))).replace("\n", "\n  ")))
    write("NumericalAccuracy", "NIST's NumAcc1 to NumAcc4.", """extension CertifiedSet {
  /// Digits of a standard deviation below 12 are what rounding the decimals to doubles leaves of it.
  static let numericalAccuracy: [CertifiedSet] = [
%s  ]

  /// A number and 500 pairs of its neighbours, all given in tenths.
  private static func alternating(_ tenths: Int) -> [Double] {
    [Double(tenths) / 10] + (0..<500).flatMap { _ in [Double(tenths - 1) / 10, Double(tenths + 1) / 10] }
  }
}
""" % "".join(parts))

    parts = []
    for number in range(1, 6):
        x, y = wampler(number)
        response = ("wholes.map { Double($0) }" if number == 1 else
                    "(0...20).map { x in Double([1, 10, 100, 1000, 10_000, 100_000].reduce(0) { $0 * x + $1 }) / 100_000 }"
                    if number == 2 else
                    "zip(wholes, errors).map { Double($0 + %s$1) }"
                    % {3: "", 4: "100 * ", 5: "10_000 * "}[number])
        parts.append("""    polynomial(
      "Wampler%d", origin: "%s", degree: 5, x: points,
      y: %s,
      %s),
""" % (number, FORMULA, response, certified(linear_values(solve(powers(x, 5), y))).replace("\n", "\n  ")))
    write("Wampler", "Wampler's five polynomials (1970, 1980).", """extension CertifiedSet {
  static let wampler: [CertifiedSet] = [
%s  ]

  private static let points = (0...20).map { Double($0) }
  /// 1 + x + x² + … + x⁵, in whole numbers.
  private static let wholes = (0...20).map { x in (0..<6).reduce(0) { sum, _ in sum * x + 1 } }
  /// What the third to the fifth add to it, as published; orthogonal to the powers.
  private static let errors = [
    %s
  ]
}
""" % ("".join(parts), ",\n    ".join([", ".join(str(e) for e in WAMPLER_ERRORS[:11]),
                                     ", ".join(str(e) for e in WAMPLER_ERRORS[11:])])))

    for name, degree, texts, origin, tolerance in [
        ("Norris", 1, norris_set(norris), "NIST StRD, as in the tests of SciPy 1.17.1 (PyPI)", ""),
        ("Pontius", 2, sets["pontius"], GSL_ORIGIN, ""),
        # The tenth power is collinear with the rest at the usual 1e-7.
        ("Filip", 10, sets["filip"], GSL_ORIGIN, " tolerance: 1e-11,")]:
        x, y = ([Q(v) for v in text] for text in texts)
        write(name, "NIST's %s." % name, """extension CertifiedSet {
  static let %s = polynomial(
    "%s", origin: "%s", degree: %d,%s
    x: %s.numbers,
    y: %s.numbers,
    %s)
}
""" % (name.lower(), name, origin, degree, tolerance, block(wrapped(texts[0])), block(wrapped(texts[1])),
       certified(linear_values(solve(powers(x, degree), y)))))

    x, y = [Q(v) for v in range(60, 71)], [Q(v) for v in range(130, 141)]
    write("NoInt1", "NIST's NoInt1.", """extension CertifiedSet {
  static let noInt1 = polynomial(
    "NoInt1", origin: "%s", degree: 1, intercept: false, x: (60...70).map { Double($0) },
    y: (130...140).map { Double($0) },
    %s)
}
""" % (FORMULA, certified(linear_values(solve(powers(x, 1, False), y)))))

    # R's units are not NIST's: these powers of ten, exactly.
    scales = {"Employed": 3, "GNP": 3, "Unemployed": 1, "Armed.Forces": 1, "Population": 3}
    rows = list(csv.reader(open(longley)))
    for row in rows[1:]:
        for i, name in enumerate(rows[0]):
            row[i] = decimal(Q(row[i]) * 10 ** scales.get(name, 0)).removesuffix(".0")
    names = ["GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"]
    columns = {name: [row[i] for row in rows[1:]] for i, name in enumerate(rows[0])}
    design = [[Q(1)] + [Q(columns[n][i]) for n in names] for i in range(16)]
    result = solve(design, [Q(v) for v in columns["Employed"]])
    lines = [" ".join(["Employed"] + names)] + [
        " ".join([columns["Employed"][i]] + [columns[n][i] for n in names]) for i in range(16)]
    write("Longley", "Longley (1967), in NIST's units, which are R's times powers of ten.", """extension CertifiedSet {
  static let longley: CertifiedSet = {
    let data = DataTable(
      %s)
    let names = data.names.dropFirst()
    return CertifiedSet(
      name: "Longley", kind: .regression, model: "Employed ~ \\(names.joined(separator: " + "))",
      origin: "R 4.2.2, data set longley (Debian r-base-core)", authority: exact,
      problem: .regression(
        response: data.numbers("Employed"), columns: [data.ones] + names.map { data.numbers($0) }, hasIntercept: true),
      certified: %s)
  }()
}
""" % (block(lines, "      "), certified(linear_values(result)).replace("\n", "\n  ")))


# Mixed models and repeated measures

MIXED = [  # data set, columns, origin, [(id, formula, fixed, terms)]
    ("dyestuff", ["Yield", "Batch"], "lme4, data set Dyestuff (Davies and Goldsmith 1972)",
     [("dyestuff_reml", "Yield ~ 1 + (1 | Batch)", "[.one]", '[.intercepts("Batch")]'),
      ("dyestuff_ml", "Yield ~ 1 + (1 | Batch)", "[.one]", '[.intercepts("Batch")]')]),
    ("dyestuff2", ["Yield", "Batch"], "lme4, data set Dyestuff2 (Box and Tiao 1973)",
     [("dyestuff2_reml", "Yield ~ 1 + (1 | Batch)", "[.one]", '[.intercepts("Batch")]')]),
    ("sleepstudy", ["Reaction", "Days", "Subject"], "lme4, data set sleepstudy (Belenky et al. 2003)",
     [("sleepstudy_ris_reml", "Reaction ~ Days + (Days | Subject)", '[.one, .number("Days")]',
       '[.slopes("Days", in: "Subject")]'),
      ("sleepstudy_ris_ml", "Reaction ~ Days + (Days | Subject)", '[.one, .number("Days")]',
       '[.slopes("Days", in: "Subject")]'),
      ("sleepstudy_uncorr_reml", "Reaction ~ Days + (Days || Subject)", '[.one, .number("Days")]',
       '[.slopes("Days", in: "Subject", isCorrelated: false)]'),
      ("sleepstudy_ri_reml", "Reaction ~ Days + (1 | Subject)", '[.one, .number("Days")]',
       '[.intercepts("Subject")]')]),
    ("pastes", ["strength", "batch", "sample"], "lme4, data set Pastes (Davies and Goldsmith 1972)",
     [("pastes_reml", "strength ~ 1 + (1 | batch/cask)", "[.one]", '[.intercepts("sample"), .intercepts("batch")]')]),
    ("penicillin", ["diameter", "plate", "sample"], "lme4, data set Penicillin (Davies and Goldsmith 1972)",
     [("penicillin_reml", "diameter ~ 1 + (1 | plate) + (1 | sample)", "[.one]",
       '[.intercepts("plate"), .intercepts("sample")]')]),
    ("cake", ["angle", "recipe", "temperature", "replicate"], "lme4, data set cake (Cook 1938; Cochran and Cox 1957)",
     [("cake_reml", "angle ~ recipe * temperature + (1 | recipe:replicate)",
       '[.one] + data.crossed("recipe", "temperature")', '[.intercepts("replicate")]')]),
    ("orthodont", ["distance", "age", "Subject", "Sex"], "nlme, data set Orthodont (Potthoff and Roy 1964)",
     [("orthodont_int_ris_reml", "distance ~ age * Sex + (age | Subject)",
       '[.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))]',
       '[.slopes("age", in: "Subject")]'),
      ("orthodont_int_ri_reml", "distance ~ age * Sex + (1 | Subject)",
       '[.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))]',
       '[.intercepts("Subject")]')]),
]


def table(name, columns):
    rows = list(csv.DictReader(open(os.path.join(reference, "data", name + ".csv"))))
    if name == "cake":  # replicates are nested in recipes
        for row in rows:
            row["replicate"] = row["recipe"] + row["replicate"]
    return [" ".join(columns)] + [" ".join(row[c] for c in columns) for row in rows]


def expected(name):
    return json.load(open(os.path.join(reference, "expected", name + ".json")))


def dyestuff2():
    """Batches vary less than their replicates: the variance is 0, and the rest is a sample's mean and deviation."""
    y = [Q(line.split()[0]) for line in table("dyestuff2", ["Yield"])[1:]]
    mean, sigma = univariate(y)
    n = len(y)
    log_likelihood = -(mp.log(n) + (n - 1) * (1 + mp.log(2 * mp.pi * sigma ** 2))) / 2
    return [("logLikelihood", [decimal(log_likelihood)], 12), ("coefficients", [decimal(mean)], 10),
            ("standardErrors", [decimal(sigma / mp.sqrt(n))], 9), ("sigma", [decimal(sigma)], 9), ("theta", ["0"], 8)]


def oracle_values(id):
    oracle = expected(id + ".oracle")
    pairs = [("logLikelihood", [oracle["logLik"]], 12), ("coefficients", oracle["fixef"], 10),
             ("standardErrors", oracle["se"], 9), ("sigma", [oracle["sigma"]], 9), ("theta", oracle["theta"], 8),
             ("satterthwaite", oracle["df_satterthwaite"], 7)]
    if "df_kr" in oracle:
        pairs += [("kenwardRogerErrors", oracle["se_kr"], 9), ("kenwardRogerDegrees", oracle["df_kr"], 7)]
    return pairs


def mixed():
    for name, columns, origin, models in MIXED:
        parts = []
        for id, formula, fixed, terms in models:
            method = id.rsplit("_", 1)[1]
            pairs = dyestuff2() if name == "dyestuff2" else oracle_values(id)
            authority = "closed" if name == "dyestuff2" else "oracle"
            parts.append("""      CertifiedSet(
        name: "%s", kind: .mixed, model: "%s, %s", origin: origin, authority: %s,
        problem: data.mixed("%s", fixed: %s, %s, .%s),
        certified: %s),
""" % (id, formula, method.upper(), authority, columns[0], fixed, terms, method, certified(pairs).replace("\n", "\n    ")))
        write(name.capitalize(), origin + ".", """extension CertifiedSet {
  static let %s: [CertifiedSet] = {
    let origin = "%s"
    return [
%s    ]
  }()

  static let %sData = DataTable(
    %s)
}
""" % (name, origin, "".join(parts).replace("data.", name + "Data."), name, block(table(name, columns))))


def mmrm_values(id):
    oracle = expected(id)
    text = lambda values: [repr(v) for v in values]
    return [("logLikelihood", text([oracle["logLik"]]), 11), ("coefficients", text(oracle["fixef"]), 8),
            ("standardErrors", text(oracle["se"]), 8), ("satterthwaite", text(oracle["df_satterthwaite"]), 6),
            ("kenwardRogerErrors", text(oracle["kr_linear_observed_info"]["se"]), 8),
            ("kenwardRogerDegrees", text(oracle["kr_linear_observed_info"]["df"]), 6)]


STRUCTURES = {"us": ".unstructured", "ar1": ".autoregressive(isHeterogeneous: false)",
              "cs": ".compoundSymmetry(isHeterogeneous: false)", "toep": ".toeplitz(isHeterogeneous: false)"}


def repeated_measures():
    parts = []
    for structure in ["us", "cs", "ar1", "toep"]:
        id = "mmrmx_orthodont_%s_reml" % structure
        parts.append("""    CertifiedSet(
      name: "orthodont_%s_reml", kind: .repeatedMeasures, model: "distance ~ age * Sex + %s(age | Subject), REML",
      origin: "nlme, data set Orthodont (Potthoff and Roy 1964)", authority: independent,
      problem: orthodontData.repeated(
        "distance", fixed: [.one, .number("age"), .level("Sex", "Female"), .product(.number("age"), .level("Sex", "Female"))],
        visit: "age", subject: "Subject", %s),
      certified: %s),
""" % (structure, structure, STRUCTURES[structure], certified(mmrm_values(id)).replace("\n", "\n  ")))
    write("OrthodontVisits", "Orthodont as repeated measures.", """extension CertifiedSet {
  static let orthodontVisits: [CertifiedSet] = [
%s  ]
}
""" % "".join(parts))

    rows = list(csv.DictReader(open(os.path.join(reference, "data/trial24.csv"))))
    baseline = {row["id"]: row["alb"] for row in rows if row["week"] == "0"}
    lines = ["alb baseline group week id"] + [
        " ".join([row["alb"], baseline[row["id"]], row["group"], row["week"], row["id"]])
        for row in rows if row["week"] != "0" and row["alb"] and baseline.get(row["id"])]
    parts = []
    for structure in ["us", "ar1"]:
        parts.append("""    CertifiedSet(
      name: "trial24_alb_%s_reml", kind: .repeatedMeasures, model: "alb ~ baseline + group * week + %s(week | id), REML",
      origin: "synthetic: invented numbers in the shape of a 24-week trial", authority: independent,
      problem: trialData.repeated(
        "alb", fixed: [.one] + trialData.crossed("group", "week") + [.number("baseline")], visit: "week", subject: "id",
        %s),
      certified: %s),
""" % (structure, structure, STRUCTURES[structure],
       certified(mmrm_values("mmrmx_trial24_alb_%s_reml" % structure)).replace("\n", "\n  ")))
    write("Trial24", "Synthetic: invented numbers in the shape of a 24-week trial.", """extension CertifiedSet {
  static let trial24: [CertifiedSet] = [
%s  ]

  static let trialData = DataTable(
    %s)
}
""" % ("".join(parts), block(lines)))


# Functions

FUNCTIONS = [
    ("exp", mp.exp, ["-20.25", "-1", "0.5", "1", "300.75"]), ("expm1", mp.expm1, ["1e-10", "-0.3125"]),
    ("log", mp.log, ["1e-300", "0.75", "3", "1234567.5"]), ("log1p", mp.log1p, ["1e-10", "-0.75"]),
    ("log2", lambda v: mp.log(v, 2), ["0.1875", "10"]), ("log10", mp.log10, ["0.1875", "2"]),
    ("pow", lambda v: mp.power(v, mpf("0.375")), ["1e-5", "2.5", "1e200"]),
    ("sin", mp.sin, ["0.5", "3.0625", "1e22"]), ("cos", mp.cos, ["0.5", "3.0625", "1e22"]),
    ("tan", mp.tan, ["0.5", "11"]), ("asin", mp.asin, ["0.5", "-0.9375"]), ("acos", mp.acos, ["0.5", "-0.9375"]),
    ("atan", mp.atan, ["0.5", "1000"]), ("sinh", mp.sinh, ["0.125", "10"]), ("cosh", mp.cosh, ["0.125", "10"]),
    ("tanh", mp.tanh, ["0.125", "2"]), ("cbrt", mp.cbrt, ["2", "1e100"]),
]


def functions():
    parts = []
    for name, function, points in FUNCTIONS:
        values = [decimal(function(mpf(float(p)))) for p in points]
        call = "pow($0, 0.375)" if name == "pow" else "%s($0)" % name
        parts.append("""    function(
      "%s", at: "%s", { %s },
      %s),
""" % (name if name != "pow" else "pow(x, 0.375)", " ".join(points), call,
       certified([("values", values, 15)]).replace("\n", "\n  ")))

    def t_two_sided(t, df):
        return mp.betainc(df / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True)

    cases = [("studentTwoSided(2.125, degreesOfFreedom: %s)", lambda v: t_two_sided(mpf("2.125"), v), ["1.5", "7", "163.5"]),
             ("fisherUpper(3.25, numerator: 2, denominator: %s)",
              lambda v: mp.betainc(v / 2, 1, 0, v / (v + 2 * mpf("3.25")), regularized=True), ["1.5", "7", "163.5"]),
             ("chiSquareUpper(9.5, degreesOfFreedom: %s)",
              lambda v: mp.gammainc(v / 2, mpf("9.5") / 2, mp.inf, regularized=True), ["1.5", "7", "20"]),
             ("studentQuantile(0.975, degreesOfFreedom: %s)",
              lambda v: mp.findroot(lambda t: t_two_sided(t, v) - (2 - 2 * mpf(0.975)),
                                    {1.5: 6, 7.0: 2.36, 163.5: 1.97}[float(v)]), ["1.5", "7", "163.5"])]
    for call, function, points in cases:
        values = [decimal(function(mpf(p))) for p in points]
        parts.append("""    function(
      "%s", at: "%s", { Distributions.%s },
      %s),
""" % (call.split("(")[0], " ".join(points), call % "$0",
       certified([("values", values, 12)]).replace("\n", "\n  ")))
    write("Functions", "Elementary functions and distributions at a few points, at 50 digits.", """import Statistics

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension CertifiedSet {
  static let functions: [CertifiedSet] = [
%s  ]
}
""" % "".join(parts))


if __name__ == "__main__":
    nist(*sys.argv[1:4])
    mixed()
    repeated_measures()
    functions()
