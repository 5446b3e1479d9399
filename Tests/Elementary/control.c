/* The control to digest.c: the C library's own exp, sin, cos and pow, whose bits may change when a
 * tunable hides the FMA instructions from it. */
#define _GNU_SOURCE
#include "common.h"
#include <dlfcn.h>

static uint64_t hash;
static void take(double r) {
    uint64_t u = bits_of(r);
    for (int i = 0; i < 64; i += 8) hash = (hash ^ (u >> i & 255)) * 0x100000001b3u;
}

int main(void) {
    static const char *const names[] = {"exp", "sin", "cos", "pow", "log", "tan", "atan"};
    void *libm = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
    if (!libm) return 1;
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        void *f = dlsym(libm, names[k]);
        if (!f) return 1;
        state = 0xd19e57;
        hash = 0xcbf29ce484222325u;
        for (int i = 0; i < 200000; i++) {
            double x = uniform(0.01, 20), y = uniform(-20, 20);
            take(k == 3 ? ((binary)f)(x, y) : ((unary)f)(x));
        }
        printf("%-7s %016llx\n", names[k], (unsigned long long)hash);
    }
    return 0;
}
