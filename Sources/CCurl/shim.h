#ifndef PITLANE_CCURL_SHIM_H
#define PITLANE_CCURL_SHIM_H

#include <curl/curl.h>
#include <zlib.h>

// curl_easy_setopt, curl_easy_getinfo and curl_multi_setopt are variadic, which Swift cannot call; hence one typed
// function per kind of argument. The parentheses keep libcurl's macros of the same names out of the way.

typedef size_t (*pitlane_curl_data_callback)(char *data, size_t size, size_t count, void *context);

static inline CURLcode pitlane_curl_set_long(CURL *easy, CURLoption option, long value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// libcurl copies the string.
static inline CURLcode pitlane_curl_set_string(CURL *easy, CURLoption option, const char *value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// libcurl keeps the pointer; the list must outlive the transfer.
static inline CURLcode pitlane_curl_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return (curl_easy_setopt)(easy, option, value);
}

/// `buffer` of at least CURL_ERROR_SIZE bytes, which must outlive the transfer; NULL detaches it.
static inline CURLcode pitlane_curl_set_error_buffer(CURL *easy, char *buffer) {
    return (curl_easy_setopt)(easy, CURLOPT_ERRORBUFFER, buffer);
}

static inline CURLcode pitlane_curl_set_body_callback(CURL *easy, pitlane_curl_data_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_WRITEFUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_WRITEDATA, context);
}

static inline CURLcode pitlane_curl_set_header_callback(CURL *easy, pitlane_curl_data_callback callback, void *context) {
    CURLcode code = (curl_easy_setopt)(easy, CURLOPT_HEADERFUNCTION, callback);
    return code != CURLE_OK ? code : (curl_easy_setopt)(easy, CURLOPT_HEADERDATA, context);
}

static inline CURLcode pitlane_curl_get_long(CURL *easy, CURLINFO info, long *value) {
    return (curl_easy_getinfo)(easy, info, value);
}

static inline CURLMcode pitlane_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return (curl_multi_setopt)(multi, option, value);
}

/// The result of a finished transfer; a union in the C structure.
static inline CURLcode pitlane_curl_message_result(const CURLMsg *message) {
    return message->data.result;
}

// libcurl decodes with zlib but does not say whether a compressed body came to its end, so Upstream decodes gzip and
// deflate itself. inflateInit2 is a macro, which Swift does not import.

/// `windowBits` as in zlib: 15 + 32 for gzip or zlib by the header, -15 for raw deflate.
static inline int pitlane_curl_inflate_init(z_stream *stream, int windowBits) {
    return inflateInit2(stream, windowBits);
}

#endif
