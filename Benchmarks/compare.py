#!/usr/bin/env python3
"""Times one analysis as colophon runs it and as R Markdown does, and compares the numbers of both reports.

Linux only. Needs Python 3.8 or later and nothing beyond its standard library.
"""

import argparse
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
PROJECT = HERE.parent
NOTEBOOK = "notebooks/pbc-bilirubin.md"
DATA = PROJECT / "data" / "pbc" / "pbcseq.csv"
TOLERANCE = 1e-5
MEGABYTE = 1e6

PACKAGES = {
  "knitr": "r-cran-knitr",
  "rmarkdown": "r-cran-rmarkdown",
  "ggplot2": "r-cran-ggplot2",
  "lme4": "r-cran-lme4",
}
LMERTEST = {"lmerTest": "r-cran-lmertest"}

RENDER = """
a <- commandArgs(TRUE)
rmarkdown::render(
  a[1], output_file = "report.html", output_dir = a[2], intermediates_dir = a[2], quiet = TRUE,
  params = list(data = a[3], satterthwaite = a[4] == "yes", search = a[5], numbers = a[6]))
"""
LOAD = "suppressPackageStartupMessages({library(rmarkdown); library(%s); library(ggplot2)})"


class Failure(Exception):
  """Something that ends the comparison, with a message for whoever started it."""


# What is run


class Side:
  """One command that is measured. `command` makes it for an empty folder; `report` is what it must leave there."""

  def __init__(self, name, command, report="report.html"):
    self.name, self.command, self.report = name, command, report
    self.cpu, self.wall, self.memory = [], [], []


def sides(options):
  render = [options.rscript, "--vanilla", "-e", RENDER, str(HERE / "report.Rmd")]

  def markdown(satterthwaite, search="default"):
    # Where a run is timed, `numbers` is empty, and none are written; the run that warms up writes them.
    return lambda folder, numbers="": render + [folder, str(DATA), satterthwaite, search, numbers]

  def start(package):
    return lambda folder, numbers="": [options.rscript, "--vanilla", "-e", LOAD % package]

  def colophon(folder, numbers=""):
    return [options.colophon, "run", NOTEBOOK, "--project", str(PROJECT), "--output", folder, "--quiet", "--no-cache"]

  every = {
    "colophon": Side("colophon", colophon),
    "lmertest": Side("R Markdown, lmerTest", markdown("yes")),
    "lme4": Side("R Markdown, lme4", markdown("no")),
    "start": Side("R with lmerTest loaded, no analysis", start("lmerTest"), report=None),
  }
  measured = {key: every[key] for key in ["colophon"] + [key for key in every if key in options.against]}
  further = None
  if "lmertest" in measured:
    further = Side("lmerTest, searched further", markdown("yes", "further"))
  elif "lme4" in measured:
    further = Side("lme4, searched further", markdown("no", "further"))
  return measured, further


def spawn(command, folder):
  """Starts a command whose temporary files stay in `folder`, and returns it with the file of its complaints."""
  complaints = tempfile.TemporaryFile()
  environment = dict(os.environ, TMPDIR=folder)
  process = subprocess.Popen(
    command, cwd=PROJECT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=complaints)
  return process, complaints


def check_end(side, process, status, complaints, output):
  # The process was waited for here; Popen has to know, or it would wait again.
  process.returncode = os.WEXITSTATUS(status) if os.WIFEXITED(status) else -os.WTERMSIG(status)
  with complaints:
    if process.returncode != 0:
      complaints.seek(0)
      text = complaints.read().decode(errors="replace").strip()
      raise Failure(f"{side.name} ended with {process.returncode}.\n{text}")
  if side.report and not os.path.exists(os.path.join(output, side.report)):
    raise Failure(f"{side.name} left no {side.report}.")


class Folder:
  """A temporary folder for one run: `output` for the report, not yet there, beside `scratch` for the rest."""

  def __enter__(self):
    self.place = tempfile.TemporaryDirectory(prefix="bench-")
    self.scratch = os.path.join(self.place.name, "scratch")
    os.mkdir(self.scratch)
    self.output = os.path.join(self.place.name, "output")
    return self

  def __exit__(self, *failure):
    self.place.cleanup()


# How it is measured


def timed(side):
  """One run without anything else going on: CPU seconds of the process and all it waited for, and wall seconds."""
  with Folder() as folder:
    command = side.command(folder.output)
    begin = time.perf_counter()
    process, complaints = spawn(command, folder.scratch)
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    check_end(side, process, status, complaints, folder.output)
  side.cpu.append(used.ru_utime + used.ru_stime)
  side.wall.append(wall)


