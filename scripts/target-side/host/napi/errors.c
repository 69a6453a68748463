// Node-API: errors, exceptions and the status of the last call.
#include "../core/host.h"

#include <string.h>

IMPLEMENTED(napi_get_last_error_info)(node_api_basic_env env, const napi_extended_error_info **result) {
  static const char *const messages[] = {NULL,
                                         "Invalid argument",
                                         "An object was expected",
                                         "A string was expected",
                                         "A string or symbol was expected",
                                         "A function was expected",
                                         "A number was expected",
                                         "A boolean was expected",
                                         "An array was expected",
                                         "Unknown failure",
                                         "An exception is pending",
                                         "The async work item was cancelled",
                                         "napi_escape_handle already called on scope",
                                         "Invalid handle scope usage",
                                         "Invalid callback scope usage",
                                         "Thread-safe function queue is full",
                                         "Thread-safe function handle is closing",
                                         "A bigint was expected",
                                         "A date was expected",
                                         "An arraybuffer was expected",
                                         "A detachable arraybuffer was expected",
                                         "Main thread would deadlock",
                                         "External buffers are not allowed",
                                         "Cannot run JavaScript"};
  ENTER_BASIC();
  CHECK_ARG(result);
  env->last_error.error_message = messages[env->last_error.error_code];
  *result = &env->last_error;
  return napi_ok;
}

// Makes the exception of the engine the pending one of the addon.
napi_status take_exception(napi_env env) {
  if (env->has_exception) JS_FreeValue(host.context, env->exception);
  env->exception = JS_GetException(host.context);
  env->has_exception = true;
  return status_of(env, napi_pending_exception);
}

static void raise(napi_env env, JSValue exception) {
  env->exception = exception;
  env->has_exception = true;
}

// An object of one of the error constructors; JS_EXCEPTION if there is no memory.
static JSValue make_error(const char *constructor, JSValueConst message) {
  JSValue global = JS_GetGlobalObject(host.context);
  JSValue function = JS_GetPropertyStr(host.context, global, constructor);
  JSValue error = JS_CallConstructor(host.context, function, 1, &message);
  JS_FreeValue(host.context, function);
  JS_FreeValue(host.context, global);
  return error;
}

// Creates an error; the code, if there is one, becomes its property.
static napi_status create_error(napi_env env, const char *constructor, napi_value code, napi_value message, napi_value *result) {
  CHECK_ARG(message);
  CHECK_ARG(result);
  CHECK(JS_IsString(value_of(message)), napi_string_expected);
  CHECK(code == NULL || JS_IsString(value_of(code)), napi_string_expected);
  JSValue error = make_error(constructor, value_of(message));
  if (JS_IsException(error)) return take_exception(env);
  if (code != NULL) JS_SetPropertyStr(host.context, error, "code", JS_DupValue(host.context, value_of(code)));
  RETURN_VALUE(result, error);
}

#define CREATE_ERROR(name, constructor)                                                     \
  napi_status name(napi_env env, napi_value code, napi_value message, napi_value *result) { \
    ENTER();                                                                                \
    return create_error(env, constructor, code, message, result);                           \
  }
CREATE_ERROR(napi_create_error, "Error")
CREATE_ERROR(napi_create_type_error, "TypeError")
CREATE_ERROR(napi_create_range_error, "RangeError")
CREATE_ERROR(node_api_create_syntax_error, "SyntaxError")

// Throws an error with a text and an optional code.
static napi_status throw_error(napi_env env, const char *constructor, const char *code, const char *message) {
  CHECK_ARG(message);
  JSValue text = JS_NewString(host.context, message);
  JSValue error = make_error(constructor, text);
  JS_FreeValue(host.context, text);
  if (JS_IsException(error)) return take_exception(env);
  if (code != NULL) JS_SetPropertyStr(host.context, error, "code", JS_NewString(host.context, code));
  raise(env, error);
  DONE();
}

#define THROW_ERROR(name, constructor)                                    \
  napi_status name(napi_env env, const char *code, const char *message) { \
    ENTER_JS();                                                           \
    return throw_error(env, constructor, code, message);                  \
  }
THROW_ERROR(napi_throw_error, "Error")
THROW_ERROR(napi_throw_type_error, "TypeError")
THROW_ERROR(napi_throw_range_error, "RangeError")
THROW_ERROR(node_api_throw_syntax_error, "SyntaxError")

IMPLEMENTED(napi_throw)(napi_env env, napi_value error) {
  ENTER_JS();
  CHECK_ARG(error);
  raise(env, JS_DupValue(host.context, value_of(error)));
  DONE();
}

IMPLEMENTED(napi_is_error)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsError(value_of(value)));
}

IMPLEMENTED(napi_is_exception_pending)(napi_env env, bool *result) {
  ENTER();
  RETURN(result, env->has_exception);
}

IMPLEMENTED(napi_get_and_clear_last_exception)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  *result = add_handle(env->has_exception ? env->exception : JS_UNDEFINED);
  env->has_exception = false;
  env->exception = JS_UNDEFINED;
  DONE();
}

IMPLEMENTED(napi_fatal_exception)(napi_env env, napi_value error) {
  ENTER_JS();
  CHECK_ARG(error);
  report_exception(JS_DupValue(host.context, value_of(error)));
  DONE();
}

IMPLEMENTED_FATAL(napi_fatal_error)(const char *location, size_t location_length, const char *message, size_t message_length) {
  if (location == NULL) location = "unknown place";
  if (message == NULL) message = "no message";
  if (location_length == NAPI_AUTO_LENGTH) location_length = strlen(location);
  if (message_length == NAPI_AUTO_LENGTH) message_length = strlen(message);
  fatal("%.*s %.*s", (int)location_length, location, (int)message_length, message);
}
