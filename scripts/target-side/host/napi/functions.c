// Node-API: functions, classes and calls.
#include "../core/host.h"

#include <stdlib.h>
#include <string.h>

// The native part of a function.
struct native {
  napi_env env;
  napi_callback callback;
  void *data;
};

// One call.
struct napi_callback_info__ {
  JSValueConst self, new_target;
  bool is_construct;
  int argc;
  JSValueConst *argv;
  void *data;
};

void free_function(JSRuntime *runtime, JSValueConst value) {
  (void)runtime;
  free(JS_GetOpaque(value, host.function_class));
}

// The receiver of a call: a new instance, or as in a function that is not strict.
static JSValue receiver_of(JSContext *context, JSValueConst self, bool is_construct) {
  if (!is_construct) {
    if (JS_IsUndefined(self) || JS_IsNull(self)) return JS_GetGlobalObject(context);
    return JS_ToObject(context, self);
  }
  JSValue proto = JS_GetPropertyStr(context, self, "prototype");
  if (JS_IsException(proto)) return proto;
  JSValue instance = JS_IsObject(proto) ? JS_NewObjectProtoClass(context, proto, host.instance_class) : JS_NewObject(context);
  JS_FreeValue(context, proto);
  return instance;
}

// Calls a native function for the engine.
JSValue call_native(JSContext *context, JSValueConst function, JSValueConst self, int argc, JSValueConst *argv, int flags) {
  const struct native *native = JS_GetOpaque(function, host.function_class);
  napi_env env = native->env;
  bool is_construct = (flags & JS_CALL_FLAG_CONSTRUCTOR) != 0;
  JSValue receiver = receiver_of(context, self, is_construct);
  if (JS_IsException(receiver)) return receiver;
  struct napi_callback_info__ info = {receiver, self, is_construct, argc, argv, native->data};
  size_t depth = host.depth;
  env->last_error.error_code = napi_ok;
  napi_value returned = native->callback(env, &info);
  // With an exception the result is not looked at: it may be anything.
  JSValue result = returned == NULL || env->has_exception ? JS_UNDEFINED : JS_DupValue(context, value_of(returned));
  close_handles(depth);
  if (env->has_exception) {
    JS_FreeValue(context, receiver);
    env->has_exception = false;
    return JS_Throw(context, env->exception);
  }
  if (is_construct && !JS_IsObject(result)) {
    JS_FreeValue(context, result);
    return receiver;
  }
  JS_FreeValue(context, receiver);
  return result;
}

// Makes a function of native code; JS_EXCEPTION if that fails.
JSValue new_function(napi_env env, const char *name, size_t length, napi_callback callback, void *data, bool is_class) {
  JSContext *context = host.context;
  JSValue proto = JS_GetFunctionProto(context);
  JSValue function = JS_NewObjectProtoClass(context, proto, host.function_class);
  JS_FreeValue(context, proto);
  if (JS_IsException(function)) return function;
  struct native *native = allocate(sizeof *native);
  *native = (struct native){env, callback, data};
  JS_SetOpaque(function, native);
  JS_SetConstructorBit(context, function, true);
  JSValue text =
      name == NULL ? JS_NewString(context, "") : JS_NewStringLen(context, name, length == NAPI_AUTO_LENGTH ? strlen(name) : length);
  JSValue prototype = JS_NewObject(context);
  JS_DefinePropertyValueStr(context, prototype, "constructor", JS_DupValue(context, function), JS_PROP_CONFIGURABLE | JS_PROP_WRITABLE);
  JS_DefinePropertyValueStr(context, function, "length", JS_NewInt32(context, 0), JS_PROP_CONFIGURABLE);
  JS_DefinePropertyValueStr(context, function, "name", text, JS_PROP_CONFIGURABLE);
  JS_DefinePropertyValueStr(context, function, "prototype", prototype, is_class ? 0 : JS_PROP_WRITABLE);
  return function;
}

static bool is_name_valid(const char *name, size_t length) {
  return name == NULL || length == NAPI_AUTO_LENGTH || length <= INT32_MAX;
}

IMPLEMENTED(napi_create_function)(napi_env env, const char *name, size_t length, napi_callback callback, void *data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_ARG(callback);
  CHECK(is_name_valid(name, length), napi_invalid_arg);
  RETURN_VALUE(result, new_function(env, name, length, callback, data, false));
}

