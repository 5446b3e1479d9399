#!/usr/bin/env python3
"""Prints docs/accuracy.md from `colophon selftest --json` and others.json: python3 page.py COLOPHON (`make accuracy`)."""
import json
import os
import subprocess
import sys

sys.stdout.reconfigure(encoding="utf-8", newline="\n")
here = os.path.dirname(os.path.abspath(__file__))
selftest = json.loads(subprocess.run([sys.argv[1], "selftest", "--json"], check=True, stdout=subprocess.PIPE).stdout)
with open(os.path.join(here, "others.json"), encoding="utf-8") as file:
    others = json.load(file)


def text(digits):
    """To one decimal, rounded down, as the program prints it."""
    tenths = int(digits * 10)
    return "%d.%d" % (tenths // 10, tenths % 10)


def cell(figures, program):
    if program not in figures:
        return ""
    return "–" if figures[program] is None else text(figures[program])


columns = {"functions": [], "univariate": ["R", "statsmodels"], "regression": ["R", "statsmodels"],
           "mixed": ["R", "statsmodels"], "repeated measures": ["mmrm"]}
heads = {"mixed": {"R": "lme4"}}
programs = others["programs"]

print("""# Accuracy

How many digits of certified results this program reaches, and how many other programs reach on the same data. This page is made
by `make accuracy` from `colophon selftest --json` and from recorded figures; a test compares it with what the program gives.

Digits are NIST's log relative error −log10(|computed − certified| / |certified|) of the worst value of each quantity, rounded
down; 15.0 is the most that is counted, since a double holds no more. Against a certified 0 the error is absolute. *Required* is
what `selftest` insists on. An empty cell: not offered or not recorded. A dash: the program gives no value.

The other programs ran with their defaults, as their users run them: %s (where the column says lme4: `lmer` with its own
optimizer; pbkrtest for Kenward and Roger's method), %s (`OLS`, `MixedLM`, `DescrStatsW`), and %s from results recorded with
15 digits. [Benchmarks/accuracy](../Benchmarks/accuracy/README.md) says how, and repeats it.

This program, too, ran with its defaults, but for Filip: with the default `tolerance` of 1e-7 it leaves out the tenth power, as R
does, and the set was fitted with 1e-11.

- Sets of NIST are certified by exact rational arithmetic on the published decimals. What their standard deviations lose in
  NumAcc3 and NumAcc4 is lost when the decimals are read as doubles, by any program.
- Mixed models are certified by arithmetic of 50 digits.
- Repeated measures are compared with an independent program in double precision, whose own last two to four digits are noise:
  above 11 digits nothing is told apart.
- `trial24` is synthetic: invented numbers in the shape of a 24-week trial.
""" % (programs["R"], programs["statsmodels"], programs["mmrm"]))

for kind, compared in columns.items():
    names = [heads.get(kind, {}).get(program, program) for program in compared]
    print("## %s\n" % (kind[0].upper() + kind[1:]))
    print("| " + " | ".join(["set", "quantity", "required", "colophon"] + names) + " |")
    print("|---|---|" + "--:|" * (2 + len(names)))
    for entry in selftest["sets"]:
        if entry["kind"] != kind:
            continue
        figures = others["digits"].get(entry["name"], {})
        for index, quantity in enumerate(entry["quantities"]):
            beside = figures.get(quantity["name"], {})
            print("| " + " | ".join(
                [entry["name"] if index == 0 else "", quantity["name"], text(quantity["required"]),
                 text(quantity["digits"])] + [cell(beside, program) for program in compared]) + " |")
    print()

print("## Origins\n")
print("| set | model | data | certified by |\n|---|---|---|---|")
for entry in selftest["sets"]:
    if entry["kind"] != "functions":
        print("| %s | %s | %s | %s |" % (
            entry["name"], "`%s`" % entry["model"].replace("|", "\\|"), entry["origin"], entry["authority"]))
