#include <zlib.h>

// inflateInit2 is a macro, which Swift cannot call.
static inline int benchmark_inflate_init_raw(z_stream *stream) {
    return inflateInit2(stream, -15);
}
