/* log of a double-double, by Tang's table method with an exactly computed residue:
 * x = 2^k z, r = z/c - 1 with 1/c of ten bits, log x = k ln2 + log c + log(1 + r). */
#pragma once
#include "double_double.h"
#include "constants_table.h"
#include "log_table.h"
#pragma STDC FP_CONTRACT OFF

typedef struct { double k, log_c_hi, log_c_lo; dd r; const double *row; } log_reduced;

/* x.hi positive and normal (or ix its bits after scaling by 2^-shift), x.lo its low part. */
INLINE log_reduced log_reduce(uint64_t ix, double lo, int shift) {
    uint64_t t = ix - 0x3fe6100000000000u;
    int k = (int)((int64_t)t >> 52);
    const double *row = log_table[(t >> 45) & 127];
    double z = from_bits(ix - (t & 0xfff0000000000000u));
    /* 32 leading bits and the rest: both products with 1/c are exact, and so is the - 1. */
    double zh = from_bits(bits_of(z) & 0xffffffffffe00000u), zl = z - zh;
    dd r = two_sum(zh * row[0] - 1.0, zl * row[0]);
    if (lo != 0.0 && k < 1000) r = quick_two_sum(r.hi, r.lo + lo * power_of_two(-k) * row[0]);
    return (log_reduced){(double)(k - shift), row[1], row[2], r, row};
}
/* log(1 + r) within 2^-67 relative, or 2^-72 if precise, as pow needs; |r| < 0.0045. */
INLINE dd log1p_residue(dd r, int precise) {
    double x = r.hi, x2 = x * x;
    double tail = (-0.25 + x * Q_1_5) + x2 * ((-Q_1_6 + x * Q_1_7) + x2 * ((-0.125 + x * Q_1_9) - x2 * Q_1_10));
    if (!precise) {
        /* The square exact, the cube rounded. */
        dd q = two_square(x);
        double low = (x2 * x) * (Q_1_3 + x * tail);
        dd s = quick_two_sum(x, -0.5 * q.hi);
        return (dd){s.hi, s.lo + ((low - 0.5 * q.lo) + (r.lo - x * r.lo))};
    }
    dd sx = split(x), sthird = split(THIRD_HI);
    dd q = product_of_split(x, sx, x, sx);
    dd w = product_of_split(x, sx, THIRD_HI, sthird);
    w.lo += x * THIRD_LO;
    dd cube = product_of_split(q.hi, split(q.hi), w.hi, split(w.hi));
    cube.lo += q.hi * w.lo + q.lo * w.hi;
    dd s = quick_two_sum(x, -0.5 * q.hi);
    dd t = quick_two_sum(s.hi, cube.hi);
    double low = (x2 * x2) * tail + cube.lo - 0.5 * q.lo;
    return quick_two_sum(t.hi, t.lo + (s.lo + (low + (r.lo + (r.lo * x2 - x * r.lo)))));
}
/* log(1 + r) - r in plain doubles, for where log c or k ln2 carries the result. */
INLINE double log1p_tail(double x) {
    double x2 = x * x;
    return x2 * (-0.5 + x * Q_1_3) + (x2 * x2) * ((-0.25 + x * Q_1_5) + x2 * (-Q_1_6 + x * Q_1_7));
}
/* k ln2 + log c + l */
INLINE dd log_assemble(log_reduced a, dd l) {
    dd s = quick_two_sum(a.k * LN2_1, a.log_c_hi);
    dd t = two_sum(s.hi, l.hi);
    return quick_two_sum(t.hi, t.lo + (s.lo + (l.lo + (a.log_c_lo + a.k * LN2_2))));
}
/* The rounded logarithm: in plain doubles within 2^-64 first, which nearly always settles it. */
INLINE double log_rounded(log_reduced a) {
    dd s = quick_two_sum(a.k * LN2_1, a.log_c_hi), t = two_sum(s.hi, a.r.hi);
    t.lo += s.lo + ((a.log_c_lo + a.k * LN2_2) + (a.r.lo + log1p_tail(a.r.hi)));
    if (LIKELY(settled(t, 0x1p-64))) return t.hi + t.lo;
    dd l = log_assemble(a, log1p_residue(a.r, 0));
    return l.hi + l.lo;
}
INLINE double log_of_sum(dd x) { return log_rounded(log_reduce(bits_of(x.hi), x.lo, 0)); }