def resident(root):
  """Bytes of memory that a process and its descendants hold at this moment.

  A child that still has its parent's name was only just forked: until it becomes another program it holds its parent's
  pages, which are counted there.
  """
  children, names, pages = {}, {}, {}
  for entry in os.listdir("/proc"):
    if not entry.isdigit():
      continue
    try:
      with open(f"/proc/{entry}/stat", errors="replace") as file:
        # The name, in parentheses, may itself hold spaces and parentheses.
        head, _, tail = file.read().rpartition(")")
    except OSError:
      continue
    fields = tail.split()
    children.setdefault(int(fields[1]), []).append(int(entry))
    names[int(entry)] = head.partition("(")[2]
    pages[int(entry)] = int(fields[21])
  total, left = 0, [(root, None)]
  while left:
    process, parent = left.pop()
    name = names.get(process)
    if name != parent:
      total += pages.get(process, 0)
    left += [(child, name) for child in children.get(process, [])]
  return total * os.sysconf("SC_PAGE_SIZE")


def weighed(side):
  """One run that is looked at every two milliseconds. It isn't timed, because looking takes time as well."""
  with Folder() as folder:
    process, complaints = spawn(side.command(folder.output), folder.scratch)
    peak = 0
    while True:
      ended, status, used = os.wait4(process.pid, os.WNOHANG)
      if ended:
        break
      peak = max(peak, resident(process.pid))
      time.sleep(0.002)
    check_end(side, process, status, complaints, folder.output)
  # The kernel's own figure misses no moment, but knows the largest process only and not the sum.
  side.memory.append(max(peak, used.ru_maxrss * 1024))


# Whether both say the same


def keyed(rows, *keys):
  """Rows of a result, as {"key|key|column": value}."""
  numbers = {}
  for row in rows["rows"]:
    name = "|".join(str(row[key]) for key in keys)
    for column, value in row.items():
      if column not in keys and isinstance(value, (int, float)) and not isinstance(value, bool):
        numbers[f"{name}|{column}"] = value
  return numbers


def numbers_of_colophon(options, run):
  """The numbers that `colophon show` prints, under the names that report.Rmd writes."""

  def show(path):
    command = [options.colophon, "show", run, path]
    done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if done.returncode != 0:
      raise Failure(f"colophon show {path}: {done.stderr.decode(errors='replace').strip()}")
    return flat(json.loads(done.stdout))

  def flat(value):
    """Keyed results as records that hold their names beside their values: {"names": [..], "value": {..}} → {..}."""
    if isinstance(value, list):
      return [flat(item) for item in value]
    if not isinstance(value, dict):
      return value
    if "key" in value and "rows" in value:
      rows = []
      for row in value["rows"]:
        inner = flat(row["value"])
        rest = inner if isinstance(inner, dict) and "rows" not in inner else {"value": inner}
        rows.append({**dict(zip(value["key"], row["names"])), **rest})
      return {"key": value["key"], "rows": rows}
    return {name: flat(item) for name, item in value.items()}

  found = {}

  def add(result, numbers):
    found.update({f"{result}|{name}": value for name, value in numbers.items()})

  for row in show("two_years.dropped")["rows"]:
    found[f"rows|{row['because']}|dropped"] = row["n"]
  add("patients", keyed(show("patients.numbers"), "variable", "group"))
  add("patients", keyed(show("patients.levels"), "variable", "level", "group"))
  for row in show("values.rows")["rows"]:
    for variable, summary in row.items():
      if isinstance(summary, dict):
        add("values", {f"{variable}|{row['arm']}|{column}": value for column, value in summary.items()})
  add("courses", keyed(show("courses.means"), "arm", "window"))
  add("entry", keyed(show("entry.terms"), "term"))
  for name in ["sigma", "r_squared"]:
    found[f"entry|{name}"] = show(f"entry.{name}")
  for model in ["growth", "reference"]:
    add(model, keyed(show(f"{model}.terms"), "term"))
    for name in ["log_likelihood", "aic", "bic", "sigma"]:
      found[f"{model}|{name}"] = show(f"{model}.{name}")
    for term in ["(Intercept)", "year"]:
      found[f"{model}|sd|{term}"] = show(f'{model}.varcorr["patient"].sd["{term}"]')
    found[f"{model}|corr|(Intercept)|year"] = show(f'{model}.varcorr["patient"].corr["(Intercept)", "year"]')
  return found


def numbers_of_r(path):
  numbers = {}
  with open(path, encoding="utf-8") as file:
    for line in file:
      name, _, value = line.rstrip("\n").rpartition("\t")
      numbers[name] = float(value)
  return numbers


def difference(one, other):
  """Relative difference; 0 where both are equal, also where both are 0; infinite where one isn't a number."""
  if not (math.isfinite(one) and math.isfinite(other)):
    return math.inf
  return 0.0 if one == other else abs(one - other) / max(abs(one), abs(other))


