/* asin, acos, atan, atan2, each by the subtraction theorem: the nearest angle of a table and the
 * series of what remains, computed in double-double. For atan2, with c = j/64 near n/d,
 * atan(n/d) = atan c + atan((n - c d)/(d + c n)). */
#include "double_double.h"
#include "constants_table.h"
#include "arcsine_series_table.h"
#include "arcsine_table.h"
#include "arctangent_table.h"
#include "arctangent_octaves_table.h"
#pragma STDC FP_CONTRACT OFF

/* t + tail for |t| <= 1/128, the tail being atan t - t. */
INLINE dd arctangent_series(dd t) {
    double x = t.hi, x2 = x * x;
    double q = (-Q_1_3 + x2 * Q_1_5) + (x2 * x2) * ((-Q_1_7 + x2 * Q_1_9) - (x2 * x2) * Q_1_11);
    return (dd){x, t.lo - x2 * t.lo + (x * x2) * q};
}

/* atan(n/d) for 0 <= n <= d (nearly), both neither huge nor tiny. */
INLINE dd arctangent_octant(dd n, dd d) {
    int64_t j;
    double q = n.hi / d.hi * 64.0, c = nearest(q, &j) * 0.015625;
    dd top = n, bottom = d;
    if (q < 0.75) {
        j = 0; /* with 1/64 the difference below might not be exact */
    } else {
        /* c has seven bits, so splitting d and n alone makes the products exact. */
        dd sd = split(d.hi), sn = split(n.hi);
        dd u = two_sum(n.hi - c * sd.hi, -(c * sd.lo));
        top = quick_two_sum(u.hi, u.lo + (n.lo - c * d.lo));
        dd v = quick_two_sum(d.hi, c * sn.hi);
        bottom = quick_two_sum(v.hi, v.lo + (c * sn.lo + (d.lo + c * n.lo)));
    }
    dd t = arctangent_series(dd_divide(top, bottom));
    dd s = quick_two_sum(arctangent_table[j][0], t.hi);
    return quick_two_sum(s.hi, s.lo + (t.lo + arctangent_table[j][1]));
}

/* The angle of (x, y) for y >= 0 and any x. */
INLINE dd angle_of(dd y, dd x) {
    dd ax = is_negative(x.hi) ? dd_scale(x, -1.0) : x;
    int steep = y.hi > ax.hi;
    dd a = steep ? arctangent_octant(ax, y) : arctangent_octant(y, ax);
    if (is_negative(x.hi)) {
        if (steep) return dd_add((dd){HALF_PI_HI, HALF_PI_LO}, a);
        return dd_add((dd){PI_HI, PI_LO}, dd_scale(a, -1.0));
    }
    if (steep) return dd_add((dd){HALF_PI_HI, HALF_PI_LO}, dd_scale(a, -1.0));
    return a;
}

/* sqrt(1 - x^2): the square is exact, so nothing is lost near 1. */
INLINE dd other_leg(double x) {
    dd q = two_square(x);
    dd v = quick_two_sum(1.0, -q.hi);
    return dd_sqrt(quick_two_sum(v.hi, v.lo - q.lo));
}

/* asin of the shorter leg m of a right triangle of hypotenuse 1 with longer leg l. With sin t = j/64
 * near m, asin m - t is the arcsine of m cos t - l sin t, which is small; no quotient is needed. */
INLINE dd arcsine_octant(dd m, dd l) {
    int64_t j;
    double s = nearest(m.hi * 64.0, &j) * 0.015625;
    const double *row = arcsine_table[j];
    dd p = two_product(m.hi, row[0]), sl = split(l.hi);
    dd u = two_sum(p.hi, -(s * sl.hi));
    dd v = two_sum(u.hi, -(s * sl.lo));
    dd d = quick_two_sum(v.hi, v.lo + u.lo + (p.lo + (m.hi * row[1] + m.lo * row[0] - s * l.lo)));
    double x = d.hi, x2 = x * x;
    double q = (Q_1_6 + x2 * Q_3_40) + (x2 * x2) * ((Q_5_112 + x2 * Q_35_1152) + (x2 * x2) * Q_63_2816);
    dd r = quick_two_sum(row[2], x);
    return quick_two_sum(r.hi, r.lo + (row[3] + (d.lo + (x * x2) * q)));
}
/* The angle opposite y in the triangle of legs a and y, 0 <= a, or its complement. */
INLINE dd arcsine_or_complement(double a, uint64_t complement) {
    dd y = other_leg(a);
    uint64_t steep = -(uint64_t)(a > y.hi);
    dd m = {choose(steep, y.hi, a), choose(steep, y.lo, 0.0)};
    dd l = {choose(steep, a, y.hi), choose(steep, 0.0, y.lo)};
    dd r = arcsine_octant(m, l);
    uint64_t turn = steep ^ complement, flip = turn & 0x8000000000000000u;
    dd base = {choose(turn, HALF_PI_HI, 0.0), choose(turn, HALF_PI_LO, 0.0)};
    dd t = quick_two_sum(base.hi, from_bits(bits_of(r.hi) ^ flip));
    return quick_two_sum(t.hi, t.lo + (base.lo + from_bits(bits_of(r.lo) ^ flip)));
}

/* A quick arcsine for Ziv's test, within 2^-59 for a <= 1/2 by Taylor's series at j/128 and within
 * 2^-58 beyond by asin a = pi/2 - 2 asin sqrt((1 - a)/2). The complement likewise. */
