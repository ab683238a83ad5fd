#ifndef PITLANE_COPENSSL_SHIM_H
#define PITLANE_COPENSSL_SHIM_H

#include <openssl/evp.h>
#include <stddef.h>

/// Writes the 32 bytes of the SHA-256 of `bytes` to `digest`; returns 1, or 0 when memory is short.
static inline int pitlane_sha256(const void *bytes, size_t count, unsigned char *digest) {
    return EVP_Digest(bytes, count, digest, NULL, EVP_sha256(), NULL);
}

/// A context for SHA-256 in parts; NULL when memory is short. Free it with EVP_MD_CTX_free.
static inline EVP_MD_CTX *pitlane_sha256_begin(void) {
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha256(), NULL) != 1) {
        EVP_MD_CTX_free(context);
        return NULL;
    }
    return context;
}

#endif
