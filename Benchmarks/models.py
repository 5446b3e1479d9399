#!/usr/bin/env python3
"""Models in CPU time against the tools that researchers use now; ends 1 where a promise is not kept.

Two figures for each case. "Fit": what one more model step costs a run, with its model matrix, degrees of freedom, tests,
digests, report and results as JSON (those of `mixed` hold the random effects of every patient with their conditional SDs):
CPU time of a run with several copies of the step, less that of a run which only loads the table, over the copies. R's is
the time of fit, and summary where one is named, in a session that is open and has the data. "Whole": the process from its start to the
report, against R from its start to the printed summary. Of each case colophon runs first, some rounds, and R after it; the
median counts. R's large cases, and its whole processes, run once.

The R package mmrm is in neither Debian nor PyPI. It is compared by recorded seconds, scaled by what lmer takes for 100,000
patients here over what it took where they were recorded (23 s). Where R did not run that, they stand as they were recorded and
do not count among the promises.

All data are synthetic and made here from fixed seeds, but sleepstudy and pbcseq (Tests/Reference/data) and InstEval (lme4).
"""

import argparse
import os
import pathlib
import random
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
WEEKS = [0, 1, 2, 4, 8, 12, 14, 16, 20, 24]


def trial(path, patients):
    """Random intercept and slope, ten visits."""
    draw = random.Random(20200277)
    with open(path, "w") as file:
        file.write("id,trt,week,y\n")
        for patient in range(1, patients + 1):
            level = draw.gauss(0, 8)
            slope = 0.3 * level / 8 * 0.4 + draw.gauss(0, 0.3)
            arm = draw.randrange(2)
            for week in WEEKS:
                value = 60 + level + (slope - 0.5 - 0.25 * arm) * week + draw.gauss(0, 5)
                file.write(f"{patient},{arm},{week},{value:.4f}\n")


def unstructured(path, patients):
    """Ten correlated visits, of which a tenth is missing at random after the first."""
    draw = random.Random(1)
    deviations = [5 + 4 * visit / 9 for visit in range(10)]
    lower = [[0.0] * 10 for _ in range(10)]
    for a in range(10):
        for b in range(a + 1):
            value = deviations[a] * deviations[b] * (1 if a == b else 0.9 * 0.75 ** abs(a - b) + 0.1)
            value -= sum(lower[a][k] * lower[b][k] for k in range(b))
            lower[a][b] = value**0.5 if a == b else value / lower[b][b]
    with open(path, "w") as file:
        file.write("id,trt,visit,base,y\n")
        for patient in range(1, patients + 1):
            arm, base = draw.randrange(2), round(draw.gauss(60, 8), 3)
            noise = [draw.gauss(0, 1) for _ in range(10)]
            for visit in range(10):
                error = sum(lower[visit][k] * noise[k] for k in range(visit + 1))
                value = 10 + 0.8 * base - 0.6 * (visit + 1) - 0.3 * arm * (visit + 1) + error
                if visit == 0 or draw.random() >= 0.1:
                    file.write(f"{patient},{arm},{visit + 1},{base},{value:.4f}\n")


def ordinary(path, rows):
    """Twenty independent columns."""
    draw = random.Random(7)
    slopes = [-1 + 2 * column / 19 for column in range(20)]
    with open(path, "w") as file:
        file.write("y," + ",".join(f"x{column + 1}" for column in range(20)) + "\n")
        for _ in range(rows):
            numbers = [round(draw.gauss(0, 1), 5) for _ in range(20)]
            value = sum(a * b for a, b in zip(numbers, slopes)) + draw.gauss(0, 1)
            file.write(f"{value:.5f}," + ",".join(map(str, numbers)) + "\n")


SLEEP = "Reaction: number\n  Days: number\n  Subject: id"
PBC = "id: id\n  day: number\n  bili: number\n  trt: category [0, 1]"
TRIAL = "id: id\n  trt: category [0, 1]\n  week: number\n  y: number"
VISITS = "id: id\n  trt: category [0, 1]\n  visit: number\n  base: number\n  y: number"
EVALUATIONS = "s: id\n  d: id\n  service: category [0, 1]\n  dept: id\n  y: number"
COLUMNS = "y: number\n  " + "\n  ".join(f"x{column + 1}: number" for column in range(20))

MMRM = "formula: y ~ base + trt * factor(visit) + us(factor(visit) | id)"
SLEEP_R = 'd <- read.csv(file); d$Subject <- factor(d$Subject)'
TRIAL_R = 'd <- read.csv(file); d$id <- factor(d$id)'
EVALUATIONS_R = 'd <- read.csv(file); for (v in c("s", "d", "service", "dept")) d[[v]] <- factor(d[[v]])'
BOOT_R = (
    "bootMer(lme4::lmer(Reaction ~ Days + (Days | Subject), d, REML = FALSE),"
    " function(m) c(fixef(m), sigma(m), as.data.frame(VarCorr(m))$sdcor), nsim = 1000, seed = 1)"
)

