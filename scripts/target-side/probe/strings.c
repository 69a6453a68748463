// Node-API: strings in UTF-8, Latin-1 and UTF-16, property keys, symbols.
#include "probe.h"

#include <string.h>

// Writes one code point as UTF-8 and returns the number of bytes; a lone surrogate takes three.
static size_t encode(uint32_t point, char *out) {
  if (point < 0x80) return out[0] = (char)point, 1;
  if (point < 0x800) return out[0] = (char)(0xc0 | point >> 6), out[1] = (char)(0x80 | (point & 63)), 2;
  size_t size = point < 0x10000 ? 3 : 4;
  out[0] = (char)(size == 3 ? 0xe0 | point >> 12 : 0xf0 | point >> 18);
  for (size_t index = 1; index < size; index++) out[index] = (char)(0x80 | (point >> 6 * (size - 1 - index) & 63));
  return size;
}

// Reads one code point at `text` and returns its number of bytes; an invalid byte is U+FFFD.
static size_t decode(const char *text, const char *end, uint32_t *point) {
  unsigned char first = (unsigned char)*text;
  size_t size = first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  *point = 0xfffd;
  if (size == 0 || (size_t)(end - text) < size) return 1;
  uint32_t value = size == 1 ? first : first & (0x7fu >> size);
  for (size_t index = 1; index < size; index++) {
    if ((text[index] & 0xc0) != 0x80) return 1;
    value = value << 6 | (text[index] & 63);
  }
  *point = value;
  return size;
}

// Whether a string argument is valid; the caller resolves NAPI_AUTO_LENGTH.
static bool is_input(const void *text, size_t length) {
  return text != NULL ? length <= INT32_MAX : length == 0;
}

IMPLEMENTED(napi_create_string_utf8)(napi_env env, const char *text, size_t length, napi_value *result) {
  ENTER();
  if (length == NAPI_AUTO_LENGTH && text != NULL) length = strlen(text);
  CHECK(is_input(text, length), napi_invalid_arg);
  RETURN(result, new_string(text, length));
}

IMPLEMENTED(napi_create_string_latin1)(napi_env env, const char *text, size_t length, napi_value *result) {
  ENTER();
  if (length == NAPI_AUTO_LENGTH && text != NULL) length = strlen(text);
  CHECK(is_input(text, length), napi_invalid_arg);
  char *utf8 = allocate(length * 2);
  size_t size = 0;
  for (size_t index = 0; index < length; index++) size += encode((unsigned char)text[index], utf8 + size);
  RETURN(result, new_string(utf8, size));
}

IMPLEMENTED(napi_create_string_utf16)(napi_env env, const char16_t *text, size_t length, napi_value *result) {
  ENTER();
  if (length == NAPI_AUTO_LENGTH && text != NULL)
    for (length = 0; text[length] != 0;) length++;
  CHECK(is_input(text, length), napi_invalid_arg);
  char *utf8 = allocate(length * 3);
  size_t size = 0;
  for (size_t index = 0; index < length; index++) {
    uint32_t point = text[index];
    bool paired = point >> 10 == 0x36 && index + 1 < length && text[index + 1] >> 10 == 0x37;
    if (paired) point = 0x10000 + ((point & 0x3ff) << 10) + (text[++index] & 0x3ff);
    size += encode(point, utf8 + size);
  }
  RETURN(result, new_string(utf8, size));
}

// A property key is a plain string: V8 only stores it differently.
IMPLEMENTED(node_api_create_property_key_utf8)(napi_env env, const char *text, size_t length, napi_value *result) {
  COUNT();
  return napi_create_string_utf8(env, text, length, result);
}
IMPLEMENTED(node_api_create_property_key_latin1)(napi_env env, const char *text, size_t length, napi_value *result) {
  COUNT();
  return napi_create_string_latin1(env, text, length, result);
}
IMPLEMENTED(node_api_create_property_key_utf16)(napi_env env, const char16_t *text, size_t length, napi_value *result) {
  COUNT();
  return napi_create_string_utf16(env, text, length, result);
}