INLINE dd arcsine_quick(double a, int complement) {
    int far = a > 0.5;
    dd y = {a, 0.0};
    if (far) {
        double z = 0.5 - 0.5 * a;
        y = dd_sqrt((dd){z, 0.0});
    }
    int64_t j;
    double c = nearest(y.hi * 128.0, &j) * 0x1p-7;
    const double *t = arcsine_series_table[j];
    double x = (y.hi - c) + y.lo, x2 = x * x;
    double p = x2 * ((t[3] + x * t[4]) + x2 * ((t[5] + x * t[6]) + x2 * ((t[7] + x * t[8]) + x2 * t[9])));
    double d = x * t[2] + (p + t[1]);
    if (far == complement) {
        dd s = quick_two_sum(t[0], d);
        return far ? dd_scale(s, 2.0) : s;
    }
    double m = far ? -2.0 : -1.0;
    dd s = quick_two_sum(HALF_PI_HI, m * t[0]);
    dd u = quick_two_sum(s.hi, m * d);
    return (dd){u.hi, u.lo + (s.lo + HALF_PI_LO)};
}

double asin(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 1.0))) {
        if (x != x) return quiet(x);
        return a == 1.0 ? with_sign(HALF_PI_HI, x) : invalid();
    }
    if (UNLIKELY(a < 0x1p-13)) {
        double x2 = x * x;
        return x + (x * x2) * (Q_1_6 + x2 * Q_3_40);
    }
    dd r = arcsine_quick(a, 0);
    if (UNLIKELY(!settled(r, 0x1p-58))) r = arcsine_or_complement(a, 0);
    return with_sign(r.hi + r.lo, x);
}

double acos(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 1.0))) {
        if (x != x) return quiet(x);
        if (a > 1.0) return invalid();
        return x > 0 ? 0.0 : PI_HI;
    }
    if (UNLIKELY(a < 0x1p-60)) return HALF_PI_HI;
    uint64_t left = -(bits_of(x) >> 63), flip = left & 0x8000000000000000u;
    dd r = arcsine_quick(a, 1);
    dd t = quick_two_sum(choose(left, PI_HI, 0.0), from_bits(bits_of(r.hi) ^ flip));
    t.lo += choose(left, PI_LO, 0.0) + from_bits(bits_of(r.lo) ^ flip);
    if (LIKELY(settled(t, 0x1p-58))) return t.hi + t.lo;
    r = arcsine_or_complement(a, ~(uint64_t)0);
    /* pi - r for negative x */
    t = quick_two_sum(choose(left, PI_HI, 0.0), from_bits(bits_of(r.hi) ^ flip));
    return t.hi + (t.lo + (choose(left, PI_LO, 0.0) + from_bits(bits_of(r.lo) ^ flip)));
}

/* c with five bits after the first, near x: atan x - atan c = atan((x - c)/(1 + c x)). */
double atan(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 0x1p60))) return x != x ? quiet(x) : with_sign(HALF_PI_HI, x);
    if (UNLIKELY(a < 0x1p-27)) return x;
    dd n, d, base;
    if (UNLIKELY(a < 0x1p-7)) {
        dd t = arctangent_series((dd){a, 0.0});
        return with_sign(t.hi + t.lo, x);
    } else if (UNLIKELY(a >= 0x1p7)) {
        n = (dd){-1.0, 0.0};
        d = (dd){a, 0.0};
        base = (dd){HALF_PI_HI, HALF_PI_LO};
    } else {
        uint64_t c_bits = (bits_of(a) + ((uint64_t)1 << 46)) & 0xffff800000000000u;
        double c = from_bits(c_bits);
        const double *row = arctangent_octaves_table[(c_bits >> 47) - ((uint64_t)(1023 - 7) << 5)];
        n = (dd){a - c, 0.0};
        dd s = split(a);
        d = two_sum(1.0, c * s.hi);
        d = quick_two_sum(d.hi, d.lo + c * s.lo);
        base = (dd){row[0], row[1]};
    }
    dd t = arctangent_series(dd_divide(n, d));
    dd s = quick_two_sum(base.hi, t.hi);
    return with_sign(s.hi + (s.lo + (t.lo + base.lo)), x);
}

double atan2(double y, double x) {
    if (UNLIKELY(x != x)) return quiet(x);
    if (UNLIKELY(y != y)) return quiet(y);
    double ax = magnitude(x), ay = magnitude(y);
    int left = is_negative(x);
    if (UNLIKELY(ay == 0)) return left ? with_sign(PI_HI, y) : y;
    if (UNLIKELY(ax == 0)) return with_sign(HALF_PI_HI, y);
    if (UNLIKELY(ax == INF || ay == INF)) {
        if (ax != ay) return with_sign(ay == INF ? HALF_PI_HI : left ? PI_HI : 0.0, y);
        return with_sign(left ? 0x1.2d97c7f3321d2p+1 : HALF_PI_HI * 0.5, y);
    }
    int ex = (int)(bits_of(ax) >> 52), ey = (int)(bits_of(ay) >> 52);
    if (UNLIKELY(ey - ex > 64)) return with_sign(HALF_PI_HI, y);
    if (UNLIKELY(ex - ey > 32)) {
        /* The quotient of two doubles is its own arctangent to 2^-62. */
        if (!left) return y / x;
        if (ex - ey > 64) return with_sign(PI_HI, y);
    }
    int top = ex > ey ? ex : ey;
    if (UNLIKELY(top > 1023 + 400 || top < 1023 - 400)) {
        double s = top > 1023 ? 0x1p-600 : 0x1p600;
        ax *= s;
        ay *= s;
    }
    dd r = angle_of((dd){ay, 0.0}, (dd){left ? -ax : ax, 0.0});
    return with_sign(r.hi + r.lo, y);
}
