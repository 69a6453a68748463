// Node-API: BigInts. The engine has functions for 64 bits; longer ones go through hexadecimal text.
#include "../core/host.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS 16  // of a word

static JSValue global_function(const char *name) {
  JSValue global = JS_GetGlobalObject(host.context);
  JSValue function = JS_GetPropertyStr(host.context, global, name);
  JS_FreeValue(host.context, global);
  return function;
}

// The BigInt of a text; JS_EXCEPTION if it is too long.
static JSValue parse(const char *text, size_t length) {
  JSValue function = global_function("BigInt"), argument = JS_NewStringLen(host.context, text, length);
  JSValue result = JS_Call(host.context, function, JS_UNDEFINED, 1, &argument);
  JS_FreeValue(host.context, argument);
  JS_FreeValue(host.context, function);
  return result;
}

// -value. It takes the value.
static JSValue negate(JSValue value) {
  JSValue result = JS_Call(host.context, host.negate, JS_UNDEFINED, 1, &value);
  JS_FreeValue(host.context, value);
  return result;
}

IMPLEMENTED(napi_create_bigint_words)(napi_env env, int sign, size_t count, const uint64_t *words, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(words);
  CHECK_ARG(result);
  CHECK(count <= INT32_MAX, napi_invalid_arg);
  // As in V8: 2^30 bits at most.
  if (count > (1u << 24)) {
    JS_ThrowRangeError(host.context, "Maximum BigInt size exceeded");
    return take_exception(env);
  }
  char *text = allocate(2 + DIGITS * count + 2), *end = text;
  *end++ = '0';
  *end++ = 'x';
  *end++ = '0';
  for (size_t index = count; index-- > 0;)
    for (int shift = 60; shift >= 0; shift -= 4) *end++ = "0123456789abcdef"[(words[index] >> shift) & 15];
  JSValue value = parse(text, (size_t)(end - text));
  free(text);
  if (!JS_IsException(value) && sign != 0) value = negate(value);
  RETURN_VALUE(result, value);
}

// The hexadecimal text of a BigInt, to be freed by JS_FreeCString; NULL after an exception.
static const char *text_of(napi_value value, size_t *length) {
  JSValue radix = JS_NewInt32(host.context, 16);
  JSAtom name = JS_NewAtom(host.context, "toString");
  JSValue text = JS_Invoke(host.context, value_of(value), name, 1, &radix);
  JS_FreeAtom(host.context, name);
  if (JS_IsException(text)) return NULL;
  const char *result = JS_ToCStringLen(host.context, length, text);
  JS_FreeValue(host.context, text);
  return result;
}

static uint64_t digit_of(char letter) {
  return (uint64_t)(letter <= '9' ? letter - '0' : letter - 'a' + 10);
}

// The word at an index, 0 for the lowest.
static uint64_t word_at(const char *digits, size_t count, size_t index) {
  uint64_t word = 0;
  size_t end = count - index * DIGITS, start = end > DIGITS ? end - DIGITS : 0;
  for (size_t place = start; place < end; place++) word = word << 4 | digit_of(digits[place]);
  return word;
}

IMPLEMENTED(napi_get_value_bigint_words)(napi_env env, napi_value value, int *sign, size_t *count, uint64_t *words) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(count);
  CHECK(JS_IsBigInt(value_of(value)), napi_bigint_expected);
  if (sign != NULL || words != NULL) {
    CHECK_ARG(sign);
    CHECK_ARG(words);
  }
  size_t length;
  const char *text = text_of(value, &length);
  if (text == NULL) return take_exception(env);
  bool is_negative = text[0] == '-';
  const char *digits = text + is_negative;
  size_t digit_count = length - is_negative;
  size_t needed = strcmp(digits, "0") == 0 ? 0 : (digit_count + DIGITS - 1) / DIGITS;
  if (sign != NULL && words != NULL) {
    *sign = is_negative;
    for (size_t index = 0; index < *count && index < needed; index++) words[index] = word_at(digits, digit_count, index);
  }
  JS_FreeCString(host.context, text);
  RETURN(count, needed);
}

// The low 64 bits of a BigInt, as two's complement, and whether it fits in the given signedness.
static napi_status read_bits(napi_env env, napi_value value, bool is_signed, uint64_t *bits, bool *lossless) {
  size_t length;
  const char *text = text_of(value, &length);
  if (text == NULL) return take_exception(env);
  bool is_negative = text[0] == '-';
  uint64_t magnitude = word_at(text + is_negative, length - is_negative, 0);
  bool is_short = length - is_negative <= DIGITS;
  JS_FreeCString(host.context, text);
  *bits = is_negative ? 0 - magnitude : magnitude;
  if (is_signed) *lossless = is_short && (is_negative ? magnitude <= (uint64_t)1 << 63 : magnitude < (uint64_t)1 << 63);
  else *lossless = is_short && !is_negative;
  DONE();
}

IMPLEMENTED(napi_get_value_bigint_int64)(napi_env env, napi_value value, int64_t *result, bool *lossless) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK_ARG(lossless);
  CHECK(JS_IsBigInt(value_of(value)), napi_bigint_expected);
  uint64_t bits = 0;
  napi_status status = read_bits(env, value, true, &bits, lossless);
  *result = (int64_t)bits;
  return status;
}

IMPLEMENTED(napi_get_value_bigint_uint64)(napi_env env, napi_value value, uint64_t *result, bool *lossless) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK_ARG(lossless);
  CHECK(JS_IsBigInt(value_of(value)), napi_bigint_expected);
  return read_bits(env, value, false, result, lossless);
}
