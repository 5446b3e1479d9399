/* A 64-bit hash (FNV-1a) of each function's results on 200,000 seeded points: the same on
 * every machine, by every compiler, at every level of optimisation. */
#include "common.h"
#include "list.h"

static uint64_t hash;
static void take(double r) {
    uint64_t u = r != r ? 0x7ff8000000000000u : bits_of(r);
    for (int i = 0; i < 64; i += 8) hash = (hash ^ (u >> i & 255)) * 0x100000001b3u;
}
static double point(int i, double a, double b) {
    return i % 4 < 2 ? uniform(a, b) : i % 4 == 2 ? exponent(-60, 60) : pattern();
}

int main(void) {
    uint64_t all = 0;
#define START state = 0xd19e57; hash = 0xcbf29ce484222325u; for (int i = 0; i < 200000; i++)
#define STOP(name) printf("%-7s %016llx\n", name, (unsigned long long)hash); all = all * 31 + hash;
#define X(f, a, b) START take(f(point(i, a, b))); STOP(#f)
#define Y(f, a, b) START { double x = point(i, a, b), y = point(i, a, b); take(f(x, y)); } STOP(#f)
    UNARY(X) BINARY(Y)
    START { double s, c; sincos(point(i, -10, 10), &s, &c); take(s); take(c); } STOP("sincos")
    printf("%-7s %016llx\n", "all", (unsigned long long)all);
    return 0;
}