// External strings are copied and released at once. The interface allows it, and `copied` reports it.
#define EXTERNAL_STRING(name, character, create)                                                                                     \
  IMPLEMENTED(name)(napi_env env, character * text, size_t length, node_api_basic_finalize finalize, void *hint, napi_value *result, \
                    bool *copied) {                                                                                                  \
    COUNT();                                                                                                                         \
    napi_status status = create(env, text, length, result);                                                                          \
    if (status == napi_ok && finalize != NULL) finalize(env, text, hint);                                                            \
    if (status == napi_ok && copied != NULL) *copied = true;                                                                         \
    return status;                                                                                                                   \
  }
EXTERNAL_STRING(node_api_create_external_string_latin1, char, napi_create_string_latin1)
EXTERNAL_STRING(node_api_create_external_string_utf16, char16_t, napi_create_string_utf16)

// Copies a string as UTF-8, complete characters only; without a buffer, returns its number of bytes.
IMPLEMENTED(napi_get_value_string_utf8)(napi_env env, napi_value value, char *buffer, size_t size, size_t *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK(value->type == napi_string, napi_string_expected);
  if (buffer == NULL) RETURN(result, value->length);
  size_t length = size == 0 ? 0 : value->length < size ? value->length : size - 1;
  while (length > 0 && length < value->length && (value->text[length] & 0xc0) == 0x80) length--;
  memcpy(buffer, value->text, length);
  if (size > 0) buffer[length] = 0;
  if (result != NULL) *result = length;
  DONE();
}

// Writes one code point as Latin-1 or UTF-16 units and returns their number.
static size_t put_latin1(uint32_t point, char *out) {
  if (point < 0x10000) return out[0] = (char)point, 1;
  return out[0] = (char)(point >> 10), out[1] = (char)point, 2;
}
static size_t put_utf16(uint32_t point, char16_t *out) {
  if (point < 0x10000) return out[0] = (char16_t)point, 1;
  point -= 0x10000;
  return out[0] = (char16_t)(0xd800 | point >> 10), out[1] = (char16_t)(0xdc00 | (point & 0x3ff)), 2;
}

#define STRING_VALUE(name, character, put)                                                             \
  IMPLEMENTED(name)(napi_env env, napi_value value, character * buffer, size_t size, size_t *result) { \
    ENTER();                                                                                           \
    CHECK_ARG(value);                                                                                  \
    CHECK(value->type == napi_string, napi_string_expected);                                           \
    size_t length = 0;                                                                                 \
    uint32_t point;                                                                                    \
    character units[2];                                                                                \
    for (const char *at = value->text, *end = at + value->length; at < end;) {                         \
      at += decode(at, end, &point);                                                                   \
      size_t count = put(point, units);                                                                \
      if (buffer != NULL && length + count >= size) break;                                             \
      if (buffer != NULL) memcpy(buffer + length, units, count * sizeof *units);                       \
      length += count;                                                                                 \
    }                                                                                                  \
    if (buffer == NULL) RETURN(result, length);                                                        \
    if (size > 0) buffer[length] = 0;                                                                  \
    if (result != NULL) *result = length;                                                              \
    DONE();                                                                                            \
  }
STRING_VALUE(napi_get_value_string_latin1, char, put_latin1)
STRING_VALUE(napi_get_value_string_utf16, char16_t, put_utf16)

// A symbol; the report shows its description.
static napi_value new_symbol(const char *description, size_t length) {
  napi_value symbol = new_value(napi_symbol);
  napi_value text = new_string(description, length);
  symbol->text = text->text;
  symbol->length = text->length;
  return symbol;
}

IMPLEMENTED(napi_create_symbol)(napi_env env, napi_value description, napi_value *result) {
  ENTER();
  CHECK(description == NULL || description->type == napi_string, napi_string_expected);
  RETURN(result, new_symbol(description != NULL ? description->text : "", description != NULL ? description->length : 0));
}

// Symbol.for: the same symbol for the same text.
IMPLEMENTED(node_api_symbol_for)(napi_env env, const char *description, size_t length, napi_value *result) {
  static struct napi_value__ registry = {.type = napi_object};
  ENTER();
  if (length == NAPI_AUTO_LENGTH && description != NULL) length = strlen(description);
  CHECK(is_input(description, length), napi_invalid_arg);
  napi_value key = new_string(description, length);
  struct property *entry = own_property(&registry, key);
  if (entry == NULL) entry = put_property(&registry, key, new_symbol(key->text, key->length), napi_default);
  RETURN(result, entry->value);
}