IMPLEMENTED(napi_define_class)(napi_env env, const char *name, size_t length, napi_callback constructor, void *data, size_t count,
                               const napi_property_descriptor *properties, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  CHECK_ARG(constructor);
  if (count > 0) CHECK_ARG(properties);
  CHECK(name != NULL && is_name_valid(name, length), napi_invalid_arg);
  JSValue class = new_function(env, name, length, constructor, data, true);
  if (JS_IsException(class)) return take_exception(env);
  napi_value handle = add_handle(class), prototype = add_handle(JS_GetPropertyStr(host.context, class, "prototype"));
  for (size_t index = 0; index < count; index++) {
    napi_value owner = properties[index].attributes & napi_static ? handle : prototype;
    napi_status status = napi_define_properties(env, owner, 1, &properties[index]);
    if (status != napi_ok) return status;
  }
  RETURN(result, handle);
}

IMPLEMENTED(napi_get_cb_info)(napi_env env, napi_callback_info info, size_t *argc, napi_value *argv, napi_value *self, void **data) {
  ENTER_BASIC();
  CHECK_ARG(info);
  if (argv != NULL) {
    CHECK_ARG(argc);
    for (size_t index = 0; index < *argc; index++)
      argv[index] = add_handle(index < (size_t)info->argc ? JS_DupValue(host.context, info->argv[index]) : JS_UNDEFINED);
  }
  if (argc != NULL) *argc = (size_t)info->argc;
  if (self != NULL) *self = add_handle(JS_DupValue(host.context, info->self));
  if (data != NULL) *data = info->data;
  DONE();
}

IMPLEMENTED(napi_get_new_target)(napi_env env, napi_callback_info info, napi_value *result) {
  ENTER();
  CHECK_ARG(info);
  RETURN(result, info->is_construct ? add_handle(JS_DupValue(host.context, info->new_target)) : NULL);
}

// Copies the values of handles; they stay with the handles. The caller frees the array.
static JSValueConst *values_of(size_t argc, const napi_value *argv) {
  JSValueConst *values = allocate(argc * sizeof *values);
  for (size_t index = 0; index < argc; index++) values[index] = argv[index] == NULL ? JS_UNDEFINED : value_of(argv[index]);
  return values;
}

IMPLEMENTED(napi_call_function)(napi_env env, napi_value self, napi_value function, size_t argc, const napi_value *argv,
                                napi_value *result) {
  ENTER_JS();
  CHECK_ARG(self);
  if (argc > 0) CHECK_ARG(argv);
  CHECK_ARG(function);
  CHECK(JS_IsFunction(host.context, value_of(function)), napi_invalid_arg);
  JSValueConst *values = values_of(argc, argv);
  JSValue returned = JS_Call(host.context, value_of(function), value_of(self), (int)argc, values);
  free(values);
  if (JS_IsException(returned)) return take_exception(env);
  if (result == NULL) JS_FreeValue(host.context, returned);
  else *result = add_handle(returned);
  DONE();
}

IMPLEMENTED(napi_new_instance)(napi_env env, napi_value constructor, size_t argc, const napi_value *argv, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(constructor);
  if (argc > 0) CHECK_ARG(argv);
  CHECK_ARG(result);
  CHECK(JS_IsFunction(host.context, value_of(constructor)), napi_invalid_arg);
  JSValueConst *values = values_of(argc, argv);
  JSValue instance = JS_CallConstructor(host.context, value_of(constructor), (int)argc, values);
  free(values);
  RETURN_VALUE(result, instance);
}

IMPLEMENTED(napi_instanceof)(napi_env env, napi_value object, napi_value constructor, bool *result) {
  ENTER_JS();
  CHECK_ARG(object);
  CHECK_ARG(result);
  *result = false;
  napi_status status = check_object(env, constructor);
  if (status != napi_ok) return status;
  if (!JS_IsFunction(host.context, value_of(constructor))) {
    napi_throw_type_error(env, "ERR_NAPI_CONS_FUNCTION", "Constructor must be a function");
    return status_of(env, napi_function_expected);
  }
  int found = JS_IsInstanceOf(host.context, value_of(object), value_of(constructor));
  if (found < 0) return take_exception(env);
  RETURN(result, found != 0);
}

// A call from native code outside of JavaScript: when it ends, microtasks run.
IMPLEMENTED(napi_make_callback)(napi_env env, napi_async_context async, napi_value self, napi_value function, size_t argc,
                                const napi_value *argv, napi_value *result) {
  (void)async;
  ENTER_JS();
  CHECK_ARG(self);
  if (argc > 0) CHECK_ARG(argv);
  napi_status status = check_object(env, self);
  if (status != napi_ok) return status;
  host.callback_depth++;
  status = napi_call_function(env, self, function, argc, argv, result);
  if (--host.callback_depth == 0) run_ticks();
  return status_of(env, status);
}