# What the agreement is told of, in order: a label, and which names it covers.
GROUPS = [
  ("Rows dropped, patients at entry, summary, means of the figure",
   lambda part: part[0] in ("rows", "patients", "values", "courses")),
  ("Regression at entry: all", lambda part: part[0] == "entry"),
] + [
  (f"{model}: {label}", lambda part, model=model, columns=columns: part[0] == model and columns(part))
  for model in ["growth", "reference"]
  for label, columns in [
    ("estimates", lambda part: part[-1] == "estimate"),
    ("standard errors", lambda part: part[-1] == "std_error"),
    ("degrees of freedom", lambda part: part[-1] == "df"),
    ("intervals, t and P", lambda part: part[-1] in ("conf_low", "conf_high", "statistic", "p_value")),
    ("log-likelihood, AIC, BIC", lambda part: part[-1] in ("log_likelihood", "aic", "bic")),
    ("SDs and correlation", lambda part: part[1] in ("sigma", "sd", "corr")),
  ]
]


def agreement(ours, theirs):
  """For each group its count of numbers and greatest difference, and the names of those beyond the tolerance."""
  # Without degrees of freedom the intervals are the normal ones, which are another thing than colophon's.
  comparable = {
    name: value for name, value in theirs.items()
    if not (name.endswith(("|conf_low", "|conf_high")) and name.partition("|")[0] in ("growth", "reference")
            and f"{name.rpartition('|')[0]}|df" not in theirs)
  }
  missing = [name for name in comparable if name not in ours]
  if missing:
    raise Failure(f"R reports numbers that colophon doesn't: {', '.join(missing[:5])}")
  found, beyond, seen = {}, [], set()
  for label, covers in GROUPS:
    names = [name for name in comparable if name not in seen and covers(name.split("|"))]
    seen.update(names)
    apart = {name: difference(ours[name], comparable[name]) for name in names}
    if names:
      found[label] = (len(names), max(apart.values()))
    beyond += [(name, value) for name, value in apart.items() if value > TOLERANCE]
  rest = [name for name in comparable if name not in seen]
  if rest:
    raise Failure(f"No comparison covers {', '.join(rest[:5])}")
  return found, beyond


# What is printed


def machine():
  model = "unknown CPU"
  with open("/proc/cpuinfo") as file:
    for line in file:
      if line.startswith("model name"):
        model = line.partition(":")[2].strip()
        break
  cores = len(os.sched_getaffinity(0))
  return f"{cores} core{'' if cores == 1 else 's'}, {model}"


