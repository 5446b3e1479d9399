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

/// Tells the C library to grow its heap in large steps and not to map each array of a few hundred kilobytes anew: a short
/// run spends a tenth of its time on pages otherwise. It changes no result.
void colophon_prepare_heap(void);

/// Copies the build identifier that the linker wrote into this program (a digest of what was linked) to `bytes`.
/// Returns its length, or 0 where there is none.
size_t colophon_build_identifier(unsigned char *bytes, size_t size);

/// How this thread computes otherwise than IEEE 754 does unasked, as bits: 1 rounds upward, 2 downward, 4 toward zero;
/// 8 takes or gives zero for the smallest numbers (flush to zero, denormals are zero). 0 is as it should be.
int colophon_arithmetic_state(void);

/// The file that `symbol` was loaded from, or NULL. The text is the loader's.
const char *colophon_symbol_origin(const char *symbol);

/// The file of a loaded library by its number from 0, or NULL behind the last. The text is the loader's.
const char *colophon_loaded_library(size_t index);

#endif
