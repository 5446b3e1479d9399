/* sinh, cosh, tanh, asinh, acosh, atanh, from the double-double exponential and logarithm
 * before these are rounded. */
#include "exponential_core.h"
#include "logarithm_core.h"
#pragma STDC FP_CONTRACT OFF

double sinh(double x) {
    double a = magnitude(x), s = with_sign(1.0, x);
    if (UNLIKELY(!(a < 720.0))) return x != x ? quiet(x) : with_sign(INF, x);
    if (UNLIKELY(a < 0x1p-27)) return x;
    if (a > 40.0) {
        int k;
        dd e = exp_core((dd){a, 0.0}, &k);
        return scaled(dd_scale(e, s), k - 1);
    }
    /* sinh a = (m + m/(1 + m))/2 with m = e^a - 1, which does not cancel. */
    dd m = expm1_core((dd){a, 0.0});
    dd d = dd_divide(m, dd_add_double(m, 1.0)), r = quick_two_sum(m.hi, d.hi);
    return with_sign(0.5 * (r.hi + (r.lo + (m.lo + d.lo))), x);
}

double cosh(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 720.0))) return x != x ? quiet(x) : INF;
    if (UNLIKELY(a < 0x1p-27)) return 1.0;
    int k;
    dd e = exp_core((dd){a, 0.0}, &k);
    if (a > 40.0) return scaled(e, k - 1);
    dd d = dd_divide((dd){power_of_two(-2 * k), 0.0}, e), r = quick_two_sum(e.hi, d.hi);
    return (r.hi + (r.lo + (e.lo + d.lo))) * power_of_two(k - 1);
}

double tanh(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 22.0))) return x != x ? quiet(x) : with_sign(1.0, x);
    if (UNLIKELY(a < 0x1p-27)) return x;
    dd m = expm1_core((dd){2.0 * a, 0.0});
    dd r = dd_divide(m, dd_add_double(m, 2.0));
    return with_sign(r.hi + r.lo, x);
}

/* log(1 + u), u > -1 not tiny */
INLINE double log1p_rounded(dd u) {
    dd s = two_sum(1.0, u.hi);
    return log_of_sum((dd){s.hi, s.lo + u.lo});
}
/* log(2 a) for large a, where the other terms are gone */
INLINE double log_of_twice(double a) {
    return log_rounded(log_reduce(bits_of(a), 0.0, -1));
}

double asinh(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < INF))) return x != x ? quiet(x) : x;
    if (UNLIKELY(a < 0x1p-13)) {
        double x2 = x * x;
        return with_sign(x + (x * x2) * (x2 * Q_3_40 - Q_1_6), x);
    }
    if (UNLIKELY(a > 0x1p32)) return with_sign(log_of_twice(a), x);
    dd q = two_square(a), v = two_sum(1.0, q.hi);
    dd root = dd_sqrt(quick_two_sum(v.hi, v.lo + q.lo));
    double l;
    if (a > 0.5) {
        dd s = quick_two_sum(root.hi, a);
        l = log_of_sum((dd){s.hi, s.lo + root.lo});
    } else { /* x + sqrt(1 + x^2) = 1 + (x + x^2/(1 + sqrt(1 + x^2))) */
        dd u = dd_divide(quick_two_sum(q.hi, q.lo), dd_add_double(root, 1.0));
        l = log1p_rounded(dd_add_double(u, a));
    }
    return with_sign(l, x);
}

double acosh(double x) {
    if (UNLIKELY(!(x > 1.0 && x < INF))) {
        if (x != x) return quiet(x);
        return x == 1.0 ? 0.0 : x > 1.0 ? x : invalid();
    }
    if (UNLIKELY(x > 0x1p32)) return log_of_twice(x);
    double l;
    if (x > 2.0) {
        dd q = two_square(x), v = quick_two_sum(q.hi, -1.0);
        dd root = dd_sqrt(quick_two_sum(v.hi, v.lo + q.lo));
        dd s = quick_two_sum(x, root.hi);
        l = log_of_sum((dd){s.hi, s.lo + root.lo});
    } else { /* with t = x - 1, exact: 1 + (t + sqrt(2 t + t^2)) */
        double t = x - 1.0;
        dd q = two_square(t), v = quick_two_sum(2.0 * t, q.hi);
        dd root = dd_sqrt(quick_two_sum(v.hi, v.lo + q.lo));
        l = log1p_rounded(dd_add_double(root, t));
    }
    return l;
}

double atanh(double x) {
    double a = magnitude(x);
    if (UNLIKELY(!(a < 1.0))) {
        if (x != x) return quiet(x);
        return a == 1.0 ? with_sign(INF, x) : invalid();
    }
    if (UNLIKELY(a < 0x1p-13)) {
        double x2 = x * x;
        return x + (x * x2) * (Q_1_3 + x2 * Q_1_5);
    }
    dd below = two_sum(1.0, -a); /* log((1 + a)/(1 - a))/2 */
    double l;
    if (a > 0.5) {
        l = log_of_sum(dd_divide(two_sum(1.0, a), below));
    } else {
        l = log1p_rounded(dd_divide((dd){2.0 * a, 0.0}, below));
    }
    return with_sign(0.5 * l, x);
}
