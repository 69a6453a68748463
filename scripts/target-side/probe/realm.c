// The global object, with the intrinsic objects that registrations are known to use. Reads of other properties are recorded.
#include "probe.h"

#include <string.h>

struct prototypes prototypes;

// Replaces an intrinsic function that needs a JavaScript engine.
static napi_value call_intrinsic(napi_env env, napi_callback_info info) {
  (void)env;
  unimplemented(info->data);
}

// An argument of a call, or undefined.
static napi_value argument(napi_callback_info info, size_t index) {
  return index < info->argc ? info->argv[index] : &undefined_value;
}

// Object.setPrototypeOf: napi-rs uses it to derive iterator classes from Iterator.prototype.
static napi_value set_prototype_of(napi_env env, napi_callback_info info) {
  (void)env;
  napi_value object = argument(info, 0), prototype = argument(info, 1);
  if (is_object(object)) object->prototype = is_object(prototype) ? prototype : NULL;
  return object;
}

// Reflect.getOwnPropertyDescriptor and Object's: napi-rs calls it at each registration, to read errors without running accessors.
static napi_value get_own_property_descriptor(napi_env env, napi_callback_info info) {
  (void)env;
  struct property *property = own_property(argument(info, 0), argument(info, 1));
  if (property == NULL) return &undefined_value;
  napi_value result = new_object(PLAIN, prototypes.object);
  bool accessor = property->getter != NULL || property->setter != NULL;
  const struct {
    const char *name;
    napi_value value;
  } fields[] = {
      {accessor ? "get" : "value", accessor ? property->getter : property->value},
      {accessor ? "set" : "writable", accessor                               ? property->setter
                                      : property->attributes & napi_writable ? &true_value
                                                                             : &false_value},
      {"enumerable", property->attributes & napi_enumerable ? &true_value : &false_value},
      {"configurable", property->attributes & napi_configurable ? &true_value : &false_value},
  };
  for (size_t index = 0; index < sizeof fields / sizeof *fields; index++)
    put_property(result, new_text(fields[index].name), fields[index].value != NULL ? fields[index].value : &undefined_value,
                 napi_default_jsproperty);
  return result;
}

// An entry of a Map or WeakMap, whose entries are in `data`.
struct entry {
  napi_value key, value;
  struct entry *next;
};

// The pointer to a key's entry in a map, or to the end of its entries.
static struct entry **find_entry(napi_callback_info info) {
  struct entry **place = (struct entry **)&info->this_value->data;
  while (*place != NULL && !same_value((*place)->key, argument(info, 0))) place = &(*place)->next;
  return place;
}

// The functions of Map and WeakMap; the constructor does not take an iterable.
static napi_value map_construct(napi_env env, napi_callback_info info) {
  (void)env;
  if (argument(info, 0)->type != napi_undefined) unimplemented("Map of an iterable");
  return NULL;
}
static napi_value map_get(napi_env env, napi_callback_info info) {
  (void)env;
  struct entry *entry = *find_entry(info);
  return entry != NULL ? entry->value : &undefined_value;
}
static napi_value map_has(napi_env env, napi_callback_info info) {
  (void)env;
  return *find_entry(info) != NULL ? &true_value : &false_value;
}
static napi_value map_set(napi_env env, napi_callback_info info) {
  (void)env;
  struct entry **place = find_entry(info);
  if (*place == NULL) *place = allocate(sizeof **place);
  (*place)->key = argument(info, 0);
  (*place)->value = argument(info, 1);
  return info->this_value;
}
static napi_value map_delete(napi_env env, napi_callback_info info) {
  (void)env;
  struct entry **place = find_entry(info), *entry = *place;
  if (entry != NULL) *place = entry->next;
  return entry != NULL ? &true_value : &false_value;
}

// Adds an intrinsic function to an object; without a callback, a call ends the probe with its name.
static napi_value add_function(napi_value object, const char *name, napi_callback callback) {
  napi_value function = new_function(name, strlen(name), callback != NULL ? callback : call_intrinsic, (void *)name);
  put_property(object, new_text(name), function, napi_default_method);
  return function;
}

// Adds a constructor to the global object and returns its prototype; NULL creates one.
static napi_value add_class(napi_value global, const char *name, napi_value prototype) {
  napi_value constructor = add_function(global, name, NULL);
  constructor->intrinsic = name;
  if (prototype == NULL) prototype = new_object(PLAIN, prototypes.object);
  put_property(constructor, new_text("prototype"), prototype, napi_default);
  put_property(prototype, new_text("constructor"), constructor, napi_default_method);
  return prototype;
}

