#!/usr/bin/env python3
"""What filtering, deriving and grouping a million rows cost, beside polars on the same rows, in CPU time.

Needs polars (`pip install polars` in an environment of its own) and built tests (`make test` builds them). Both sides run
on one thread; the least of seven runs counts, and a ratio is taken within one run of this script. What is timed is
the operation itself: checking the expression, evaluating it and making the new columns or the filtered table. A step of
a notebook also hashes the new columns, which polars has no counterpart for; `colophon run --no-cache` shows its time.
"""

import argparse
import os
import re
import subprocess
import sys
import time

os.environ["POLARS_MAX_THREADS"] = "1"
import polars as pl  # noqa: E402  (after the number of threads is set)


def table(rows):
    """The rows of Tests/TablesTests/TableBenchmark.swift: synthetic, by one linear congruence."""
    state = 20_260_701
    columns = [[], [], [], [], []]
    ranges = [(5, 200), (20, 25), (40, 200), (0.8, 2), (5, 150)]
    for _ in range(rows):
        for column, (low, width) in zip(columns, ranges):
            state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
            column.append(round((low + (state >> 32) / 4294967296 * width) * 10) / 10)
    names = ["tbil", "alb", "creat", "inr", "alt"]
    frame = {"patient": [f"P{1_000_000 + row // 10}" for row in range(rows)], "week": [row % 10 * 4.0 for row in range(rows)]}
    frame["site"] = ["ABCD"[row // 10 % 4] for row in range(rows)]
    frame.update(zip(names, columns))
    # Interned texts on both sides: colophon's ids are codes too.
    return pl.DataFrame(frame).with_columns(pl.col("patient", "site").cast(pl.Categorical))


def operations(frame):
    c = pl.col
    level = pl.when(c.alb < 28).then(1.0).otherwise(pl.when(c.alb < 35).then(2.0).otherwise(3.0))
    creatinine, bilirubin = (c.creat / 88.4).clip(1, 4), (c.tbil / 17.1).clip(1)
    meld = 10 * (0.957 * creatinine.log() + 0.378 * bilirubin.log() + 1.12 * c.inr.clip(1).log() + 0.643)
    baseline = c.tbil.filter(c.week == 0).first().over("patient")
    return {
        "filter": lambda: frame.filter((c.tbil > 34.2) & (c.week <= 4) & (c.site != "B")),
        "derive": lambda: frame.with_columns(
            ratio=c.tbil / c.alb, high=(c.tbil > 51.3) | (c.alt > 100), level=level),
        "logarithm": lambda: frame.with_columns(log=c.tbil.log()),
        "group": lambda: frame.with_columns(mean=c.tbil.mean().over("patient"), worst=c.alt.max().over("patient")),
        "order": lambda: frame.with_columns(
            fall=c.tbil - baseline, before=c.alb.shift(1).over("patient", order_by="week")),
        "score": lambda: frame.with_columns(meld=meld.round().clip(6, 40)),
    }


def cost(operation):
    least = float("inf")
    for _ in range(7):
        before = time.process_time()
        operation()
        least = min(least, time.process_time() - before)
    return least * 1000


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    options = arguments.parse_args()
    command = ["swift", "test", "-c", "release", "-debug-info-format", "none", "--skip-build", "--filter", "TableBenchmark"]
    environment = dict(os.environ, COLOPHON_TABLES=str(options.rows))
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout
    own = {name: float(value) for name, value in re.findall(r"^cost (\w+) ([0-9.]+)$", printed, re.M)}
    if not own:
        sys.exit("the tests printed no costs: build them first")
    print(f"{options.rows:,} rows, CPU milliseconds, polars {pl.__version__} on one thread")
    print(f"{'operation':12}{'colophon':>10}{'polars':>10}{'ratio':>8}")
    for name, operation in operations(table(options.rows)).items():
        other = cost(operation)
        print(f"{name:12}{own[name]:10.1f}{other:10.1f}{own[name] / other:8.2f}")


if __name__ == "__main__":
    main()
