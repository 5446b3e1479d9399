/* e^x as a double-double, by Tang's table method: x = n ln2/128 + r, e^x = 2^(n/128) e^r. */
#pragma once
#include "double_double.h"
#include "constants_table.h"
#include "exp2_table.h"
#pragma STDC FP_CONTRACT OFF

/* e^r - 1 for |r| <= ln2/256. Below 2^-18 a plain double carries enough for the square. */
INLINE dd exp_residue(dd r) {
    double x = r.hi, x2 = x * x;
    double tail = (Q_1_6 + x * Q_1_24) + x2 * ((Q_1_120 + x * Q_1_720) + x2 * Q_1_5040);
    double p = 0.5 * x2 + (x2 * x) * tail;
    dd s = quick_two_sum(x, p);
    return (dd){s.hi, s.lo + (r.lo + r.lo * x)};
}
/* 2^(n/128) e^r within 2^-59, all but the last step in plain doubles. */
INLINE dd exp_quick(int64_t n, dd r) {
    double x = r.hi, x2 = x * x, th = exp2_table[n & 127][0];
    double p = x2 * (0.5 + x * Q_1_6) + (x2 * x2) * ((Q_1_24 + x * Q_1_120) + x2 * Q_1_720);
    return quick_two_sum(th, th * (x + (r.lo + p)) + exp2_table[n & 127][1]);
}
/* The same with the square exact, where the result itself and not 1 + it is wanted. */
INLINE dd exp_residue_exact(dd r) {
    double x = r.hi, x2 = x * x;
    double tail = (Q_1_6 + x * Q_1_24) + x2 * ((Q_1_120 + x * Q_1_720) + x2 * Q_1_5040);
    dd q = two_square(x);
    dd p = quick_two_sum(0.5 * q.hi, (x2 * x) * tail);
    dd s = quick_two_sum(x, p.hi);
    return quick_two_sum(s.hi, s.lo + (p.lo + 0.5 * q.lo + (r.lo + r.lo * x)));
}
/* 2^(j/128) (1 + m). */
INLINE dd exp_from_table(int64_t n, dd m) {
    double th = exp2_table[n & 127][0], tl = exp2_table[n & 127][1];
    dd p = two_product(th, m.hi);
    dd s = quick_two_sum(th, p.hi);
    return quick_two_sum(s.hi, s.lo + (p.lo + (th * m.lo + (tl + tl * m.hi))));
}
/* The reduced argument; |x| < 1100, so that the products with 34-bit pieces are exact. */
INLINE dd exp_reduce(dd x, int64_t *n) {
    double f = nearest(x.hi * INV_LN2_TIMES_128, n);
    dd r = two_sum(x.hi - f * LN2_OVER_128_1, -(f * LN2_OVER_128_2));
    return quick_two_sum(r.hi, r.lo + (x.lo - f * LN2_OVER_128_3));
}
/* e^x = result * 2^k, the result in about [1, 2). */
INLINE dd exp_core(dd x, int *k) {
    int64_t n;
    dd r = exp_reduce(x, &n);
    *k = (int)(n >> 7);
    return exp_from_table(n, exp_residue(r));
}
/* The same for a result that is to be rounded at once: quick where that cannot be told. */
INLINE dd exp_for_rounding(dd x, int *k) {
    int64_t n;
    dd r = exp_reduce(x, &n);
    *k = (int)(n >> 7);
    dd quick = exp_quick(n, r);
    if (LIKELY(settled(quick, 0x1p-58))) return quick;
    return exp_from_table(n, exp_residue(r));
}
/* e^x - 1 with small relative error; |x| < 700. */
INLINE dd expm1_core(dd x) {
    int64_t n;
    dd r = exp_reduce(x, &n);
    if (n == 0) return exp_residue_exact(r);
    dd e = exp_from_table(n, exp_residue(r));
    double s = power_of_two((int)(n >> 7));
    return dd_add_double(dd_scale(e, s), -1.0);
}