static void add_map(napi_value global, const char *name) {
  napi_value prototype = add_class(global, name, NULL);
  own_property(global, new_text(name))->value->callback = map_construct;
  add_function(prototype, "get", map_get);
  add_function(prototype, "has", map_has);
  add_function(prototype, "set", map_set);
  add_function(prototype, "delete", map_delete);
}

// Adds an error class; its prototype has its name.
static napi_value add_error_class(napi_value global, const char *name, napi_value parent) {
  napi_value prototype = add_class(global, name, new_object(PLAIN, parent));
  put_property(prototype, new_text("name"), new_text(name), napi_default_method);
  put_property(prototype, new_text("message"), new_text(""), napi_default_method);
  return prototype;
}

// Reads a property of an intrinsic object that make_realm has set.
static napi_value member(napi_value object, const char *name) {
  return own_property(object, new_text(name))->value;
}

// Creates the global object and the prototypes.
void make_realm(napi_env env) {
  static const char *const symbols[] = {"iterator",    "asyncIterator", "hasInstance",        "toPrimitive",
                                        "toStringTag", "species",       "isConcatSpreadable", "unscopables"};
  static const char *const others[] = {"Boolean",
                                       "Number",
                                       "String",
                                       "BigInt",
                                       "RegExp",
                                       "Set",
                                       "WeakSet",
                                       "WeakRef",
                                       "Proxy",
                                       "SharedArrayBuffer",
                                       "FinalizationRegistry",
                                       "AggregateError",
                                       "AbortController",
                                       "AbortSignal",
                                       "URL",
                                       "ReadableStream",
                                       "TextEncoder",
                                       "TextDecoder"};
  static const char *const views[] = {"Int8Array",   "Uint8Array",   "Uint8ClampedArray", "Int16Array",    "Uint16Array",   "Int32Array",
                                      "Uint32Array", "Float32Array", "Float64Array",      "BigInt64Array", "BigUint64Array"};
  prototypes.object = new_object(PLAIN, NULL);
  prototypes.function = new_object(PLAIN, prototypes.object);
  napi_value global = env->global = new_object(PLAIN, prototypes.object);
  global->intrinsic = "globalThis";
  put_property(global, new_text("globalThis"), global, napi_default_method);

  add_class(global, "Object", prototypes.object);
  add_class(global, "Function", prototypes.function);
  add_function(member(global, "Object"), "setPrototypeOf", set_prototype_of);
  add_function(member(global, "Object"), "getOwnPropertyDescriptor", get_own_property_descriptor);
  prototypes.array = add_class(global, "Array", NULL);
  prototypes.promise = add_class(global, "Promise", NULL);
  prototypes.date = add_class(global, "Date", NULL);
  prototypes.array_buffer = add_class(global, "ArrayBuffer", NULL);
  prototypes.data_view = add_class(global, "DataView", NULL);
  prototypes.typed_array = new_object(PLAIN, prototypes.object);
  for (size_t index = 0; index < sizeof views / sizeof *views; index++)
    add_class(global, views[index], new_object(PLAIN, prototypes.typed_array));
  prototypes.buffer = add_class(global, "Buffer", new_object(PLAIN, member(member(global, "Uint8Array"), "prototype")));
  add_class(global, "Iterator", NULL);
  for (size_t index = 0; index < sizeof others / sizeof *others; index++) add_class(global, others[index], NULL);

  add_map(global, "Map");
  add_map(global, "WeakMap");

  prototypes.error = add_error_class(global, "Error", prototypes.object);
  prototypes.type_error = add_error_class(global, "TypeError", prototypes.error);
  prototypes.range_error = add_error_class(global, "RangeError", prototypes.error);
  prototypes.syntax_error = add_error_class(global, "SyntaxError", prototypes.error);

  add_class(global, "Symbol", NULL);
  for (size_t index = 0; index < sizeof symbols / sizeof *symbols; index++) {
    napi_value symbol = new_value(napi_symbol);
    char *name = allocate(strlen(symbols[index]) + sizeof "Symbol.");
    symbol->text = strcat(strcpy(name, "Symbol."), symbols[index]);
    put_property(member(global, "Symbol"), new_text(symbols[index]), symbol, napi_default);
  }
  napi_value reflect = new_object(PLAIN, prototypes.object);
  reflect->intrinsic = "Reflect";
  put_property(global, new_text("Reflect"), reflect, napi_default_method);
  add_function(reflect, "getOwnPropertyDescriptor", get_own_property_descriptor);
}
