/* Every function against MPFR at random and hard arguments, and the special values of
 * C99 Annex F. usage: check [points per function] */
#include "common.h"
#include <mpfr.h>

#define SEED 0xe1e3e27a5eedu
#define PRECISION 160

/* Bounds in units in the last place; the same table stands in CElementary.h. */
enum { EXP, EXPM1, EXP2, LOG, LOG1P, LOG10, LOG2, POW, SIN, COS, SINCOS, TAN, ASIN, ACOS, ATAN, ATAN2,
       SINH, COSH, TANH, ASINH, ACOSH, ATANH, CBRT, HYPOT, COUNT };

static int mpfr_sincos_either(mpfr_t r, const mpfr_t x, mpfr_rnd_t m) {
    return bits_of(mpfr_get_d(x, MPFR_RNDN)) & 1 ? mpfr_cos(r, x, m) : mpfr_sin(r, x, m);
}
static int mpfr_cube_root(mpfr_t r, const mpfr_t x, mpfr_rnd_t m) { return mpfr_cbrt(r, x, m); }

typedef int (*exact1)(mpfr_t, const mpfr_t, mpfr_rnd_t);
typedef int (*exact2)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

static const struct { const char *name; unary f1; binary f2; exact1 e1; exact2 e2; double bound; } functions[COUNT] = {
    [EXP] = {"exp", exp, 0, mpfr_exp, 0, 0.505},
    [EXPM1] = {"expm1", expm1, 0, mpfr_expm1, 0, 0.505},
    [EXP2] = {"exp2", exp2, 0, mpfr_exp2, 0, 0.505},
    [LOG] = {"log", log, 0, mpfr_log, 0, 0.505},
    [LOG1P] = {"log1p", log1p, 0, mpfr_log1p, 0, 0.505},
    [LOG10] = {"log10", log10, 0, mpfr_log10, 0, 0.505},
    [LOG2] = {"log2", log2, 0, mpfr_log2, 0, 0.505},
    [POW] = {"pow", 0, pow, 0, mpfr_pow, 0.505},
    [SIN] = {"sin", sin, 0, mpfr_sin, 0, 0.505},
    [COS] = {"cos", cos, 0, mpfr_cos, 0, 0.505},
    [SINCOS] = {"sincos", sincos_either, 0, mpfr_sincos_either, 0, 0.505},
    [TAN] = {"tan", tan, 0, mpfr_tan, 0, 0.505},
    [ASIN] = {"asin", asin, 0, mpfr_asin, 0, 0.505},
    [ACOS] = {"acos", acos, 0, mpfr_acos, 0, 0.505},
    [ATAN] = {"atan", atan, 0, mpfr_atan, 0, 0.505},
    [ATAN2] = {"atan2", 0, atan2, 0, mpfr_atan2, 0.505},
    [SINH] = {"sinh", sinh, 0, mpfr_sinh, 0, 0.505},
    [COSH] = {"cosh", cosh, 0, mpfr_cosh, 0, 0.505},
    [TANH] = {"tanh", tanh, 0, mpfr_tanh, 0, 0.505},
    [ASINH] = {"asinh", asinh, 0, mpfr_asinh, 0, 0.505},
    [ACOSH] = {"acosh", acosh, 0, mpfr_acosh, 0, 0.505},
    [ATANH] = {"atanh", atanh, 0, mpfr_atanh, 0, 0.505},
    [CBRT] = {"cbrt", cbrt, 0, mpfr_cube_root, 0, 0.501},
    [HYPOT] = {"hypot", 0, hypot, 0, mpfr_hypot, 0.501},
};

