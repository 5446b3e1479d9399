#!/usr/bin/env python3
"""Writes the constant tables of CElementary (run in this folder; output is deterministic).

Every value is computed with mpmath at 2000 bits and rounded once, so the C sources
never ask a platform's own libm for a constant.
"""
from mpmath import mp, mpf, log, pi, sin, atan, floor, nint

mp.prec = 2000


def rounded(v, bits=53):
    """v rounded to the given number of significant bits, as an exact mpf."""
    if v == 0:
        return mpf(0)
    e = mp.mag(v) - bits
    return nint(v * mpf(2) ** -e) * mpf(2) ** e


def hexa(v):
    return float(v).hex()


def pair(v):
    hi = rounded(v)
    return hi, rounded(v - hi)


def parts(v, *bits):
    """v split into pieces of the given lengths, whose sum approximates it."""
    out = []
    for b in bits:
        p = rounded(v, b)
        out.append(p)
        v -= p
    return out


def write(name, lines):
    with open(name, "w", encoding="ascii") as f:
        f.write("/* Written by generate_tables.py; do not edit. */\n#pragma once\n\n")
        f.write("\n".join(lines) + "\n")


def rows(head, values):
    return [head + " = {"] + ["    {%s}," % ", ".join(hexa(x) for x in v) for v in values] + ["};"]


def main():
    ln2 = log(2)
    c = []

    def define(name, value):
        c.append("#define %s %s" % (name, hexa(value)))

    for i, p in enumerate(parts(ln2 / 128, 34, 34, 53), 1):
        define("LN2_OVER_128_%d" % i, p)
    for i, p in enumerate(parts(ln2, 42, 53), 1):
        define("LN2_%d" % i, p)
    for i, p in enumerate(parts(pi / 128, 31, 31, 31, 53), 1):
        define("PI_OVER_128_%d" % i, p)
    for name, v in (("LN2", ln2), ("INV_LN2", 1 / ln2), ("INV_LN10", 1 / log(10)), ("PI", pi),
                    ("HALF_PI", pi / 2), ("THIRD", mpf(1) / 3), ("PI128", pi / 128)):
        hi, lo = pair(v)
        define(name + "_HI", hi)
        define(name + "_LO", lo)
    define("INV_LN2_TIMES_128", rounded(128 / ln2))
    define("INV_PI_TIMES_128", rounded(128 / pi))
    for n, d in ((1, 6), (1, 24), (1, 120), (1, 720), (1, 5040), (1, 40320), (1, 362880), (3, 40),
                 (1, 3), (1, 5), (1, 7), (1, 9), (1, 11), (1, 13), (1, 10), (5, 81), (5, 112), (35, 1152), (63, 2816)):
        line = "#define Q_%d_%d %s" % (n, d, hexa(rounded(mpf(n) / d)))
        if line not in c:
            c.append(line)
    write("constants_table.h", c)

    write("exp2_table.h", ["/* 2^(j/128) as double-double. */"] +
          rows("static const double exp2_table[128][2]", [pair(mpf(2) ** (mpf(j) / 128)) for j in range(128)]))

    # Interval i holds the z whose bits, less those of 0x1.61p-1, have the leading seven bits i.
    out = []
    for i in range(128):
        bits = 0x3fe6100000000000 + (i << 45) + (1 << 44)
        m = mpf((bits & ((1 << 52) - 1)) | (1 << 52)) / (1 << 52)
        z = m * mpf(2) ** ((bits >> 52) - 1023)
        # A few bits only, so that the product with either half of z is exact.
        inv = nint(1024 / z) / 1024
        out.append((inv,) + pair(-log(inv)) + pair(-log(inv) / ln2))
    write("log_table.h", ["/* 1/c to ten bits, log(c) and log2(c) as double-doubles. */"] +
          rows("static const double log_table[128][5]", out))

    def sine(j):
        return mpf(0) if j % 128 == 0 else sin(pi * j / 128)
    write("sine_table.h", ["/* sin(j pi/128) as double-double, one whole turn. */"] +
          rows("static const double sine_table[256][2]", [pair(sine(j)) for j in range(256)]))
    write("arctangent_table.h", ["/* atan(j/64) as double-double. */"] +
          rows("static const double arctangent_table[65][2]", [pair(atan(mpf(j) / 64)) for j in range(65)]))

    out = []
    for j in range(47):
        s = mpf(j) / 64
        out.append(pair(mp.sqrt(1 - s * s)) + pair(mp.asin(s)))
    write("arcsine_table.h", ["/* cos t and t for sin t = j/64, as double-doubles. */"] +
          rows("static const double arcsine_table[47][4]", out))
    out = []
    for j in range(66):
        t = mp.taylor(mp.asin, mpf(j) / 128, 8)
        out.append(pair(t[0]) + tuple(rounded(v) for v in t[1:]))
    write("arcsine_series_table.h", ["/* asin c as double-double and the Taylor coefficients there, c = j/128. */"] +
          rows("static const double arcsine_series_table[66][10]", out))
    out = [pair(atan(mpf(2) ** (j // 32 - 7) * (1 + mpf(j % 32) / 32))) for j in range(449)]
    write("arctangent_octaves_table.h", ["/* atan c, c = 2^(j/32 - 7) (1 + (j mod 32)/32), as double-double. */"] +
          rows("static const double arctangent_octaves_table[449][2]", out))

    n = int(floor(2 / pi * mpf(2) ** (64 * 22)))
    words = [0] + [(n >> (64 * (21 - i))) & (2 ** 64 - 1) for i in range(22)]
    write("two_over_pi_table.h", ["/* The bits of 2/pi, after one word of zeros. */",
                                  "static const uint64_t two_over_pi_table[23] = {"] +
          ["    0x%016xu," % w for w in words] + ["};"])


main()