# name, file, columns, step, parameters, copies, ratio promised, R: (library, data, expression, runs) or recorded seconds
CASES = [
    ("sleepstudy, Satterthwaite", "sleepstudy.csv", SLEEP, "mixed", "formula: Reaction ~ Days + (1 + Days | Subject)", 40,
     50, ("lmerTest", SLEEP_R, "summary(lmer(Reaction ~ Days + (Days | Subject), d))", 9)),
    ("pbcseq, Satterthwaite", "pbcseq.csv", PBC, "mixed",
     "formula: log(bili) ~ I(day / 365.25) * trt + (1 + I(day / 365.25) | id)", 20, 50,
     ("lmerTest", 'd <- read.csv(file); d$id <- factor(d$id); d$trt <- factor(d$trt); d$years <- d$day / 365.25',
      "summary(lmer(log(bili) ~ years * trt + (years | id), d))", 5)),
    ("sleepstudy, 1,000 bootstrap refits", "sleepstudy.csv", SLEEP, "mixed",
     "formula: Reaction ~ Days + (1 + Days | Subject)\nmethod: ml\nintervals: {bootstrap: 1000, seed: 1}", 2, 100,
     ("lme4", SLEEP_R, BOOT_R, 1)),
    ("random intercept and slope, 100,000 patients × 10", "trial_100000.csv", TRIAL, "mixed",
     "formula: y ~ week * trt + (1 + week | id)", 1, 100,
     ("lme4", TRIAL_R, "lmer(y ~ week * trt + (week | id), d)", 1)),
    ("InstEval, three crossed factors", "insteval.csv", EVALUATIONS, "mixed",
     "formula: y ~ service + (1 | s) + (1 | d) + (1 | dept)\nmethod: ml", 1, 5,
     ("lme4", EVALUATIONS_R, "lmer(y ~ service + (1 | s) + (1 | d) + (1 | dept), d, REML = FALSE)", 1)),
    ("least squares, 1,000,000 × 20", "ols1m.csv", COLUMNS, "regression",
     "formula: y ~ " + " + ".join(f"x{column + 1}" for column in range(20)), 1, 5,
     ("stats", "d <- read.csv(file); X <- cbind(1, as.matrix(d[, -1])); y <- d$y", "lm.fit(X, y)", 3)),
    ("mmrm us, 10 visits, 123 patients", "us_123.csv", VISITS, "mmrm", MMRM + "\ndf: satterthwaite", 20, 40, 0.39),
    ("mmrm us, 10 visits, 1,000 patients", "us_1000.csv", VISITS, "mmrm", MMRM + "\ndf: satterthwaite", 10, 150, 2.8),
    ("mmrm us, 10 visits, 10,000 patients", "us_10000.csv", VISITS, "mmrm", MMRM + "\ndf: satterthwaite", 4, 500, 35.0),
    ("mmrm us, 123 patients, Kenward–Roger", "us_123.csv", VISITS, "mmrm", MMRM + "\ndf: kenward-roger-full", 20, 100, 7.3),
]
LMER = "random intercept and slope, 100,000 patients × 10"
RECORDED_LMER = 23.0
GENERATED = {
    "trial_100000.csv": (trial, 100_000), "us_123.csv": (unstructured, 123), "us_1000.csv": (unstructured, 1000),
    "us_10000.csv": (unstructured, 10_000), "ols1m.csv": (ordinary, 1_000_000),
}
INSTEVAL = 'suppressMessages(library(lme4)); data(InstEval); write.csv(InstEval, "%s", row.names = FALSE, quote = FALSE)'
FIT = """suppressMessages({library(stats); library(%s)}); file <- "%s"; %s
for (run in 1:%d) { gc(FALSE); used <- system.time(result <- %s); cat("CPU", used[[1]] + used[[2]], "\\n") }"""
WHOLE = 'suppressMessages(library(%s)); file <- "%s"; %s; print(%s)'


def run(command, folder):
    """CPU seconds and peak memory in MB of a process, and what it printed."""
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, cwd=folder, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = status
        output.seek(0)
        text = output.read().decode(errors="replace")
    if status != 0:
        sys.exit(f"{' '.join(command)[:200]} failed:\n{text[-2000:]}")
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, text


