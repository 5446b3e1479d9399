/* exp, exp2, expm1. */
#include "exponential_core.h"
#pragma STDC FP_CONTRACT OFF

double exp(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 746.0))) {
        if (x != x) return quiet(x);
        return x > 0 ? INF : 0.0;
    }
    int k;
    dd e = x < -708.0 ? exp_core((dd){x, 0.0}, &k) : exp_for_rounding((dd){x, 0.0}, &k);
    return scaled(e, k);
}

double exp2(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 1080.0))) {
        if (x != x) return quiet(x);
        return x > 0 ? INF : 0.0;
    }
    /* The reduction is exact; only the product with ln 2 needs two words. */
    int64_t n;
    double f = x - nearest(x * 128.0, &n) * 0x1p-7;
    if (LIKELY(x > -1022.0)) {
        dd quick = exp_quick(n, (dd){f * LN2_HI, 0.0});
        if (LIKELY(settled(quick, 0x1p-58))) return scaled(quick, (int)(n >> 7));
    }
    dd r = two_product(f, LN2_HI);
    if (UNLIKELY(magnitude(f) < 0x1p-60)) r.lo = 0.0;
    r.lo += f * LN2_LO;
    return scaled(exp_from_table(n, exp_residue(r)), (int)(n >> 7));
}

double expm1(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 40.0))) {
        if (x != x) return quiet(x);
        if (x < 0) return -1.0;
        if (x > 710.0) return INF;
        int k;
        dd e = exp_core((dd){x, 0.0}, &k);
        if (k < 200) e = dd_add_double(e, -power_of_two(-k));
        return scaled(e, k);
    }
    if (a < 0x1p-54) return x;
    dd e = expm1_core((dd){x, 0.0});
    return e.hi + e.lo;
}