/* The i-th argument: in turn typical, of any exponent, near the points that matter. */
static void argument(int f, uint64_t i, double *x, double *y) {
    int turn = (int)(i % 6);
    *y = 0;
    if (turn == 5) { *x = pattern(); *y = pattern(); if (f != POW || next64() & 1) return; }
    switch (f) {
    case EXP: case EXPM1: case EXP2: case SINH: case COSH: case TANH: {
        double scale = f == EXP2 ? 1.4426950408889634 : 1;
        switch (turn) {
        case 0: *x = uniform(-745.2, 745.2) * scale; return;
        case 1: *x = uniform(-3, 3); return;
        case 2: *x = uniform(-745.2, -707) * scale; return;
        case 3: *x = uniform(708, 711) * scale; return;
        default: *x = exponent(-60, 5); return;
        }
    }
    case LOG: case LOG10: case LOG2: case ACOSH: case LOG1P:
        switch (turn) {
        case 0: *x = uniform(0, 20); break;
        case 1: *x = fabs(near_point(f == LOG1P ? 0 : 1)); if (f == LOG1P) *x = sign(*x); break;
        case 2: *x = from_bits(next64() >> 12 >> next64() % 52); if (f == LOG1P) *x = -uniform(0, 1); break;
        case 3: *x = uniform(0.9, 1.1); if (f == LOG1P) *x -= 1; break;
        default: *x = fabs(exponent(-1022, 1023)); break;
        }
        if (f == ACOSH && *x < 1) *x = 1 / *x;
        return;
    case POW:
        switch (turn) {
        case 0: *x = uniform(0, 100); *y = uniform(-20, 20); return;
        case 1: *x = fabs(near_point(1)); *y = uniform(-700, 700) / log(*x); return;
        case 2: *x = fabs(exponent(-1074 + 52, 1023)); *y = uniform(-745, 710) / log(*x); return;
        case 3: *x = (double)(next64() % 200) - 100; *y = (double)(next64() % 60) - 30; return;
        case 4: *x = fabs(exponent(-20, 20)); *y = uniform(-745, -700) / fabs(log(*x)) * (*x > 1 ? 1 : -1); return;
        default: *x = fabs(pattern()); *y = exponent(-60, 60); return;
        }
    case SIN: case COS: case SINCOS: case TAN:
        switch (turn) {
        case 0: *x = uniform(-7, 7); return;
        case 1: *x = exponent(-30, 20); return;
        case 2: *x = (double)(next64() % 100000) * 0x1.921fb54442d18p0; return;
        case 3: *x = near_point((double)(next64() % 64) * 0x1.921fb54442d18p0); return;
        default: *x = exponent(14, 1023); return;
        }
    case ASIN: case ACOS: case ATANH:
        switch (turn) {
        case 0: *x = uniform(-1, 1); return;
        case 1: *x = near_point(sign(1)); if (fabs(*x) > 1) *x = 1 / *x; return;
        case 2: *x = exponent(-60, -1); return;
        case 3: *x = uniform(-0.05, 0.05); return;
        default: *x = exponent(-1022, -1); return;
        }
    case ATAN: case ASINH:
        switch (turn) {
        case 0: *x = uniform(-10, 10); return;
        case 1: *x = near_point(sign(1)); return;
        case 2: *x = exponent(-60, 60); return;
        case 3: *x = uniform(-0.05, 0.05); return;
        default: *x = exponent(-1022, 1023); return;
        }
    default:
        switch (turn) {
        case 0: *x = uniform(-10, 10); *y = uniform(-10, 10); return;
        case 1: *x = near_point(1); *y = sign(near_point(1)); return;
        case 2: *x = exponent(-40, 40); *y = exponent(-40, 40); return;
        case 3: *x = from_bits(next64() >> 12 >> next64() % 52); *y = sign(from_bits(next64() >> 12 >> next64() % 52)); return;
        default: *x = exponent(-1022, 1023); *y = *x * exponent(-70, 70); return;
        }
    }
}

static mpfr_t mx, my, mr, md;
typedef struct { uint64_t points, correct; double worst, wx, wy; int wrong_special; } tally;

static void measure(int f, double x, double y, tally *t) {
    double r = functions[f].f1 ? functions[f].f1(x) : functions[f].f2(x, y);
    mpfr_set_d(mx, x, MPFR_RNDN);
    mpfr_set_d(my, y, MPFR_RNDN);
    if (functions[f].f1) functions[f].e1(mr, mx, MPFR_RNDN); else functions[f].e2(mr, mx, my, MPFR_RNDN);
    double ref = mpfr_get_d(mr, MPFR_RNDN), error;
    t->points++;
    if (r != r || ref != ref) {
        if (r != r && ref != ref) { t->correct++; return; }
        error = HUGE_VAL;
    } else if (isinf(r) || isinf(ref) || !mpfr_regular_p(mr)) {
        if (r == ref) { t->correct++; return; }
        error = HUGE_VAL;
        /* Overflow a hair late or early is one unit. */
        if (fabs(r) >= 0x1.fffffffffffffp1023 && fabs(ref) >= 0x1.fffffffffffffp1023) error = 0.6;
    } else {
        long e = mpfr_get_exp(mr) - 53;
        if (e < -1074) e = -1074;
        mpfr_set_d(md, r, MPFR_RNDN);
        mpfr_sub(md, md, mr, MPFR_RNDN);
        mpfr_mul_2si(md, md, -e, MPFR_RNDN);
        error = fabs(mpfr_get_d(md, MPFR_RNDN));
        if (r == ref) t->correct++;
    }
    if (error > t->worst) { t->worst = error; t->wx = x; t->wy = y; }
}

