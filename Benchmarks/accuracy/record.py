#!/usr/bin/env python3
"""Writes others.json: digits of other programs against the certified values of `colophon selftest`. Run once.

    python3 record.py COLOPHON GSL NORRIS LONGLEY MMRM

It needs R with lme4 and pbkrtest (Debian), statsmodels (PyPI) and mpmath. GSL, NORRIS and LONGLEY are those of
Sources/Selftest/certify.py. MMRM is a folder with results of the R package mmrm, as Tests/Reference/expected has them:
mmrm is in no Debian release, so its digits are those of files recorded with 15 digits.

All programs run with their defaults, as their users do: lmer with its own optimizer and tolerance, MixedLM likewise.
"""
import csv, json, os, subprocess, sys, tempfile, warnings

here = os.path.dirname(os.path.abspath(__file__))
root = os.path.join(here, "../..")
sys.path.insert(0, os.path.join(root, "Sources/Selftest"))
sys.dont_write_bytecode = True
import certify
import numpy as np
from mpmath import mpf, log10
import statsmodels
import statsmodels.api as sm
import statsmodels.formula.api as smf
from statsmodels.stats.weightstats import DescrStatsW
import pandas as pd

colophon, gsl, norris, longley, mmrm = sys.argv[1:6]
truth = {}
for entry in json.loads(subprocess.check_output([colophon, "selftest", "--json"]))["sets"]:
    for quantity in entry["quantities"]:
        truth[entry["name"], quantity["name"]] = quantity["certified"]


def digits(values, certified):
    """The log relative error of the worst value, as Sources/Selftest/Agreement.swift has it; None if one is missing."""
    if len(values) != len(certified):
        raise ValueError("%d values, %d certified" % (len(values), len(certified)))
    worst = 15.0
    for value, text in zip(values, certified):
        if value is None or not np.isfinite(value):
            return None
        want = float(text)
        error = abs(value - want) / (abs(want) or 1)
        worst = min(worst, 15.0 if error == 0 else max(0.0, float(-log10(mpf(error)))))
    return int(worst * 10) / 10


figures = {}


def note(program, name, quantity, values):
    if (name, quantity) in truth:
        figures.setdefault(name, {}).setdefault(quantity, {})[program] = digits(
            [None if v is None else float(v) for v in values], truth[name, quantity])


# The data, written as decimals
folder = tempfile.mkdtemp()


def save(name, heads, rows):
    with open(os.path.join(folder, name + ".csv"), "w", newline="") as out:
        csv.writer(out).writerows([heads] + rows)


texts = certify.gsl_sets(gsl)
for name in ["Lew", "Lottery", "Michelso"]:
    save(name, ["y"], [[v] for v in texts[name]])
for name, y in certify.accuracy_sets():
    save(name, ["y"], [[certify.decimal(v)] for v in y])
polynomials = {"Norris": certify.norris_set(norris), "Pontius": texts["pontius"], "Filip": texts["filip"],
               "NoInt1": (list(range(60, 71)), list(range(130, 141)))}
for number in range(1, 6):
    polynomials["Wampler%d" % number] = [[certify.decimal(v) for v in part] for part in certify.wampler(number)]
for name, (x, y) in polynomials.items():
    save(name, ["x", "y"], list(map(list, zip(x, y))))
rows = list(csv.DictReader(open(longley)))
scales = {"Employed": 3, "GNP": 3, "Unemployed": 1, "Armed.Forces": 1, "Population": 3}
heads = ["Employed", "GNP.deflator", "GNP", "Unemployed", "Armed.Forces", "Population", "Year"]
save("Longley", heads, [[certify.decimal(certify.Q(r[h]) * 10 ** scales.get(h, 0)) for h in heads] for r in rows])
for name in ["dyestuff", "dyestuff2", "sleepstudy", "pastes", "penicillin", "cake", "orthodont"]:
    with open(os.path.join(folder, name + ".csv"), "w") as out:
        out.write(open(os.path.join(root, "Tests/Reference/data", name + ".csv")).read())

# R
programs = {}
for line in subprocess.check_output(["Rscript", os.path.join(here, "record.R"), folder], text=True).splitlines():
    name, quantity, values = line.split("\t")[:3]
    if name == "versions":
        programs["R"] = values
    else:
        note("R", name, quantity, [None if v == "NA" else float(v) for v in values.split()])

# statsmodels
programs["statsmodels"] = "statsmodels %s" % statsmodels.__version__
read = lambda name: pd.read_csv(os.path.join(folder, name + ".csv"))
for name in texts.keys() - {"filip", "pontius"} | {"NumAcc%d" % k for k in range(1, 5)}:
    summary = DescrStatsW(read(name)["y"].to_numpy(float))
    note("statsmodels", name, "mean", [summary.mean])
    note("statsmodels", name, "standard deviation", [summary.std_ddof(1)])


