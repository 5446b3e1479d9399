/* sin, cos, sincos, tan: x = n pi/128 + r, then the addition theorem with a table of
 * sin(j pi/128). The reduction is Cody and Waite's in four parts for |x| < 2^16 and that of
 * Payne and Hanek (1983), in integers, beyond. */
#include "double_double.h"
#include "constants_table.h"
#include "sine_table.h"
#include "two_over_pi_table.h"
#pragma STDC FP_CONTRACT OFF

typedef struct { unsigned n; dd r; } angle;

/* 2/pi is taken from where its bits, times x, stop being whole turns; 256 bits of product leave
 * more than 180 correct ones after the point, and no double comes nearer than 2^-62 to a multiple. */
static __attribute__((noinline)) angle reduce_large(double x) {
    uint64_t bits = bits_of(x), m = (bits & 0x000fffffffffffffu) | 0x0010000000000000u;
    int e = (int)(bits >> 52 & 2047) - 1075;
    int start = e - 2 + 64;
    uint64_t w[4], p[4];
    for (int i = 0; i < 4; i++) {
        int word = start / 64 + i, shift = start % 64;
        w[i] = two_over_pi_table[word] << shift;
        if (shift) w[i] |= two_over_pi_table[word + 1] >> (64 - shift);
    }
    unsigned __int128 carry = 0;
    for (int i = 3; i >= 0; i--) {
        carry += (unsigned __int128)m * w[i];
        p[i] = (uint64_t)carry;
        carry >>= 64;
    }
    /* Eight bits of n, then the fraction. */
    unsigned n = (unsigned)(p[0] >> 56);
    for (int i = 0; i < 3; i++) p[i] = p[i] << 8 | p[i + 1] >> 56;
    p[3] <<= 8;
    double sign = 1.0;
    if (p[0] >> 63) { /* past one half: the next multiple is nearer */
        n++;
        sign = -1.0;
        for (int i = 0; i < 4; i++) p[i] = ~p[i]; /* short by 2^-248, which is nothing */
    }
    int exponent = 0;
    while (p[0] == 0 && exponent < 128) {
        p[0] = p[1]; p[1] = p[2]; p[2] = p[3]; p[3] = 0;
        exponent += 64;
    }
    int z = p[0] ? __builtin_clzll(p[0]) : 0;
    if (z) {
        for (int i = 0; i < 3; i++) p[i] = p[i] << z | p[i + 1] >> (64 - z);
        exponent += z;
    }
    double high = (double)(int64_t)(p[0] >> 11);
    double low = (double)(int64_t)((p[0] & 2047) << 42 | p[1] >> 22);
    double unit = sign * power_of_two(-53 - exponent);
    dd f = quick_two_sum(high * unit, low * unit * 0x1p-53);
    dd r = dd_multiply(f, (dd){PI128_HI, PI128_LO});
    if (is_negative(x)) { n = -n; r = dd_scale(r, -1.0); }
    return (angle){n, r};
}

INLINE angle reduce(double x, double a) {
    if (UNLIKELY(a >= 0x1p16)) return reduce_large(x);
    int64_t n;
    double f = nearest(x * INV_PI_TIMES_128, &n);
    dd b = two_sum(x - f * PI_OVER_128_1, -(f * PI_OVER_128_2));
    dd c = two_sum(b.hi, -(f * PI_OVER_128_3));
    dd r = quick_two_sum(c.hi, c.lo + b.lo - f * PI_OVER_128_4);
    return (angle){(unsigned)n, r};
}

typedef struct { double x, sine_tail, cosine_less_one; } residue;

INLINE residue expand(dd r) {
    double x = r.hi, x2 = x * x;
    double s = (x * x2) * (-Q_1_6 + x2 * (Q_1_120 - x2 * Q_1_5040));
    double c = x2 * ((-0.5 + x2 * Q_1_24) + (x2 * x2) * (x2 * Q_1_40320 - Q_1_720));
    return (residue){x, s + r.lo, c - x * r.lo};
}

/* sin(n pi/128 + r) */
INLINE dd sine_of(unsigned n, residue v) {
    const double *s = sine_table[n & 255], *c = sine_table[(n + 64) & 255];
    dd p = two_product(c[0], v.x);
    dd t = quick_two_sum(s[0], p.hi);
    t.lo += p.lo + ((s[1] + c[1] * v.x) + (c[0] * v.sine_tail + s[0] * v.cosine_less_one));
    return t;
}

double sin(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < INF))) return x != x ? quiet(x) : invalid();
    if (UNLIKELY(a < 0x1p-27)) return x;
    angle g = reduce(x, a);
    dd s = sine_of(g.n, expand(g.r));
    return s.hi + s.lo;
}

double cos(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < INF))) return x != x ? quiet(x) : invalid();
    if (UNLIKELY(a < 0x1p-27)) return 1.0;
    angle g = reduce(x, a);
    dd c = sine_of(g.n + 64, expand(g.r));
    return c.hi + c.lo;
}

void sincos(double x, double *sine, double *cosine) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < INF))) {
        *sine = *cosine = x != x ? quiet(x) : invalid();
        return;
    }
    if (UNLIKELY(a < 0x1p-27)) { *sine = x; *cosine = 1.0; return; }
    angle g = reduce(x, a);
    residue v = expand(g.r);
    dd s = sine_of(g.n, v), c = sine_of(g.n + 64, v);
    *sine = s.hi + s.lo;
    *cosine = c.hi + c.lo;
}

double tan(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < INF))) return x != x ? quiet(x) : invalid();
    if (UNLIKELY(a < 0x1p-27)) return x;
    angle g = reduce(x, a);
    residue v = expand(g.r);
    dd s = sine_of(g.n, v), c = sine_of(g.n + 64, v);
    dd t = dd_divide(quick_two_sum(s.hi, s.lo), quick_two_sum(c.hi, c.lo));
    return t.hi + t.lo;
}