#define NONE NAN
#define H 0x1.921fb54442d18p+0
#define P 0x1.921fb54442d18p+1
static const struct { int f; double x, y, want; } special[] = {
#include "special_values.h"
};

/* Published as hard: Kahan's double nearest a multiple of pi/2, cases of the tables of Lefevre and
 * Muller, and powers that fall on or beside half way between two numbers. */
static const struct { int f; double x, y; } hard[] = {
    {SIN, 6381956970095103.0 * 0x1p797, 0}, {COS, 6381956970095103.0 * 0x1p797, 0},
    {TAN, 6381956970095103.0 * 0x1p797, 0}, {SINCOS, 6381956970095103.0 * 0x1p797, 0},
    {COS, 0x1.8000000000009p-23, 0}, {EXP, 7.5417527749959590085206221e-10, 0},
    {LOG, 0x1.62a88613629b5p+678, 0}, {LOG, 0x1.62a88613629b6p+678, 0},
    {SIN, 1e22, 0}, {COS, 1e22, 0}, {TAN, 1e22, 0}, {SIN, 0x1.fffffffffffffp1023, 0},
    {COS, 0x1.fffffffffffffp1023, 0}, {TAN, 0x1.fffffffffffffp1023, 0},
    {SIN, H, 0}, {COS, H, 0}, {TAN, H, 0}, {SIN, P, 0}, {COS, 355.0 / 2, 0}, {SIN, 355.0, 0}, {SIN, 103993.0, 0},
    {POW, 0x1.0000000000001p0, 3}, {POW, 0x1.fffffffffffffp-1, 3}, {POW, 94906267.0, 2}, {POW, 208065.0, 3},
    {POW, 9.0, 17}, {POW, 0x1.0000000000001p0, 0x1p52}, {POW, 0x1.fffffffffffffp-1, 0x1p62},
    {POW, -3.0, 33}, {POW, 3.0, 34}, {POW, 81.0, 8.5}, {POW, 6561.0, 4.25}, {POW, 3 * 0x1p-360, 3},
    {POW, 10.0, 308}, {POW, 10.0, -323}, {POW, 10.0, 22}, {POW, 2.0, -1074}, {POW, 2.0, -1075.0},
    {EXP, 0x1.62e42fefa39efp9, 0}, {EXP, -0x1.74910d52d3051p9, 0}, {EXP, -0x1.74910d52d3052p9, 0},
    {EXP, 0x1.62e42fefa39f0p9, 0}, {EXP2, -1074.0, 0}, {EXP2, 0x1.fffffffffffffp9, 0},
    {HYPOT, 3, 4}, {HYPOT, 0x1p-1074, 0x1p-1074}, {HYPOT, 0x1.fffffffffffffp1023, 0x1p970}, {CBRT, 27, 0},
};

int main(int argc, char **argv) {
    uint64_t n = argc > 1 ? strtoull(argv[1], 0, 10) : 1000000;
    int passed = 0, failed = 0;
    mpfr_inits2(PRECISION, mx, my, mr, md, (mpfr_ptr)0);
    printf("%-7s %9s %9s %9s %7s\n", "", "points", "correct", "max ulp", "bound");
    for (int f = 0; f < COUNT; f++) {
        tally t = {0};
        state = SEED + (uint64_t)f;
        for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
            if (hard[i].f == f) measure(f, hard[i].x, hard[i].y, &t);
        for (uint64_t i = 0; i < n; i++) {
            double x, y;
            argument(f, i, &x, &y);
            measure(f, x, y, &t);
        }
        for (size_t i = 0; i < sizeof special / sizeof *special; i++) {
            if (special[i].f != f) continue;
            double r = functions[f].f1 ? functions[f].f1(special[i].x) : functions[f].f2(special[i].x, special[i].y);
            double want = special[i].want;
            if (want != want ? r == r : bits_of(r) != bits_of(want)) {
                t.wrong_special++;
                printf("  %s(%a, %a) = %a, not %a\n", functions[f].name, special[i].x, special[i].y, r, want);
            }
        }
        int good = t.worst <= functions[f].bound && t.wrong_special == 0;
        printf("%-7s %9llu %8.4f%% %9.6f %7.3f %s", functions[f].name, (unsigned long long)t.points,
               100.0 * (double)t.correct / (double)t.points, t.worst, functions[f].bound, good ? "ok" : "FAILED");
        if (!good) printf(" at %a, %a", t.wx, t.wy);
        printf("\n");
        fflush(stdout);
        if (good) passed++; else failed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}