def output_of(command):
  done = subprocess.run(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
  return done.stdout.decode(errors="replace").strip() if done.returncode == 0 else ""


def require(options):
  """Ends with a message where something is missing; otherwise returns the versions in use."""
  if not sys.platform.startswith("linux"):
    raise Failure("The comparison reads /proc and so runs on Linux only.")
  if not os.access(options.colophon, os.X_OK):
    raise Failure("There is no colophon to run. Build it with `swift build -c release`, or name one with --colophon.")
  versions = [output_of([options.colophon, "--version"]) or "colophon of unknown version"]
  if not options.against:
    return versions
  if shutil.which(options.rscript) is None:
    raise Failure("Rscript is missing. Debian has it in r-base-core; --against none measures colophon alone.")
  needed = dict(PACKAGES, **(LMERTEST if {"lmertest", "start"} & set(options.against) else {}))
  script = """
    cat("R", as.character(getRversion()), "\\n")
    for (p in commandArgs(TRUE)) if (requireNamespace(p, quietly = TRUE)) cat(p, as.character(packageVersion(p)), "\\n")
    if (requireNamespace("rmarkdown", quietly = TRUE) && rmarkdown::pandoc_available())
      cat("pandoc", as.character(rmarkdown::pandoc_version()), "\\n")
    cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\\n")
  """
  lines = [line.split() for line in output_of([options.rscript, "--vanilla", "-e", script, *needed]).splitlines()]
  found = {line[0]: line[1] for line in lines if len(line) == 2}
  missing = {name: package for name, package in {**needed, "pandoc": "pandoc"}.items() if name not in found}
  if missing:
    raise Failure(
      f"R lacks {', '.join(missing)}. On Debian: apt-get install --no-install-recommends "
      + " ".join(missing.values()))
  return versions + [f"{name} {version}" for name, version in found.items()]


def ratio(side, base, of):
  pairs = [other / one for one, other in zip(of(base), of(side))]
  return f"{statistics.median(pairs):.0f} ({min(pairs):.0f} to {max(pairs):.0f})"


def figures(every, runs):
  base = every["colophon"]
  print(f"Medians of {runs} runs of each, in turn, after one to warm up. The ratios are to the run of colophon in")
  print("the same round: their median (least to greatest).")
  print()
  print("| | CPU s | wall s | peak memory MB | CPU ratio | wall ratio |")
  print("|---|---:|---:|---:|---:|---:|")
  for side in every.values():
    cells = [
      side.name, f"{statistics.median(side.cpu):.3f}", f"{statistics.median(side.wall):.3f}",
      f"{statistics.median(side.memory) / MEGABYTE:.0f}" if side.memory else "–",
    ]
    cells += ["1", "1"] if side is base else [ratio(side, base, lambda s: s.cpu), ratio(side, base, lambda s: s.wall)]
    print("| " + " | ".join(cells) + " |")


def say_agreement(compared):
  """`compared` holds the name and the agreement of each report; the last one is the report that has to agree."""
  print("Largest relative difference from the numbers of colophon; bold beyond 1e-5.")
  print()
  names = [name for name, _ in compared]
  print("| | numbers | " + " | ".join(names) + " |")
  print("|---|---:|" + "---:|" * len(names))
  for label, _ in GROUPS:
    cells, count = [], 0
    for _, (found, _) in compared:
      if label not in found:
        cells.append("–")
        continue
      count = max(count, found[label][0])
      text = f"{found[label][1]:.1e}"
      cells.append(f"**{text}**" if found[label][1] > TOLERANCE else text)
    if count:
      print(f"| {label} | {count} | " + " | ".join(cells) + " |")
  for name, (_, beyond) in compared:
    if beyond:
      print()
      print(f"Beyond 1e-5 in {name}:")
      print()
      for number, value in sorted(beyond, key=lambda pair: -pair[1]):
        print(f"- `{number}`: {value:.1e}")
  print()
  name, (_, beyond) = compared[-1]
  total = sum(count for count, _ in compared[-1][1][0].values())
  if beyond:
    print(f"The two do not agree: {len(beyond)} of {total} numbers of {name} are beyond 1e-5.")
  else:
    print(f"The two agree: all {total} numbers of {name} are within 1e-5 of those of colophon.")
  return not beyond


def main():
  parser = argparse.ArgumentParser(
    description="Compares colophon with R Markdown on the same analysis: time, memory and the numbers.")
  parser.add_argument("--runs", type=int, default=11, metavar="N", help="timed runs of each (default: 11)")
  parser.add_argument(
    "--memory-runs", type=int, default=3, metavar="N", help="further runs whose memory is looked at (default: 3)")
  parser.add_argument(
    "--against", default="lmertest,lme4,start", metavar="LIST",
    help="what colophon is compared with: lmertest, lme4, start (R and its packages loaded, nothing computed), "
    "with commas between them, or none (default: lmertest,lme4,start)")
  parser.add_argument(
    "--colophon", default=str(PROJECT / ".build" / "release" / "colophon"), metavar="FILE",
    help="the colophon to measure (default: the release build)")
  parser.add_argument("--rscript", default="Rscript", metavar="FILE", help="the Rscript to measure")
  options = parser.parse_args()
  options.against = [] if options.against == "none" else [word.strip() for word in options.against.split(",")]
  unknown = set(options.against) - {"lmertest", "lme4", "start"}
  if unknown:
    parser.error(f"--against doesn't know {', '.join(sorted(unknown))}")
  if options.runs < 1 or options.memory_runs < 0:
    parser.error("--runs is at least 1, --memory-runs at least 0")
  options.colophon = os.path.abspath(options.colophon)

  versions = require(options)
  every, further = sides(options)
  print(f"Machine: {machine()}.")
  print(f"Software: {', '.join(versions)}.")
  print()

  # The runs that warm up are also the ones whose numbers are compared. A last one, which isn't timed, has R search
  # further than it does unasked, so that a difference that remains isn't one of where the search stopped.
  ours, compared = None, []
  for key, side in [*every.items(), ("further", further)]:
    if side is None:
      continue
    with Folder() as folder:
      numbers = os.path.join(folder.scratch, "numbers.tsv")
      process, complaints = spawn(side.command(folder.output, numbers), folder.scratch)
      _, status, _ = os.wait4(process.pid, 0)
      check_end(side, process, status, complaints, folder.output)
      if key == "colophon":
        ours = numbers_of_colophon(options, folder.output)
      elif side.report:
        compared.append((side.name, agreement(ours, numbers_of_r(numbers))))

  for number in range(options.runs):
    for side in every.values():
      timed(side)
    if sys.stderr.isatty():
      print(f"\rround {number + 1} of {options.runs}", end="", file=sys.stderr, flush=True)
  for _ in range(options.memory_runs):
    for side in every.values():
      weighed(side)
  if sys.stderr.isatty():
    print("\r" + " " * 40 + "\r", end="", file=sys.stderr)

  figures(every, options.runs)
  if not compared:
    return 0
  print()
  return 0 if say_agreement(compared) else 1


if __name__ == "__main__":
  try:
    sys.exit(main())
  except Failure as failure:
    sys.exit(f"compare.py: {failure}")
  except KeyboardInterrupt:
    sys.exit(130)
