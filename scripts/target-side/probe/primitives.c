// Node-API: primitive values except strings, their coercion and comparison, dates, errors.
#include "probe.h"

#include <math.h>
#include <stdlib.h>

#define SINGLETON(name, singleton)                       \
  IMPLEMENTED(name)(napi_env env, napi_value * result) { \
    ENTER();                                             \
    RETURN(result, singleton);                           \
  }
SINGLETON(napi_get_undefined, &undefined_value)
SINGLETON(napi_get_null, &null_value)
SINGLETON(napi_get_global, env->global)

IMPLEMENTED(napi_get_boolean)(napi_env env, bool value, napi_value *result) {
  ENTER();
  RETURN(result, value ? &true_value : &false_value);
}

#define NUMBER(name, type)                                           \
  IMPLEMENTED(name)(napi_env env, type value, napi_value * result) { \
    ENTER();                                                         \
    RETURN(result, new_number((double)value));                       \
  }
NUMBER(napi_create_double, double)
NUMBER(napi_create_int32, int32_t)
NUMBER(napi_create_uint32, uint32_t)
NUMBER(napi_create_int64, int64_t)

// A number modulo 2^32, like ToUint32 in JavaScript.
static uint32_t wrap_32(double number) {
  if (!isfinite(number)) return 0;
  double rest = fmod(trunc(number), 4294967296.0);
  return (uint32_t)(rest < 0 ? rest + 4294967296.0 : rest);
}

// A number clamped to the range of int64_t; 0 if it is not finite.
static int64_t clamp_64(double number) {
  if (!isfinite(number)) return 0;
  return number >= 9223372036854775808.0 ? INT64_MAX : number <= -9223372036854775808.0 ? INT64_MIN : (int64_t)number;
}

#define NUMBER_VALUE(name, ctype, expression)                         \
  IMPLEMENTED(name)(napi_env env, napi_value value, ctype * result) { \
    ENTER();                                                          \
    CHECK_ARG(value);                                                 \
    CHECK(value->type == napi_number, napi_number_expected);          \
    RETURN(result, expression);                                       \
  }
NUMBER_VALUE(napi_get_value_double, double, value->number)
NUMBER_VALUE(napi_get_value_int32, int32_t, (int32_t)wrap_32(value->number))
NUMBER_VALUE(napi_get_value_uint32, uint32_t, wrap_32(value->number))
NUMBER_VALUE(napi_get_value_int64, int64_t, clamp_64(value->number))

IMPLEMENTED(napi_get_value_bool)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK(value->type == napi_boolean, napi_boolean_expected);
  RETURN(result, value->boolean);
}

// A bigint of one word; functions for more words are not implemented.
static napi_value new_bigint(bool negative, uint64_t magnitude) {
  napi_value value = new_value(napi_bigint);
  value->negative = negative;
  value->magnitude = magnitude;
  return value;
}

IMPLEMENTED(napi_create_bigint_int64)(napi_env env, int64_t value, napi_value *result) {
  ENTER();
  RETURN(result, new_bigint(value < 0, value < 0 ? 0 - (uint64_t)value : (uint64_t)value));
}

IMPLEMENTED(napi_create_bigint_uint64)(napi_env env, uint64_t value, napi_value *result) {
  ENTER();
  RETURN(result, new_bigint(false, value));
}

#define BIGINT_VALUE(name, ctype, fits)                                                 \
  IMPLEMENTED(name)(napi_env env, napi_value value, ctype * result, bool *lossless) {   \
    ENTER();                                                                            \
    CHECK_ARG(value);                                                                   \
    CHECK_ARG(lossless);                                                                \
    CHECK(value->type == napi_bigint, napi_bigint_expected);                            \
    *lossless = (fits);                                                                 \
    RETURN(result, (ctype)(value->negative ? 0 - value->magnitude : value->magnitude)); \
  }
BIGINT_VALUE(napi_get_value_bigint_int64, int64_t, value->magnitude <= (uint64_t)INT64_MAX + value->negative)
BIGINT_VALUE(napi_get_value_bigint_uint64, uint64_t, !value->negative)

// Creates a date from milliseconds since 1970.
IMPLEMENTED(napi_create_date)(napi_env env, double time, napi_value *result) {
  ENTER_JS();
  napi_value date = new_object(DATE, prototypes.date);
  date->number = time;
  RETURN(result, date);
}

// Reads a date's milliseconds.
IMPLEMENTED(napi_get_date_value)(napi_env env, napi_value value, double *result) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK(value->shape == DATE, napi_date_expected);
  RETURN(result, value->number);
}

IMPLEMENTED(napi_typeof)(napi_env env, napi_value value, napi_valuetype *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, value->type);
}

