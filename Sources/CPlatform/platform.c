#define _GNU_SOURCE
#include "CPlatform.h"
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif
#if defined(__linux__)
#include <link.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#endif
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

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

int colophon_arithmetic_state(void) {
  // The control registers are read, and not fegetround: it asks the x87 unit, which Swift does not compute with.
#if defined(__x86_64__)
  // Flush to zero is bit 15 of the register, denormals are zero bit 6, rounding bits 13 and 14.
  static const int rounding[] = {0, 2, 1, 4};
  const unsigned control = _mm_getcsr();
  return rounding[control >> 13 & 3] | (control & 0x8040 ? 8 : 0);
#elif defined(__aarch64__)
  // Flush to zero is bit 24, rounding bits 22 and 23.
  static const int rounding[] = {0, 1, 2, 4};
  uint64_t control;
  __asm__ volatile("mrs %0, fpcr" : "=r"(control));
  return rounding[control >> 22 & 3] | (control >> 24 & 1 ? 8 : 0);
#else
  return 0;
#endif
}

const char *colophon_symbol_origin(const char *symbol) {
  void *const address = dlsym(RTLD_DEFAULT, symbol);
  Dl_info info;
  if (address == NULL || dladdr(address, &info) == 0) return NULL;
  return info.dli_fname;
}

#if defined(__linux__)
struct search {
  size_t left;
  const char *name;
};

static int visit(struct dl_phdr_info *info, size_t size, void *data) {
  (void)size;
  struct search *const search = data;
  if (search->left-- > 0) return 0;
  search->name = info->dlpi_name;
  return 1;
}
#endif

const char *colophon_loaded_library(size_t index) {
#if defined(__linux__)
  struct search search = {index, NULL};
  dl_iterate_phdr(visit, &search);
  return search.name;
#elif defined(__APPLE__)
  return index < _dyld_image_count() ? _dyld_get_image_name((uint32_t)index) : NULL;
#else
  (void)index;
  return NULL;
#endif
}

void colophon_prepare_heap(void) {
#if defined(__GLIBC__)
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}
