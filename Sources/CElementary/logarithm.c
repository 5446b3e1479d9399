/* log, log1p, log2, log10. */
#include "logarithm_core.h"
#pragma STDC FP_CONTRACT OFF

/* Answers what is no positive finite number; scales subnormals. 1 when *result is final. */
INLINE int log_special(double x, uint64_t *ix, int *shift, double *result) {
    *ix = bits_of(x);
    *shift = 0;
    if (LIKELY(*ix - 0x0010000000000000u < 0x7fe0000000000000u)) return 0;
    if (x != x) { *result = quiet(x); return 1; }
    if (x == 0) { *result = -INF; return 1; }
    if (x < 0) { *result = invalid(); return 1; }
    if (x == INF) { *result = INF; return 1; }
    *ix = bits_of(x * 0x1p64);
    *shift = 64;
    return 0;
}

double log(double x) {
    uint64_t ix; int shift; double special;
    if (UNLIKELY(log_special(x, &ix, &shift, &special))) return special;
    return log_rounded(log_reduce(ix, 0.0, shift));
}

double log10(double x) {
    uint64_t ix; int shift; double special;
    if (UNLIKELY(log_special(x, &ix, &shift, &special))) return special;
    log_reduced a = log_reduce(ix, 0.0, shift);
    dd l = log_assemble(a, log1p_residue(a.r, 0));
    l = dd_multiply(l, (dd){INV_LN10_HI, INV_LN10_LO});
    return l.hi + l.lo;
}

double log2(double x) {
    uint64_t ix; int shift; double special;
    if (UNLIKELY(log_special(x, &ix, &shift, &special))) return special;
    log_reduced a = log_reduce(ix, 0.0, shift);
    double k = a.k;
    dd q = quick_two_sum(k, a.row[3]), t = two_sum(q.hi, a.r.hi * INV_LN2_HI);
    t.lo += q.lo + (a.row[4] + (a.r.lo + log1p_tail(a.r.hi)) * INV_LN2_HI);
    if (LIKELY(settled(t, 0x1p-59))) return t.hi + t.lo;
    a.k = 0.0; /* kept apart, so that powers of two give exact integers */
    dd l = log_assemble(a, log1p_residue(a.r, 0));
    l = dd_multiply(l, (dd){INV_LN2_HI, INV_LN2_LO});
    dd s = two_sum(k, l.hi);
    return s.hi + (s.lo + l.lo);
}

double log1p(double x) {
    if (UNLIKELY(!(x > -1.0 && x < INF))) {
        if (x != x) return quiet(x);
        if (x == -1.0) return -INF;
        return x > 0 ? x : invalid();
    }
    if (magnitude(x) < 0x1p-54) return x;
    return log_of_sum(two_sum(1.0, x));
}
