/* pow: e^(y log x) with the logarithm and the product in double-double. */
#include "exponential_core.h"
#include "logarithm_core.h"
#pragma STDC FP_CONTRACT OFF

/* 0: y no integer, 1: odd, 2: even. y finite. */
static int parity(double y) {
    double a = magnitude(y);
    if (a >= 0x1p53) return 2;
    if (a < 1.0) return a == 0.0 ? 2 : 0;
    int64_t n = (int64_t)a;
    if ((double)n != a) return 0;
    return n & 1 ? 1 : 2;
}

/* Annex F's table, for zero, infinite or NaN arguments. */
static double power_special(double x, double y) {
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x != x) return quiet(x);
    if (y != y) return quiet(y);
    double a = magnitude(x);
    if (magnitude(y) == INF) {
        if (a == 1.0) return 1.0;
        return (a > 1.0) == (y > 0) ? INF : 0.0;
    }
    int odd = parity(y) == 1;
    double r = (a == INF) == (y > 0) ? INF : 0.0;
    return odd && is_negative(x) ? -r : r;
}

/* Powers of short numbers can be exact, or fall half way between two doubles, which no
 * approximation would settle: these are multiplied out. a = m 2^e with m odd; a half way case has
 * m^y of 54 bits, so m has at most 27. Roots of squares are reduced to whole powers first. */
static int power_exact(double a, double y, double *result) {
    for (int i = 0; i < 5 && parity(y) == 0; i++) {
        double s = __builtin_sqrt(a);
        if ((bits_of(s) & 0x07ffffffu) != 0 || s * s != a) return 0;
        a = s;
        y *= 2.0;
    }
    if (parity(y) == 0 || magnitude(y) > 4096.0 || a < 0x1p-1022) return 0;
    uint64_t bits = bits_of(a), m = (bits & 0x000fffffffffffffu) | 0x0010000000000000u;
    int zeros = __builtin_ctzll(m), e = (int)(bits >> 52) - 1075 + zeros, n = (int)y;
    m >>= zeros;
    if (m != 1 && !(n > 0 && n <= 34)) return 0;
    unsigned __int128 p = 1;
    for (int i = 0; m != 1 && i < n; i++) {
        p *= m;
        if (p >> 54) return 0;
    }
    uint64_t whole = (uint64_t)p;
    double hi = (double)(int64_t)whole, lo = (double)((int64_t)whole - (int64_t)hi);
    int top = 63 - __builtin_clzll(whole);
    *result = scaled(dd_scale((dd){hi, lo}, power_of_two(-top)), e * n + top);
    return 1;
}

double pow(double x, double y) {
    double a = magnitude(x), b = magnitude(y), sign = 1.0;
    if (UNLIKELY(!(a > 0 && a < INF && b > 0 && b < INF) || x == 1.0)) return power_special(x, y);
    if (UNLIKELY(x < 0)) {
        int p = parity(y);
        if (p == 0) return invalid();
        if (p == 1) sign = -1.0;
    }
    if (y == 2.0) return x * x;
    if (y == 1.0) return x;
    if (a == 1.0) return sign;
    double exact;
    if ((bits_of(a) & 0x03ffffffu) == 0 && power_exact(a, y, &exact)) return sign * exact;
    if (UNLIKELY(b >= 0x1p66)) return sign * ((a > 1.0) == (y > 0) ? INF : 0.0);
    /* Below this the result differs from 1 by less than 2^-55, whatever x. */
    if (UNLIKELY(b < 0x1p-66)) return 1.0;
    uint64_t ix = bits_of(a);
    int shift = 0;
    if (UNLIKELY(a < 0x1p-1022)) { ix = bits_of(a * 0x1p64); shift = 64; }
    log_reduced red = log_reduce(ix, 0.0, shift);
    dd l = log_assemble(red, log1p_residue(red.r, 1));
    dd e = two_product(y, l.hi);
    e = quick_two_sum(e.hi, e.lo + y * l.lo);
    if (UNLIKELY(!(magnitude(e.hi) < 746.0))) return sign * (e.hi > 0 ? INF : 0.0);
    int k;
    e = e.hi < -708.0 ? exp_core(e, &k) : exp_for_rounding(e, &k);
    return scaled(dd_scale(e, sign), k);
}
