// Node-API: objects and arrays, and the names of their properties.
#include "../core/host.h"

#include <string.h>

IMPLEMENTED(napi_create_object)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_NewObject(host.context));
}

// The prototype can be NULL: then it is that of a plain object.
IMPLEMENTED(node_api_create_object_with_properties)(napi_env env, napi_value prototype, napi_value *names, napi_value *values, size_t count,
                                                    napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  if (count > 0) CHECK_ARG(names);
  if (count > 0) CHECK_ARG(values);
  JSContext *context = host.context;
  JSValue object = prototype == NULL ? JS_NewObject(context) : JS_NewObjectProto(context, value_of(prototype));
  if (JS_IsException(object)) return take_exception(env);
  *result = add_handle(object);
  for (size_t index = 0; index < count; index++) {
    CHECK_ARG(names[index]);
    CHECK_ARG(values[index]);
    CHECK(JS_IsString(value_of(names[index])) || JS_IsSymbol(value_of(names[index])), napi_name_expected);
    JSAtom key = JS_ValueToAtom(context, value_of(names[index]));
    int done = JS_DefinePropertyValue(context, object, key, JS_DupValue(context, value_of(values[index])), JS_PROP_C_W_E);
    JS_FreeAtom(context, key);
    if (done < 0) return take_exception(env);
  }
  DONE();
}

IMPLEMENTED(napi_create_array)(napi_env env, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  RETURN_VALUE(result, JS_NewArray(host.context));
}

IMPLEMENTED(napi_create_array_with_length)(napi_env env, size_t length, napi_value *result) {
  ENTER();
  CHECK_ARG(result);
  JSValue array = JS_NewArray(host.context);
  if (!JS_IsException(array)) JS_SetLength(host.context, array, length > INT32_MAX ? 0 : (int64_t)length);
  RETURN_VALUE(result, array);
}

IMPLEMENTED(napi_is_array)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsArray(value_of(value)));
}

IMPLEMENTED(napi_get_array_length)(napi_env env, napi_value value, uint32_t *result) {
  ENTER_JS();
  CHECK_ARG(value);
  CHECK_ARG(result);
  CHECK(JS_IsArray(value_of(value)), napi_array_expected);
  int64_t length;
  if (JS_GetLength(host.context, value_of(value), &length) < 0) return take_exception(env);
  RETURN(result, (uint32_t)length);
}

IMPLEMENTED(napi_get_prototype)(napi_env env, napi_value value, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  JSValue object;
  napi_status status = to_object(env, value, &object);
  if (status != napi_ok) return status;
  // V8's function calls no trap, and gives proxies none.
  JSValue prototype = JS_IsProxy(object) ? JS_NULL : JS_GetPrototype(host.context, object);
  JS_FreeValue(host.context, object);
  RETURN_VALUE(result, prototype);
}

IMPLEMENTED(node_api_set_prototype)(napi_env env, napi_value value, napi_value prototype) {
  ENTER_JS();
  CHECK_ARG(prototype);
  JSValue object;
  napi_status status = to_object(env, value, &object);
  if (status != napi_ok) return status;
  int done = JS_SetPrototype(host.context, object, value_of(prototype));
  JS_FreeValue(host.context, object);
  if (done < 0) return take_exception(env);
  CHECK(done > 0, napi_generic_failure);
  DONE();
}

static napi_status protect(napi_env env, napi_value value, int (*change)(JSContext *, JSValueConst)) {
  JSValue object;
  napi_status status = to_object(env, value, &object);
  if (status != napi_ok) return status;
  int done = change(host.context, object);
  JS_FreeValue(host.context, object);
  if (done < 0) return take_exception(env);
  CHECK(done > 0, napi_generic_failure);
  DONE();
}

IMPLEMENTED(napi_object_freeze)(napi_env env, napi_value value) {
  ENTER_JS();
  return protect(env, value, JS_FreezeObject);
}

IMPLEMENTED(napi_object_seal)(napi_env env, napi_value value) {
  ENTER_JS();
  return protect(env, value, JS_SealObject);
}

// The names that a call collects.
struct names {
  JSValue array;
  uint32_t count;
  napi_key_filter filter;
  bool keeps_numbers;
};

// The number of a key that is an array index, or -1.
static int64_t index_of(JSContext *context, JSValueConst name) {
  size_t length;
  const char *text = JS_ToCStringLen(context, &length, name);
  int64_t index = 0;
  bool is_index = text != NULL && length > 0 && length <= 10 && !(text[0] == '0' && length > 1);
  for (size_t place = 0; is_index && place < length; place++) {
    is_index = text[place] >= '0' && text[place] <= '9';
    index = index * 10 + (text[place] - '0');
  }
  if (text != NULL) JS_FreeCString(context, text);
  return is_index && index < UINT32_MAX ? index : -1;
}