#define IS(name, condition)                                         \
  IMPLEMENTED(name)(napi_env env, napi_value value, bool *result) { \
    ENTER();                                                        \
    CHECK_ARG(value);                                               \
    RETURN(result, condition);                                      \
  }
IS(napi_is_array, value->shape == ARRAY)
IS(napi_is_error, value->shape == ERROR)
IS(napi_is_date, value->shape == DATE)
IS(napi_is_promise, value->shape == PROMISE)
IS(napi_is_arraybuffer, value->shape == ARRAYBUFFER)
IS(napi_is_typedarray, value->shape == TYPEDARRAY)
IS(napi_is_dataview, value->shape == DATAVIEW)
IS(napi_is_buffer, value->shape == TYPEDARRAY || value->shape == DATAVIEW)
IS(napi_is_detached_arraybuffer, value->shape == ARRAYBUFFER && value->detached)

IMPLEMENTED(napi_strict_equals)(napi_env env, napi_value left, napi_value right, bool *result) {
  ENTER_JS();
  CHECK_ARG(left);
  CHECK_ARG(right);
  RETURN(result, same_value(left, right));
}

// Whether a value counts as true.
static bool truthy(napi_value value) {
  switch (value->type) {
    case napi_undefined:
    case napi_null: return false;
    case napi_boolean: return value->boolean;
    case napi_number: return value->number != 0 && !isnan(value->number);
    case napi_string: return value->length > 0;
    case napi_bigint: return value->magnitude != 0;
    default: return true;
  }
}

// Boolean(value).
IMPLEMENTED(napi_coerce_to_bool)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  RETURN(result, truthy(value) ? &true_value : &false_value);
}

// Number(value), for decimal strings and primitive values.
IMPLEMENTED(napi_coerce_to_number)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  if (value->type == napi_number) RETURN(result, value);
  if (value->type == napi_boolean || value->type == napi_null) RETURN(result, new_number(value->boolean));
  if (value->type == napi_undefined) RETURN(result, new_number(NAN));
  if (value->type != napi_string) unimplemented("napi_coerce_to_number of an object, symbol or bigint");
  char *end = value->text;
  double number = strtod(value->text, &end);
  RETURN(result, new_number(*end == 0 ? number : NAN));
}

// String(value), except for functions: the host does not have their source text.
IMPLEMENTED(napi_coerce_to_string)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  if (value->type == napi_symbol) return raise_type(env, napi_string_expected, "Cannot convert a Symbol value to a string");
  if (value->type == napi_function) unimplemented("napi_coerce_to_string of a function");
  RETURN(result, to_text(value));
}

// Object(value), for objects only.
IMPLEMENTED(napi_coerce_to_object)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  if (value->type == napi_undefined || value->type == napi_null)
    return raise_type(env, napi_object_expected, "Cannot convert undefined or null to object");
  if (!is_object(value)) unimplemented("napi_coerce_to_object of a primitive value");
  RETURN(result, value);
}

#define CREATE_ERROR(name, prototype)                                                         \
  IMPLEMENTED(name)(napi_env env, napi_value code, napi_value message, napi_value * result) { \
    ENTER();                                                                                  \
    CHECK_ARG(message);                                                                       \
    CHECK(message->type == napi_string, napi_string_expected);                                \
    CHECK(code == NULL || code->type == napi_string, napi_string_expected);                   \
    RETURN(result, new_error(prototype, code, message));                                      \
  }
CREATE_ERROR(napi_create_error, prototypes.error)
CREATE_ERROR(napi_create_type_error, prototypes.type_error)
CREATE_ERROR(napi_create_range_error, prototypes.range_error)
CREATE_ERROR(node_api_create_syntax_error, prototypes.syntax_error)

#define THROW_ERROR(name, prototype)                                                                                         \
  IMPLEMENTED(name)(napi_env env, const char *code, const char *message) {                                                   \
    ENTER_JS();                                                                                                              \
    return raise(env, new_error(prototype, code != NULL ? new_text(code) : NULL, new_text(message != NULL ? message : ""))); \
  }
THROW_ERROR(napi_throw_error, prototypes.error)
THROW_ERROR(napi_throw_type_error, prototypes.type_error)
THROW_ERROR(napi_throw_range_error, prototypes.range_error)
THROW_ERROR(node_api_throw_syntax_error, prototypes.syntax_error)

IMPLEMENTED(napi_throw)(napi_env env, napi_value error) {
  ENTER_JS();
  CHECK_ARG(error);
  return raise(env, error);
}

// Whether an exception is pending.
IMPLEMENTED(napi_is_exception_pending)(napi_env env, bool *result) {
  ENTER();
  RETURN(result, env->exception != NULL);
}

// Returns the pending exception and clears it.
IMPLEMENTED(napi_get_and_clear_last_exception)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  napi_value exception = env->exception;
  env->exception = NULL;
  RETURN(result, exception != NULL ? exception : &undefined_value);
}
