// Node-API: primitive values: singletons, numbers, booleans, symbols, dates, types and conversions.
#include "../core/host.h"

#include <math.h>
#include <string.h>

IMPLEMENTED(napi_get_undefined)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_UNDEFINED);
}

IMPLEMENTED(napi_get_null)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_NULL);
}

IMPLEMENTED(napi_get_global)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_GetGlobalObject(host.context));
}

IMPLEMENTED(napi_get_boolean)(napi_env env, bool value, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_NewBool(host.context, value));
}

#define CREATE_NUMBER(name, type, make)                            \
  napi_status name(napi_env env, type value, napi_value *result) { \
    ENTER();                                                       \
    CHECK_ARG(result);                                             \
    RETURN_VALUE(result, make(host.context, value));               \
  }
CREATE_NUMBER(napi_create_double, double, JS_NewNumber)
CREATE_NUMBER(napi_create_int32, int32_t, JS_NewInt32)
CREATE_NUMBER(napi_create_uint32, uint32_t, JS_NewUint32)
CREATE_NUMBER(napi_create_int64, int64_t, JS_NewInt64)
CREATE_NUMBER(napi_create_bigint_int64, int64_t, JS_NewBigInt64)
CREATE_NUMBER(napi_create_bigint_uint64, uint64_t, JS_NewBigUint64)

static bool read_number(napi_value value, double *number) {
  JSValueConst source = value_of(value);
  if (!JS_IsNumber(source)) return false;
  *number = JS_VALUE_GET_TAG(source) == JS_TAG_INT ? JS_VALUE_GET_INT(source) : JS_VALUE_GET_FLOAT64(source);
  return true;
}

// A double as a 64-bit integer: saturated, and 0 if it is not finite.
static int64_t to_int64(double number) {
  if (!isfinite(number)) return 0;
  if (number >= 9223372036854775808.0) return INT64_MAX;
  if (number <= -9223372036854775808.0) return INT64_MIN;
  return (int64_t)number;
}

// A double as the low 32 bits of its integer.
static uint32_t to_uint32(double number) {
  return isfinite(number) ? (uint32_t)(int64_t)fmod(trunc(number), 4294967296.0) : 0;
}

#define GET_NUMBER(name, type, convert)                            \
  napi_status name(napi_env env, napi_value value, type *result) { \
    ENTER();                                                       \
    CHECK_ARG(value);                                              \
    CHECK_ARG(result);                                             \
    double number;                                                 \
    CHECK(read_number(value, &number), napi_number_expected);      \
    RETURN(result, (type)convert(number));                         \
  }
GET_NUMBER(napi_get_value_double, double, )
GET_NUMBER(napi_get_value_int32, int32_t, to_uint32)
GET_NUMBER(napi_get_value_uint32, uint32_t, to_uint32)
GET_NUMBER(napi_get_value_int64, int64_t, to_int64)

IMPLEMENTED(napi_get_value_bool)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK(JS_IsBool(value_of(value)), napi_boolean_expected);
  RETURN(result, JS_VALUE_GET_BOOL(value_of(value)) != 0);
}

IMPLEMENTED(napi_typeof)(napi_env env, napi_value value, napi_valuetype *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  JSValueConst source = value_of(value);
  if (JS_IsNumber(source)) *result = napi_number;
  else if (JS_IsBigInt(source)) *result = napi_bigint;
  else if (JS_IsString(source)) *result = napi_string;
  else if (JS_IsFunction(host.context, source)) *result = napi_function;
  else if (JS_GetClassID(source) == host.external_class) *result = napi_external;
  else if (JS_IsObject(source)) *result = napi_object;
  else if (JS_IsBool(source)) *result = napi_boolean;
  else if (JS_IsUndefined(source)) *result = napi_undefined;
  else if (JS_IsSymbol(source)) *result = napi_symbol;
  else if (JS_IsNull(source)) *result = napi_null;
  else return status_of(env, napi_invalid_arg);
  DONE();
}

// Calls a function of the global object, which has the given path of two names or one.
static JSValue call_global(const char *object, const char *method, JSValueConst argument, int argc) {
  JSContext *context = host.context;
  JSValue global = JS_GetGlobalObject(context);
  JSValue owner = JS_GetPropertyStr(context, global, object);
  JSValue function = method == NULL ? JS_DupValue(context, owner) : JS_GetPropertyStr(context, owner, method);
  JSValue result = JS_Call(context, function, owner, argc, &argument);
  JS_FreeValue(context, function);
  JS_FreeValue(context, owner);
  JS_FreeValue(context, global);
  return result;
}

IMPLEMENTED(napi_create_symbol)(napi_env env, napi_value description, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  if (description == NULL) RETURN_VALUE(result, call_global("Symbol", NULL, JS_UNDEFINED, 0));
  CHECK(JS_IsString(value_of(description)), napi_string_expected);
  RETURN_VALUE(result, call_global("Symbol", NULL, value_of(description), 1));
}

IMPLEMENTED(node_api_symbol_for)(napi_env env, const char *description, size_t length, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  napi_value text;
  napi_status status = napi_create_string_utf8(env, description, length, &text);
  if (status != napi_ok) return status;
  RETURN_VALUE(result, call_global("Symbol", "for", value_of(text), 1));
}

IMPLEMENTED(napi_create_date)(napi_env env, double time, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_NewDate(host.context, time));
}

IMPLEMENTED(napi_is_date)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsDate(value_of(value)));
}

IMPLEMENTED(napi_get_date_value)(napi_env env, napi_value value, double *result) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK(JS_IsDate(value_of(value)), napi_date_expected);
  if (JS_ToFloat64(host.context, result, value_of(value)) < 0) return take_exception(env);
  DONE();
}

IMPLEMENTED(napi_coerce_to_bool)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_ToBoolean(host.context, value_of(value)));
}

// A conversion that runs JavaScript. Node returns a status of its own beside the exception.
#define COERCE(name, convert, status)                                    \
  napi_status name(napi_env env, napi_value value, napi_value *result) { \
    ENTER_JS();                                                          \
    CHECK_ARG(value);                                                    \
    CHECK_ARG(result);                                                   \
    JSValue converted = convert(host.context, value_of(value));          \
    if (JS_IsException(converted)) {                                     \
      take_exception(env);                                               \
      return status_of(env, status);                                     \
    }                                                                    \
    RETURN_VALUE(result, converted);                                     \
  }
COERCE(napi_coerce_to_number, JS_ToNumber, napi_number_expected)
COERCE(napi_coerce_to_string, JS_ToString, napi_string_expected)

IMPLEMENTED(napi_coerce_to_object)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK_ARG(result);
  JSValue object;
  napi_status status = to_object(env, value, &object);
  if (status != napi_ok) return status;
  RETURN_VALUE(result, object);
}

IMPLEMENTED(napi_strict_equals)(napi_env env, napi_value left, napi_value right, bool *result) {
  ENTER_JS();
  CHECK_ARG(left);
  CHECK_ARG(right);
  RETURN(result, JS_IsStrictEqual(host.context, value_of(left), value_of(right)));
}