// Whether a property passes the filter. Returns < 0 after an exception.
static int passes(JSContext *context, const struct names *names, JSValueConst object, JSAtom key) {
  int wanted = names->filter & (napi_key_writable | napi_key_enumerable | napi_key_configurable);
  if (wanted == 0) return 1;
  JSPropertyDescriptor found;
  int exists = JS_GetOwnProperty(context, &found, object, key);
  if (exists <= 0) return exists;
  bool is_accessor = (found.flags & JS_PROP_GETSET) != 0;
  JS_FreeValue(context, found.value);
  JS_FreeValue(context, found.getter);
  JS_FreeValue(context, found.setter);
  if ((wanted & napi_key_writable) && !is_accessor && !(found.flags & JS_PROP_WRITABLE)) return 0;
  if ((wanted & napi_key_enumerable) && !(found.flags & JS_PROP_ENUMERABLE)) return 0;
  return !(wanted & napi_key_configurable) || (found.flags & JS_PROP_CONFIGURABLE) != 0;
}

// Whether an object between `first` and `object` in the prototype chain has the key: its property hides the inherited one.
static bool is_hidden(JSContext *context, JSValueConst first, JSValueConst object, JSAtom key) {
  JSValue current = JS_DupValue(context, first);
  bool is_found = false;
  while (!is_found && JS_VALUE_GET_PTR(current) != JS_VALUE_GET_PTR(object)) {
    is_found = JS_GetOwnProperty(context, NULL, current, key) > 0;
    JSValue next = JS_GetPrototype(context, current);
    JS_FreeValue(context, current);
    current = next;
    if (!JS_IsObject(current)) break;
  }
  JS_FreeValue(context, current);
  return is_found;
}

// Adds the own names of one object of the chain of `first`. Returns < 0 after an exception.
static int add_names(JSContext *context, struct names *names, JSValueConst first, JSValueConst object) {
  JSPropertyEnum *keys;
  uint32_t count;
  int mask = 0;
  if (!(names->filter & napi_key_skip_strings)) mask |= JS_GPN_STRING_MASK;
  if (!(names->filter & napi_key_skip_symbols)) mask |= JS_GPN_SYMBOL_MASK;
  if (mask == 0) return 0;
  if (JS_GetOwnPropertyNames(context, &keys, &count, object, mask) < 0) return -1;
  int outcome = 0;
  for (uint32_t index = 0; index < count && outcome >= 0; index++) {
    JSAtom key = keys[index].atom;
    outcome = passes(context, names, object, key);
    if (outcome <= 0 || is_hidden(context, first, object, key)) continue;
    JSValue name = JS_AtomToValue(context, key);
    int64_t number = names->keeps_numbers && JS_IsString(name) ? index_of(context, name) : -1;
    if (number >= 0) {
      JS_FreeValue(context, name);
      name = JS_NewInt64(context, number);
    } else if (!names->keeps_numbers && JS_IsNumber(name)) {
      name = JS_AtomToString(context, key);
    }
    outcome = JS_SetPropertyUint32(context, names->array, names->count++, name);
  }
  JS_FreePropertyEnum(context, keys, count);
  return outcome;
}

IMPLEMENTED(napi_get_all_property_names)(napi_env env, napi_value value, napi_key_collection_mode mode, napi_key_filter filter,
                                         napi_key_conversion conversion, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  JSContext *context = host.context;
  JSValue object;
  napi_status status = to_object(env, value, &object);
  if (status != napi_ok) return status;
  napi_value first = add_handle(object);
  CHECK(mode == napi_key_include_prototypes || mode == napi_key_own_only, napi_invalid_arg);
  CHECK(conversion == napi_key_keep_numbers || conversion == napi_key_numbers_to_strings, napi_invalid_arg);
  struct names names = {JS_NewArray(context), 0, filter, conversion == napi_key_keep_numbers};
  napi_value handle = add_handle(names.array);
  JSValue current = JS_DupValue(context, object);
  int outcome = 0;
  while (JS_IsObject(current)) {
    outcome = add_names(context, &names, value_of(first), current);
    if (outcome < 0 || mode == napi_key_own_only) break;
    JSValue next = JS_GetPrototype(context, current);
    JS_FreeValue(context, current);
    current = next;
  }
  if (JS_IsException(current)) outcome = -1;
  else JS_FreeValue(context, current);
  if (outcome < 0) return take_exception(env);
  RETURN(result, handle);
}

IMPLEMENTED(napi_get_property_names)(napi_env env, napi_value value, napi_value *result) {
  return napi_get_all_property_names(env, value, napi_key_include_prototypes, napi_key_enumerable | napi_key_skip_symbols,
                                     napi_key_numbers_to_strings, result);
}
