/* What the checks share: the functions under test by name, and seeded arguments. */
#pragma once
#pragma STDC FP_CONTRACT OFF /* the arguments too must be the same everywhere */
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize ("fp-contract=off")
#endif
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define fabs __builtin_fabs /* so that no libm need be linked beside ours */
void sincos(double, double *, double *);

typedef double (*unary)(double);
typedef double (*binary)(double, double);

static inline uint64_t bits_of(double x) { uint64_t u; __builtin_memcpy(&u, &x, 8); return u; }
static inline double from_bits(uint64_t u) { double x; __builtin_memcpy(&x, &u, 8); return x; }

/* splitmix64 (Steele, Lea, Flood 2014) */
static uint64_t state;
static inline uint64_t next64(void) {
    uint64_t z = (state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}
static inline double unit(void) { return (double)(next64() >> 11) * 0x1p-53; }
static inline double uniform(double a, double b) { return a + (b - a) * unit(); }
static inline double sign(double x) { return next64() & 1 ? -x : x; }
/* 2^e times a random significand, e in [a, b]; sign random */
static inline double exponent(int a, int b) {
    int e = a + (int)(next64() % (uint64_t)(b - a + 1));
    return sign(from_bits((next64() >> 12) | 0x3ff0000000000000u) * (e < -1000 ? from_bits((uint64_t)(e + 1223) << 52) * 0x1p-200 : from_bits((uint64_t)(e + 1023) << 52)));
}
static inline double pattern(void) { return from_bits(next64()); }
static inline double near_point(double c) { return c + sign(from_bits((next64() >> 12) | (uint64_t)(1023 - (next64() % 54)) << 52)) * (c == 0 ? 1 : fabs(c)); }

/* sincos gives its sine or its cosine by the last bit of the argument. */
static inline double sincos_either(double x) {
    double s, c;
    sincos(x, &s, &c);
    return bits_of(x) & 1 ? c : s;
}
