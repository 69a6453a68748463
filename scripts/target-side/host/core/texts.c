// UTF-8 for the host's own JavaScript.
#include "host.h"

#include <stdlib.h>

#define NATIVE(name) static JSValue name(JSContext *context, JSValueConst self, int argc, JSValueConst *argv)
#define UNUSED() (void)self, (void)argc, (void)argv

// Text => ArrayBuffer of its UTF-8.
NATIVE(encode_text) {
  UNUSED();
  size_t count, length = 0;
  const uint16_t *units = JS_ToCStringLenUTF16(context, &count, argv[0]);
  if (units == NULL) return JS_EXCEPTION;
  uint8_t *bytes = allocate(count * 3 + 1);
  for (size_t index = 0; index < count; index++) {
    uint32_t point = units[index];
    bool is_high = (point & 0xfc00) == 0xd800, has_low = index + 1 < count && (units[index + 1] & 0xfc00) == 0xdc00;
    if (is_high && has_low) point = 0x10000 + ((point & 0x3ff) << 10) + (units[++index] & 0x3ff);
    else if ((point & 0xf800) == 0xd800) point = 0xfffd;
    if (point < 0x80) {
      bytes[length++] = (uint8_t)point;
      continue;
    }
    int rest = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    bytes[length++] = (uint8_t)((rest == 1 ? 0xc0 : rest == 2 ? 0xe0 : 0xf0) | point >> (6 * rest));
    while (rest-- > 0) bytes[length++] = (uint8_t)(0x80 | ((point >> (6 * rest)) & 0x3f));
  }
  JS_FreeCStringUTF16(context, units);
  JSValue result = JS_NewArrayBufferCopy(context, bytes, length);
  free(bytes);
  return result;
}

// The length of the valid UTF-8 character at the start; 0 if there is none, with the bytes to skip in `bad`.
static size_t character(const uint8_t *bytes, size_t left, uint32_t *point, size_t *bad) {
  uint8_t first = bytes[0];
  size_t size = first < 0x80                    ? 1
                : first >= 0xc2 && first < 0xe0 ? 2
                : first >= 0xe0 && first < 0xf0 ? 3
                : first >= 0xf0 && first < 0xf5 ? 4
                                                : 0;
  *bad = 1;
  if (size == 0) return 0;
  uint8_t low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80, high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  *point = size == 1 ? first : first & (0x7f >> size);
  for (size_t index = 1; index < size; index++) {
    if (index >= left || bytes[index] < low || bytes[index] > high) return 0;
    low = 0x80;
    high = 0xbf;
    *point = *point << 6 | (bytes[index] & 0x3f);
    *bad = index + 1;
  }
  return size;
}

// (ArrayBuffer, offset, length, is fatal) => text; an invalid byte becomes U+FFFD, or the result is undefined.
NATIVE(decode_text) {
  UNUSED();
  size_t size, count = 0;
  uint8_t *bytes = JS_GetArrayBuffer(context, &size, argv[0]);
  int64_t offset, length;
  if (bytes == NULL || JS_ToInt64(context, &offset, argv[1]) < 0 || JS_ToInt64(context, &length, argv[2]) < 0) return JS_EXCEPTION;
  if (offset < 0 || length < 0 || (uint64_t)offset + (uint64_t)length > size)
    return JS_ThrowRangeError(context, "the bytes are out of range");
  uint16_t *units = allocate((size_t)length * sizeof *units);
  bool is_fatal = JS_ToBool(context, argv[3]) > 0, is_valid = true;
  for (size_t index = 0; index < (size_t)length;) {
    uint32_t point;
    size_t bad, width = character(bytes + offset + index, (size_t)length - index, &point, &bad);
    if (width == 0) {
      is_valid = false;
      units[count++] = 0xfffd;
      index += bad;
      continue;
    }
    index += width;
    if (point < 0x10000) {
      units[count++] = (uint16_t)point;
    } else {
      units[count++] = (uint16_t)(0xd800 + ((point - 0x10000) >> 10));
      units[count++] = (uint16_t)(0xdc00 + ((point - 0x10000) & 0x3ff));
    }
  }
  JSValue result = is_fatal && !is_valid ? JS_UNDEFINED : JS_NewStringUTF16(context, units, count);
  free(units);
  return result;
}

// Defines the functions on an object.
void define_texts(JSValueConst object) {
  static const JSCFunctionListEntry functions[] = {JS_CFUNC_DEF("encode", 1, encode_text), JS_CFUNC_DEF("decode", 4, decode_text)};
  JS_SetPropertyFunctionList(host.context, object, functions, sizeof functions / sizeof *functions);
}
