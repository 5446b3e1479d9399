/* Arithmetic on unevaluated sums of two doubles, after Dekker (1971) and Knuth.
 *
 * Only + - * / and square root are used, each rounded once, so that results are the same bits
 * on every IEEE 754 machine. A fused multiply-add would give other (if better) low parts: it is
 * switched off here, and -ffp-contract=off does no harm. */
#pragma once
#pragma STDC FP_CONTRACT OFF
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC optimize ("fp-contract=off") /* gcc ignores the standard pragma */
#endif

#include <stdint.h>

#if defined(__FAST_MATH__)
#error "double-double arithmetic needs IEEE semantics: do not use -ffast-math"
#endif

#define INLINE static inline __attribute__((always_inline))
#define LIKELY(c) __builtin_expect(!!(c), 1)
#define UNLIKELY(c) __builtin_expect(!!(c), 0)
#define INF __builtin_inf()

typedef struct { double hi, lo; } dd;

/* The __builtin_ forms stay in line under -fno-builtin, where memcpy would be a call. */
INLINE uint64_t bits_of(double x) { uint64_t u; __builtin_memcpy(&u, &x, 8); return u; }
INLINE double from_bits(uint64_t u) { double x; __builtin_memcpy(&x, &u, 8); return x; }
INLINE double magnitude(double x) { return from_bits(bits_of(x) & 0x7fffffffffffffffu); }
INLINE int is_negative(double x) { return (int)(bits_of(x) >> 63); }
INLINE double with_sign(double x, double s) {
    return from_bits((bits_of(x) & 0x7fffffffffffffffu) | (bits_of(s) & 0x8000000000000000u));
}
/* 2^k for normal exponents. */
INLINE double power_of_two(int k) { return from_bits((uint64_t)(k + 1023) << 52); }

/* NaN from an invalid operation: one fixed pattern, as the sign of 0/0 differs by machine. */
INLINE double invalid(void) { return from_bits(0x7ff8000000000000u); }
/* A NaN argument comes back quiet; payload and sign are kept alike everywhere. */
INLINE double quiet(double x) { return from_bits(bits_of(x) | 0x0008000000000000u); }

/* Nearest integer for |x| < 2^51: adding 1.5 * 2^52 leaves no fraction bits. */
INLINE double nearest(double x, int64_t *n) {
    double t = x + 0x1.8p52;
    *n = (int64_t)(bits_of(t) - 0x4338000000000000u);
    return t - 0x1.8p52;
}

INLINE dd quick_two_sum(double a, double b) { /* needs |a| >= |b| or a = 0 */
    double s = a + b;
    return (dd){s, b - (s - a)};
}
INLINE dd two_sum(double a, double b) {
    double s = a + b, v = s - a;
    return (dd){s, (a - (s - v)) + (b - v)};
}
/* Veltkamp's split. It would overflow past 2^996: callers scale their arguments first. */
INLINE dd split(double a) {
    double t = a * 0x1.0000002p27, h = t - (t - a);
    return (dd){h, a - h};
}
INLINE dd product_of_split(double a, dd sa, double b, dd sb) {
    double p = a * b;
    return (dd){p, ((sa.hi * sb.hi - p) + sa.hi * sb.lo + sa.lo * sb.hi) + sa.lo * sb.lo};
}
INLINE dd two_product(double a, double b) { return product_of_split(a, split(a), b, split(b)); }
INLINE dd two_square(double a) {
    dd s = split(a);
    double p = a * a;
    return (dd){p, ((s.hi * s.hi - p) + 2 * (s.hi * s.lo)) + s.lo * s.lo};
}

INLINE dd dd_add(dd a, dd b) {
    dd s = two_sum(a.hi, b.hi), t = two_sum(a.lo, b.lo);
    s = quick_two_sum(s.hi, s.lo + t.hi);
    return quick_two_sum(s.hi, s.lo + t.lo);
}
INLINE dd dd_add_double(dd a, double b) {
    dd s = two_sum(a.hi, b);
    return quick_two_sum(s.hi, s.lo + a.lo);
}
INLINE dd dd_scale(dd a, double s) { return (dd){a.hi * s, a.lo * s}; } /* s a power of two or a sign */
INLINE dd dd_multiply(dd a, dd b) {
    dd p = two_product(a.hi, b.hi);
    return quick_two_sum(p.hi, p.lo + (a.hi * b.lo + a.lo * b.hi));
}
INLINE dd dd_divide(dd a, dd b) {
    /* One division: the remainder makes good the quotient's extra rounding. */
    double inverse = 1.0 / b.hi, q = a.hi * inverse;
    dd p = two_product(q, b.hi);
    double r = ((a.hi - p.hi) - p.lo + a.lo) - q * b.lo;
    return quick_two_sum(q, r * inverse);
}
/* Karp's square root: one Newton step on the rounded root. a.hi > 0. */
INLINE dd dd_sqrt(dd a) {
    double s = __builtin_sqrt(a.hi), half_inverse = 0.5 / s;
    dd p = two_square(s);
    return quick_two_sum(s, (((a.hi - p.hi) - p.lo) + a.lo) * half_inverse);
}

/* Ziv's test: whether an error of up to epsilon in a could change its rounding. */
INLINE int settled(dd a, double epsilon) { return a.hi + (a.lo - epsilon) == a.hi + (a.lo + epsilon); }

/* m all ones: a; m zero: b, without a branch to mispredict. */
INLINE double choose(uint64_t m, double a, double b) { return from_bits((bits_of(a) & m) | (bits_of(b) & ~m)); }

/* (a.hi + a.lo) * 2^k rounded once, also where the result is subnormal; 0.5 <= |a.hi| <= 4. */
INLINE double scaled(dd a, int k) {
    if (LIKELY(k > -1021 && k < 1022)) return (a.hi + a.lo) * power_of_two(k);
    if (k >= 1022) {
        if (k > 1100) k = 1100;
        return (a.hi + a.lo) * 0x1p1021 * power_of_two(k - 1021);
    }
    if (k < -1090) return a.hi * 0x1p-1022 * 0x1p-1022;
    dd s = quick_two_sum(a.hi, a.lo);
    if (magnitude(s.hi) >= power_of_two(-1022 - k)) return s.hi * 0x1p-1000 * power_of_two(k + 1000);
    /* A number whose last place is 2^-1074 in the scaled world rounds the sum to that place. */
    double c = with_sign(power_of_two(-1022 - k), a.hi);
    dd t = two_sum(c, s.hi);
    return (t.hi + (t.lo + s.lo) - c) * 0x1p-1000 * power_of_two(k + 1000);
}