def notebook(place, file, columns, step, parameters, copies):
    """Writes a notebook that loads a table and fits so many models to it."""
    parts = ["---\ntitle: A benchmark\n---\n", f"```{{load}} rows\nfile: {file}\ncolumns:\n  {columns}\n```\n"]
    parts += [f"```{{{step}}} model{copy}\ndata: rows\n{parameters}\n```\n" for copy in range(copies)]
    name = f"n{copies}.md"
    (place / name).write_text("\n".join(parts))
    return name


def prepare(folder, names, rscript):
    for name in names:
        path = folder / name
        if path.exists():
            continue
        if name in GENERATED:
            make, size = GENERATED[name]
            make(path, size)
        elif name == "insteval.csv":
            if rscript:
                subprocess.run([rscript, "-e", INSTEVAL % path], check=True)
        else:
            shutil.copy(ROOT / "Tests/Reference/data" / name, path)


def measure(case, options, place, data):
    """Our fit, our whole process, our peak; R's fit and whole process, or None."""
    name, file, columns, step, parameters, copies, _, peer = case
    if not (place / file).exists():
        shutil.copy(data / file, place / file)
    base = notebook(place, file, columns, step, parameters, 0)
    one = notebook(place, file, columns, step, parameters, 1)
    many = notebook(place, file, columns, step, parameters, copies)
    ours = lambda name: run([options.colophon, "run", "--no-cache", "-q", name], place)
    fits, wholes, peak = [], [], 0.0
    for _ in range(options.rounds):
        loaded = ours(base)[0]
        fits.append((ours(many)[0] - loaded) / copies)
        whole, memory, _ = ours(one)
        wholes.append(whole)
        peak = max(peak, memory)
    theirs, whole = None, None
    if isinstance(peer, tuple) and options.rscript:
        library, prepare_data, expression, runs = peer
        program = FIT % (library, data / file, prepare_data, runs, expression)
        lines = run([options.rscript, "--vanilla", "-e", program], place)[2].splitlines()
        theirs = statistics.median(float(line.split()[1]) for line in lines if line.startswith("CPU"))
        whole = run([options.rscript, "--vanilla", "-e", WHOLE % (library, data / file, prepare_data, expression)], place)[0]
    return statistics.median(fits), statistics.median(wholes), peak, theirs, whole


def number(value):
    return f"{value:.4f}" if value < 0.1 else f"{value:.3f}" if value < 1 else f"{value:.2f}"


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--colophon", default=str(ROOT / ".build/release/colophon"))
    arguments.add_argument("--rscript", default=shutil.which("Rscript"), help="R with lme4 and lmerTest; skipped if absent")
    arguments.add_argument("--data", help="a folder that keeps the generated data from one call to the next")
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--only", default="", help="cases whose name contains this")
    options = arguments.parse_args()
    options.colophon = os.path.abspath(options.colophon)
    os.environ["XDG_STATE_HOME"] = tempfile.mkdtemp()
    cases = [case for case in CASES if options.only in case[0]]
    kept = tempfile.mkdtemp()
    data = pathlib.Path(options.data or kept).resolve()
    data.mkdir(exist_ok=True)
    prepare(data, [case[1] for case in cases], options.rscript)

    broken, scale = False, None
    print("| case | colophon, fit | R, fit | ratio | promised | colophon, whole | R, whole | ratio | peak MB |")
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        place = pathlib.Path(folder)
        (place / "colophon.yaml").touch()
        for case in cases:
            name, file, promised, peer = case[0], case[1], case[6], case[7]
            if not (data / file).exists():
                print(f"| {name} | skipped: needs R with lme4 | | | | | | | |")
                continue
            fit, whole, peak, theirs, their_whole = measure(case, options, place, data)
            if name == LMER and theirs:
                scale = theirs / RECORDED_LMER
            mark = ""
            counts = isinstance(peer, tuple) or scale is not None
            if not isinstance(peer, tuple):
                theirs, mark = peer * (scale or 1), "*"
            cells = [name, number(fit), number(theirs) + mark if theirs else "–"]
            cells += [f"{theirs / fit:.0f}" if theirs else "–", f"{promised}", number(whole)]
            cells += [number(their_whole), f"{their_whole / whole:.0f}"] if their_whole else ["–", "–"]
            print("| " + " | ".join(cells + [f"{peak:.0f}"]) + " |", flush=True)
            broken |= counts and bool(theirs) and theirs / fit < promised
            broken |= name == LMER and peak > 150
    scaling = (f"times {scale:.2f}: lmer's time here over its recorded time" if scale
               else "not scaled to this machine, since lmer did not run here: these ratios are no promise kept or broken")
    print(f"\n\\* recorded seconds of the R package mmrm 0.3.18, {scaling}")
    shutil.rmtree(os.environ["XDG_STATE_HOME"])
    shutil.rmtree(kept)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
