/* Time per call against the C library's own functions; exits 1 when one takes over five times as long. */
#define _GNU_SOURCE
#include "common.h"
#include "list.h"
#include <dlfcn.h>
#include <time.h>

#define POINTS 2000
#define REPEATS 20
#define ROUNDS 15

typedef void (*both)(double, double *, double *);
static double xs[POINTS], ys[POINTS];
static volatile double sink;
static int slow;

static double now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}
static int order(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}
static void run(const char *name, void *theirs, void *ours, int kind) {
    double times[2][ROUNDS];
    if (!theirs) { printf("%-7s not found\n", name); slow = 1; return; }
    for (int round = 0; round < ROUNDS; round++)
        for (int who = 0; who < 2; who++) {
            void *f = who ? ours : theirs;
            double sum = 0, s, c, start = now();
            for (int k = 0; k < REPEATS; k++)
                for (int i = 0; i < POINTS; i++) {
                    if (kind == 1) sum += ((unary)f)(xs[i]);
                    else if (kind == 2) sum += ((binary)f)(xs[i], ys[i]);
                    else { ((both)f)(xs[i], &s, &c); sum += s + c; }
                }
            times[who][round] = (now() - start) / (POINTS * REPEATS);
            sink = sum;
        }
    for (int who = 0; who < 2; who++) qsort(times[who], ROUNDS, sizeof(double), order);
    double t = times[0][ROUNDS / 2], o = times[1][ROUNDS / 2];
    printf("%-7s %7.1f ns  libm %7.1f ns  ratio %5.2f%s\n", name, o, t, o / t, o / t > 5 ? "  SLOW" : "");
    if (o / t > 5) slow = 1;
}
static void fill(double a, double b) {
    for (int i = 0; i < POINTS; i++) { xs[i] = uniform(a, b); ys[i] = uniform(a < 0 ? a : -5, b); }
}

int main(void) {
    void *libm = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
    if (!libm) { printf("no libm.so.6\n"); return 1; }
    state = 0x5eed;
#define X(f, a, b) fill(a, b); run(#f, dlsym(libm, #f), (void *)f, 1);
#define Y(f, a, b) fill(a, b); run(#f, dlsym(libm, #f), (void *)f, 2);
    UNARY(X) BINARY(Y)
    fill(-10, 10);
    run("sincos", dlsym(libm, "sincos"), (void *)sincos, 3);
    return slow;
}
