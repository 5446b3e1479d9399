#ifndef COLOPHON_PLATFORM_H
#define COLOPHON_PLATFORM_H
#include <stddef.h>

/// Writes `value` with `decimals` places, correctly rounded (half to even on the exact binary value).
/// Returns the length that was needed, as snprintf does. The C locale is never changed by this program.
int colophon_format_fixed(char *buffer, size_t size, double value, int decimals);

/// Writes `value` as d.ddde±dd with `digits` significant digits, correctly rounded.
int colophon_format_scientific(char *buffer, size_t size, double value, int digits);

/// Swaps two paths in one atomic step. Returns 0, or -1 with errno set.
int colophon_exchange_paths(const char *first, const char *second);

/// Copies the build identifier that the linker wrote into this program (a digest of what was linked) to `bytes`.
/// Returns its length, or 0 where there is none.
size_t colophon_build_identifier(unsigned char *bytes, size_t size);

#endif