def linear(name, response, design):
    fit = sm.OLS(response, design).fit()
    note("statsmodels", name, "coefficients", fit.params)
    note("statsmodels", name, "standard errors", fit.bse)
    note("statsmodels", name, "sigma", [np.sqrt(fit.scale)])


for name in polynomials:
    data = read(name).astype(float)
    degree = {"Norris": 1, "Pontius": 2, "Filip": 10, "NoInt1": 1}.get(name, 5)
    linear(name, data["y"].to_numpy(),
           np.column_stack([data["x"] ** k for k in range(1 if name == "NoInt1" else 0, degree + 1)]))
data = read("Longley").astype(float)
linear("Longley", data["Employed"].to_numpy(), sm.add_constant(data[heads[1:]].to_numpy()))

warnings.simplefilter("ignore")
for name, formula, random, group in [
        ("dyestuff", "Yield ~ 1", "1", "Batch"), ("dyestuff2", "Yield ~ 1", "1", "Batch"),
        ("sleepstudy_ris", "Reaction ~ Days", "Days", "Subject"), ("sleepstudy_ri", "Reaction ~ Days", "1", "Subject"),
        ("orthodont_int_ris", "distance ~ age * C(Sex, Treatment('Male'))", "age", "Subject"),
        ("orthodont_int_ri", "distance ~ age * C(Sex, Treatment('Male'))", "1", "Subject")]:
    data = read(name.split("_")[0])
    for method in ["reml", "ml"]:
        id = "%s_%s" % (name, method)
        if (id, "sigma") not in truth:
            continue
        try:
            fit = smf.mixedlm(formula, data, groups=data[group], re_formula="~" + random).fit(reml=method == "reml")
            order = [0, 2, 1, 3] if len(fit.fe_params) == 4 and not fit.model.exog_names[1] == "age" else None
            pick = lambda v: [np.asarray(v)[i] for i in order] if order else list(np.asarray(v))
            note("statsmodels", id, "coefficients", pick(fit.fe_params))
            note("statsmodels", id, "standard errors", pick(fit.bse_fe))
            note("statsmodels", id, "sigma", [np.sqrt(fit.scale)])
            # Its restricted likelihood has another constant; the log-likelihood is compared for ML only.
            if method == "ml":
                note("statsmodels", id, "log-likelihood", [fit.llf])
            relative = np.asarray(fit.cov_re) / fit.scale
            try:
                lower = np.linalg.cholesky(relative)
            except np.linalg.LinAlgError:
                lower = np.sqrt(np.maximum(relative, 0))
            note("statsmodels", id, "theta", [lower[i, j] for j in range(len(lower)) for i in range(j, len(lower))])
        except Exception as problem:
            print(id, problem, file=sys.stderr)

# mmrm
for name, file in [("orthodont_%s_reml" % s, "mmrm_orthodont_%s_reml" % s) for s in ["us", "cs", "ar1"]] + [
        ("trial24_alb_%s_reml" % s, "mmrm_trial24_alb_%s_reml" % s) for s in ["us", "ar1"]]:
    fit = json.load(open(os.path.join(mmrm, file + ".json")))
    programs["mmrm"] = "mmrm %s with TMB %s" % (fit["versions"]["mmrm"], fit["versions"]["TMB"])

    def column(table, head):
        values = [row[head] for row in table["coef"]]
        return values[:1] + values[2:] + values[1:2] if name.startswith("trial24") else values

    note("mmrm", name, "log-likelihood", [fit["logLik"]])
    note("mmrm", name, "coefficients", column(fit["satterthwaite"], "Estimate"))
    note("mmrm", name, "standard errors", column(fit["satterthwaite"], "Std. Error"))
    note("mmrm", name, "Satterthwaite df", column(fit["satterthwaite"], "df"))
    if "kenward_roger_linear" in fit:
        note("mmrm", name, "Kenward-Roger errors", column(fit["kenward_roger_linear"], "Std. Error"))
        note("mmrm", name, "Kenward-Roger df", column(fit["kenward_roger_linear"], "df"))

ordered = {name: {q: {p: figures[name][q][p] for p in sorted(figures[name][q])} for (n, q) in truth if n == name and q in figures[name]}
           for name in dict.fromkeys(n for n, _ in truth) if name in figures}
with open(os.path.join(here, "others.json"), "w") as out:
    json.dump({"programs": programs, "digits": ordered}, out, indent=1)
    out.write("\n")
