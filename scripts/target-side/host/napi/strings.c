// Node-API: strings in UTF-8, UTF-16 and Latin-1.
#include "../core/host.h"

#include <stdlib.h>
#include <string.h>

// Whether the arguments describe a text: NULL is an empty one, but only with length 0.
#define CHECK_TEXT(text, length)                                                    \
  do {                                                                              \
    if ((text) == NULL) CHECK((length) == 0, napi_invalid_arg);                     \
    CHECK((length) == NAPI_AUTO_LENGTH || (length) <= INT32_MAX, napi_invalid_arg); \
    CHECK_ARG(result);                                                              \
  } while (0)

IMPLEMENTED(napi_create_string_utf8)(napi_env env, const char *text, size_t length, napi_value *result) {
  ENTER();
  CHECK_TEXT(text, length);
  if (text == NULL) text = "";
  RETURN_VALUE(result, JS_NewStringLen(host.context, text, length == NAPI_AUTO_LENGTH ? strlen(text) : length));
}

static size_t length_of_utf16(const char16_t *text) {
  size_t length = 0;
  while (text[length] != 0) length++;
  return length;
}

IMPLEMENTED(napi_create_string_utf16)(napi_env env, const char16_t *text, size_t length, napi_value *result) {
  ENTER();
  CHECK_TEXT(text, length);
  if (text == NULL) text = u"";
  RETURN_VALUE(result,
               JS_NewStringUTF16(host.context, (const uint16_t *)text, length == NAPI_AUTO_LENGTH ? length_of_utf16(text) : length));
}

IMPLEMENTED(napi_create_string_latin1)(napi_env env, const char *text, size_t length, napi_value *result) {
  ENTER();
  CHECK_TEXT(text, length);
  if (text == NULL) text = "";
  if (length == NAPI_AUTO_LENGTH) length = strlen(text);
  uint16_t *wide = allocate(length * sizeof *wide);
  for (size_t index = 0; index < length; index++) wide[index] = (unsigned char)text[index];
  JSValue value = JS_NewStringUTF16(host.context, wide, length);
  free(wide);
  RETURN_VALUE(result, value);
}

// Property keys: the engine makes every key an atom when it is used, so that these are plain strings.
IMPLEMENTED(node_api_create_property_key_utf8)(napi_env env, const char *text, size_t length, napi_value *result) {
  return napi_create_string_utf8(env, text, length, result);
}
IMPLEMENTED(node_api_create_property_key_utf16)(napi_env env, const char16_t *text, size_t length, napi_value *result) {
  return napi_create_string_utf16(env, text, length, result);
}
IMPLEMENTED(node_api_create_property_key_latin1)(napi_env env, const char *text, size_t length, napi_value *result) {
  return napi_create_string_latin1(env, text, length, result);
}

// External strings: the engine has none, so that it copies them, says so, and lets go of the original at once, as Node may.
IMPLEMENTED(node_api_create_external_string_latin1)(napi_env env, char *text, size_t length, node_api_basic_finalize finalize, void *hint,
                                                    napi_value *result, bool *copied) {
  napi_status status = napi_create_string_latin1(env, text, length, result);
  if (status != napi_ok) return status;
  if (copied != NULL) *copied = true;
  if (finalize != NULL) finalize(env, text, hint);
  DONE();
}
IMPLEMENTED(node_api_create_external_string_utf16)(napi_env env, char16_t *text, size_t length, node_api_basic_finalize finalize,
                                                   void *hint, napi_value *result, bool *copied) {
  napi_status status = napi_create_string_utf16(env, text, length, result);
  if (status != napi_ok) return status;
  if (copied != NULL) *copied = true;
  if (finalize != NULL) finalize(env, text, hint);
  DONE();
}

#define CHECK_STRING(value)                                    \
  do {                                                         \
    CHECK_ARG(value);                                          \
    CHECK(JS_IsString(value_of(value)), napi_string_expected); \
    if (buffer == NULL) CHECK_ARG(result);                     \
  } while (0)

// Encodes code units to UTF-8; a lone surrogate becomes U+FFFD. Writes whole characters only. Returns the bytes; counts all without a
// buffer.
static size_t encode(const uint16_t *units, size_t length, char *buffer, size_t room) {
  size_t written = 0;
  for (size_t index = 0; index < length; index++) {
    uint32_t point = units[index];
    bool is_pair = (point & 0xfc00) == 0xd800 && index + 1 < length && (units[index + 1] & 0xfc00) == 0xdc00;
    if (is_pair) point = 0x10000 + ((point & 0x3ff) << 10) + (units[++index] & 0x3ff);
    else if ((point & 0xf800) == 0xd800) point = 0xfffd;
    size_t size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    if (buffer != NULL) {
      if (size > room - written) break;
      char *place = buffer + written;
      for (size_t byte = size - 1; byte > 0; byte--, point >>= 6) place[byte] = (char)(0x80 | (point & 0x3f));
      static const uint8_t marks[] = {0, 0, 0xc0, 0xe0, 0xf0};
      place[0] = (char)(marks[size] | point);
    }
    written += size;
  }
  return written;
}

// Writes units to a buffer of `room` bytes; returns the bytes that were written, or without a buffer the bytes that are needed.
typedef size_t (*encoder)(const uint16_t *units, size_t length, char *buffer, size_t room);

static size_t encode_utf16(const uint16_t *units, size_t length, char *buffer, size_t room) {
  size_t bytes = length * sizeof *units;
  if (buffer == NULL) return bytes;
  if (bytes > room) bytes = room;
  memcpy(buffer, units, bytes);
  return bytes;
}

static size_t encode_latin1(const uint16_t *units, size_t length, char *buffer, size_t room) {
  if (buffer == NULL) return length;
  size_t written = 0;
  for (; written < length && written < room; written++) buffer[written] = (char)units[written];
  return written;
}

// Copies a string with a zero behind it to a buffer of `size` characters of `width` bytes.
static napi_status copy_string(napi_env env, napi_value value, void *buffer, size_t size, size_t *result, size_t width,
                               encoder encode_units) {
  CHECK_STRING(value);
  size_t length, bytes = 0;
  const uint16_t *units = JS_ToCStringLenUTF16(host.context, &length, value_of(value));
  if (units == NULL) return take_exception(env);
  if (buffer == NULL) bytes = encode_units(units, length, NULL, 0);
  else if (size > 0) {
    bytes = encode_units(units, length, buffer, (size - 1) * width);
    memset((char *)buffer + bytes, 0, width);
  }
  JS_FreeCStringUTF16(host.context, units);
  if (result != NULL) *result = bytes / width;
  DONE();
}

IMPLEMENTED(napi_get_value_string_utf8)(napi_env env, napi_value value, char *buffer, size_t size, size_t *result) {
  ENTER();
  return copy_string(env, value, buffer, size, result, 1, encode);
}

IMPLEMENTED(napi_get_value_string_utf16)(napi_env env, napi_value value, char16_t *buffer, size_t size, size_t *result) {
  ENTER();
  return copy_string(env, value, buffer, size, result, sizeof *buffer, encode_utf16);
}

IMPLEMENTED(napi_get_value_string_latin1)(napi_env env, napi_value value, char *buffer, size_t size, size_t *result) {
  ENTER();
  return copy_string(env, value, buffer, size, result, 1, encode_latin1);
}
