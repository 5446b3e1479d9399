#define _GNU_SOURCE
#include "CPlatform.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

int colophon_format_fixed(char *buffer, size_t size, double value, int decimals) {
  return snprintf(buffer, size, "%.*f", decimals, value);
}

int colophon_format_scientific(char *buffer, size_t size, double value, int digits) {
  return snprintf(buffer, size, "%.*e", digits - 1, value);
}

int colophon_exchange_paths(const char *first, const char *second) {
#if defined(__linux__)
  return renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE);
#elif defined(__APPLE__)
  return renamex_np(first, second, RENAME_SWAP);
#else
  errno = ENOSYS;
  return -1;
#endif
}
