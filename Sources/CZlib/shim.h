#ifndef PITLANE_CZLIB_SHIM_H
#define PITLANE_CZLIB_SHIM_H

#include <zlib.h>

// zlib's init functions are macros that pass the header's version and the size of z_stream;
// Swift imports no such macros, hence typed functions.

/// Raw deflate: no zlib header, no checksum. `windowBits` 9 to 15 (8 fails in zlib).
static inline int pitlane_deflate_init_raw(z_stream *stream, int level, int windowBits, int memLevel) {
    return deflateInit2(stream, level, Z_DEFLATED, -windowBits, memLevel, Z_DEFAULT_STRATEGY);
}

/// Raw inflate: no zlib header, no checksum. `windowBits` 8 to 15.
static inline int pitlane_inflate_init_raw(z_stream *stream, int windowBits) {
    return inflateInit2(stream, -windowBits);
}

#endif
