// An addon with wraps, weak references to any object or symbol, and a count of the finalizers that have run.
#define NAPI_VERSION 10
#include <node_api.h>
#include <stddef.h>
#include <stdint.h>

static int32_t finalized;
static napi_ref references[16];
static uint32_t count;

static void finalize(napi_env env, void *data, void *hint) {
  (void)env, (void)data, (void)hint;
  finalized++;
}

static napi_value number(napi_env env, int32_t value) {
  napi_value result;
  napi_create_int32(env, value, &result);
  return result;
}

// (object, number)
static napi_value wrap(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value arguments[2];
  int32_t value;
  napi_get_cb_info(env, info, &argc, arguments, NULL, NULL);
  napi_get_value_int32(env, arguments[1], &value);
  if (napi_wrap(env, arguments[0], (void *)(intptr_t)value, finalize, NULL, NULL) != napi_ok) napi_throw_error(env, NULL, "no wrap");
  return NULL;
}

static napi_value unwrap(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value object;
  void *data = NULL;
  napi_get_cb_info(env, info, &argc, &object, NULL, NULL);
  if (napi_unwrap(env, object, &data) != napi_ok) napi_throw_error(env, NULL, "no wrap");
  return number(env, (int32_t)(intptr_t)data);
}

// value => the number of its weak reference
static napi_value weak(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value value;
  napi_get_cb_info(env, info, &argc, &value, NULL, NULL);
  napi_create_reference(env, value, 0, &references[count]);
  return number(env, (int32_t)count++);
}

// The value of a reference, or undefined
static napi_value get(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argument, value = NULL;
  int32_t index;
  napi_get_cb_info(env, info, &argc, &argument, NULL, NULL);
  napi_get_value_int32(env, argument, &index);
  napi_get_reference_value(env, references[index], &value);
  return value;
}

static napi_value get_finalized(napi_env env, napi_callback_info info) {
  (void)info;
  return number(env, finalized);
}

NAPI_MODULE_INIT() {
  const napi_property_descriptor properties[] = {
      {"wrap", NULL, wrap, NULL, NULL, NULL, napi_default, NULL},
      {"unwrap", NULL, unwrap, NULL, NULL, NULL, napi_default, NULL},
      {"weak", NULL, weak, NULL, NULL, NULL, napi_default, NULL},
      {"get", NULL, get, NULL, NULL, NULL, napi_default, NULL},
      {"finalized", NULL, get_finalized, NULL, NULL, NULL, napi_default, NULL},
  };
  napi_define_properties(env, exports, sizeof properties / sizeof *properties, properties);
  return exports;
}
