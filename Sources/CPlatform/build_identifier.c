#define _GNU_SOURCE
#include "CPlatform.h"
#include <string.h>
#if defined(__linux__)
#include <link.h>
#elif defined(__APPLE__)
#include <mach-o/dyld.h>
#include <mach-o/loader.h>
#endif

#if defined(__linux__)
struct identifier {
  unsigned char *bytes;
  size_t size, length;
};

// The first object that is reported is the program itself. Its notes are looked through for GNU's build identifier.
static int find_identifier(struct dl_phdr_info *object, size_t size, void *data) {
  (void)size;
  struct identifier *found = data;
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_NOTE) continue;
    const unsigned char *place = (const unsigned char *)(object->dlpi_addr + segment->p_vaddr);
    const unsigned char *end = place + segment->p_memsz;
    size_t unit = segment->p_align == 8 ? 8 : 4;
    while (place + sizeof(ElfW(Nhdr)) <= end) {
      const ElfW(Nhdr) *note = (const ElfW(Nhdr) *)place;
      const unsigned char *name = place + sizeof *note;
      const unsigned char *content = name + (note->n_namesz + unit - 1) / unit * unit;
      if (content + note->n_descsz > end) break;
      if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 && memcmp(name, "GNU", 4) == 0) {
        found->length = note->n_descsz < found->size ? note->n_descsz : found->size;
        memcpy(found->bytes, content, found->length);
        return 1;
      }
      place = content + (note->n_descsz + unit - 1) / unit * unit;
    }
  }
  return 1;
}
#endif

size_t colophon_build_identifier(unsigned char *bytes, size_t size) {
#if defined(__linux__)
  struct identifier found = {bytes, size, 0};
  dl_iterate_phdr(find_identifier, &found);
  return found.length;
#elif defined(__APPLE__)
  const struct mach_header_64 *header = (const struct mach_header_64 *)_dyld_get_image_header(0);
  const unsigned char *place = (const unsigned char *)(header + 1);
  for (uint32_t i = 0; i < header->ncmds; i++) {
    const struct load_command *command = (const struct load_command *)place;
    if (command->cmd == LC_UUID) {
      const struct uuid_command *uuid = (const struct uuid_command *)command;
      size_t length = sizeof uuid->uuid < size ? sizeof uuid->uuid : size;
      memcpy(bytes, uuid->uuid, length);
      return length;
    }
    place += command->cmdsize;
  }
  return 0;
#else
  (void)bytes;
  (void)size;
  return 0;
#endif
}
