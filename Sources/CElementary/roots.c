/* cbrt, hypot. */
#include "double_double.h"
#include "constants_table.h"
#include "include/CElementary.h"
#pragma STDC FP_CONTRACT OFF

int colophon_elementary_version(void) { return 1; }

/* A root y of 26 bits by Newton, whose cube is then known exactly; with e = x/y^3 - 1,
 * cbrt x = y (1 + e/3 - e^2/9 + 5 e^3/81 - ...). */
double cbrt(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a > 0 && a < INF))) return x != x ? quiet(x) : x;
    int shift = 0;
    if (UNLIKELY(a < 0x1p-1022)) { a *= 0x1p54; shift = 18; }
    uint64_t bits = bits_of(a);
    /* a = 2^(3 k) m with m in [1, 8) */
    unsigned e = (unsigned)(bits >> 52); /* the bias 1023 is 3 * 341 */
    int k = (int)(e / 3) - 341;
    double m = from_bits((bits & 0x000fffffffffffffu) | (uint64_t)(1023 + e % 3) << 52);
    /* A third of the bits as an integer gives five bits of the root; Halley triples them. */
    double y = from_bits(bits_of(m) / 3 + 0x2a9f800000000000u);
    double c = y * y * y;
    y = y * ((c + 2.0 * m) / (2.0 * c + m));
    c = y * y * y;
    y = y * ((c + 2.0 * m) / (2.0 * c + m));
    y = from_bits((bits_of(y) + 0x04000000u) & 0xfffffffff8000000u);
    dd cube = two_product(y * y, y);
    double d = ((m - cube.hi) - cube.lo) / cube.hi;
    double low = y * (d * (THIRD_HI + d * (d * Q_5_81 - Q_1_9)));
    return with_sign((y + low) * power_of_two(k - shift), x);
}

double hypot(double x, double y) {
    double a = magnitude(x), b = magnitude(y);
    if (UNLIKELY(a == INF || b == INF)) return INF;
    if (UNLIKELY(x != x)) return quiet(x);
    if (UNLIKELY(y != y)) return quiet(y);
    if (a < b) { double t = a; a = b; b = t; }
    if (UNLIKELY(b == 0)) return a;
    /* Past this b is under a quarter of a's last place. */
    if ((bits_of(a) >> 52) - (bits_of(b) >> 52) > 56) return a + b;
    int k = 0;
    if (UNLIKELY(a > 0x1p400)) { a *= 0x1p-600; b *= 0x1p-600; k = 600; }
    if (UNLIKELY(b < 0x1p-400)) { a *= 0x1p600; b *= 0x1p600; k = -600; }
    dd p = two_square(a), q = two_square(b);
    dd s = quick_two_sum(p.hi, q.hi);
    s = quick_two_sum(s.hi, s.lo + (p.lo + q.lo));
    dd r = dd_sqrt(s);
    if (LIKELY(k == 0)) return r.hi + r.lo;
    /* Back through numbers near 1, so that a subnormal result is rounded once. */
    int e = (int)(bits_of(r.hi) >> 52) - 1023;
    double unit = power_of_two(-e);
    return scaled(dd_scale(r, unit), e + k);
}
