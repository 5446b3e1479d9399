#include <zlib.h>

/* inflateInit2 is a macro, which Swift does not see. 31: the largest window, and a gzip header. */
static inline int colophon_inflate_gzip_begin(z_stream *stream) { return inflateInit2(stream, 31); }
