// The host's own JavaScript, and ES modules. The JavaScript side resolves and reads modules; this file gives them to the engine.
#include "host.h"

#include <stdlib.h>
#include <string.h>

// Notes a rejected promise, or that a noted one is handled.
static void track_rejection(JSContext *context, JSValueConst promise, JSValueConst reason, bool is_handled, void *opaque) {
  (void)opaque;
  if (JS_IsUndefined(host.on_rejection)) return;
  JSValueConst arguments[] = {promise, reason, JS_NewBool(context, is_handled)};
  JSValue result = JS_Call(context, host.on_rejection, JS_UNDEFINED, 3, arguments);
  if (JS_IsException(result)) JS_FreeValue(context, JS_GetException(context));
  else JS_FreeValue(context, result);
}

// Evaluates the files in functions, and calls the first one with the natives and the others.
void start_modules(void) {
  JSContext *context = host.context;
  JSValue natives = JS_NewObject(context), sources = JS_NewObject(context), start = JS_UNDEFINED;
  define_natives(natives);
  define_files(natives);
  define_texts(natives);
  define_processes(natives);
  static const char before[] = "(function (exports, require, module, natives, sources) {", after[] = "\n})";
  for (size_t index = 0; index < host_module_count; index++) {
    char *text = allocate(sizeof before + strlen(host_modules[index].text) + sizeof after),
         *name = allocate(strlen(host_modules[index].name) + sizeof "node:");
    strcat(strcpy(name, "node:"), host_modules[index].name);
    strcat(strcat(strcpy(text, before), host_modules[index].text), after);
    JSValue function = JS_Eval(context, text, strlen(text), name, JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_STRICT);
    free(text);
    free(name);
    if (JS_IsException(function)) {
      report_exception(JS_GetException(context));
      fatal("the host's module %s cannot be read", host_modules[index].name);
    }
    if (index == 0) start = function;
    else JS_SetPropertyStr(context, sources, host_modules[index].name, function);
  }
  JSValueConst arguments[] = {JS_UNDEFINED, JS_UNDEFINED, JS_UNDEFINED, natives, sources};
  JS_SetHostPromiseRejectionTracker(host.runtime, track_rejection, NULL);
  JSValue result = JS_Call(context, start, JS_UNDEFINED, 5, arguments);
  if (JS_IsException(result)) report_exception(JS_GetException(context));
  JS_FreeValue(context, result);
  JS_FreeValue(context, start);
  JS_FreeValue(context, natives);
  JS_FreeValue(context, sources);
}

// A text that the engine frees; NULL with an exception.
static char *engine_text(JSContext *context, JSValue value) {
  const char *text = JS_IsException(value) ? NULL : JS_ToCString(context, value);
  char *copy = text == NULL ? NULL : js_strdup(context, text);
  if (text != NULL) JS_FreeCString(context, text);
  JS_FreeValue(context, value);
  return copy;
}

// Resolves the specifier of an import to the id of a module.
static char *normalize(JSContext *context, const char *base, const char *name, void *opaque) {
  (void)opaque;
  JSValue arguments[] = {JS_NewString(context, base), JS_NewString(context, name)};
  JSValue id = JS_Call(context, host.resolve_module, JS_UNDEFINED, 2, arguments);
  JS_FreeValue(context, arguments[0]);
  JS_FreeValue(context, arguments[1]);
  return engine_text(context, id);
}

// Calls `use` with each name of an object's own enumerable properties that can be exported beside the default.
static int each_name(JSContext *context, JSModuleDef *module, JSValueConst exports,
                     int (*use)(JSContext *, JSModuleDef *, const char *, JSValue)) {
  JSPropertyEnum *keys;
  uint32_t count;
  if (!JS_IsObject(exports)) return 0;
  if (JS_GetOwnPropertyNames(context, &keys, &count, exports, JS_GPN_STRING_MASK | JS_GPN_ENUM_ONLY) < 0) return -1;
  int outcome = 0;
  for (uint32_t index = 0; index < count && outcome >= 0; index++) {
    const char *name = JS_AtomToCString(context, keys[index].atom);
    if (name == NULL) outcome = -1;
    else if (strcmp(name, "default") != 0) outcome = use(context, module, name, JS_GetProperty(context, exports, keys[index].atom));
    JS_FreeCString(context, name);
  }
  JS_FreePropertyEnum(context, keys, count);
  return outcome;
}

static int declare(JSContext *context, JSModuleDef *module, const char *name, JSValue value) {
  JS_FreeValue(context, value);
  return JS_AddModuleExport(context, module, name);
}

static int fill_module(JSContext *context, JSModuleDef *module) {
  JSValue exports = JS_GetModulePrivateValue(context, module);
  JS_SetModuleExport(context, module, "default", JS_DupValue(context, exports));
  int outcome = each_name(context, module, exports, JS_SetModuleExport);
  JS_FreeValue(context, exports);
  return outcome;
}

// A module with the exports of a CommonJS module, JSON file or addon.
static JSModuleDef *wrap_exports(JSContext *context, const char *id, JSValue exports) {
  JSModuleDef *module = JS_NewCModule(context, id, fill_module);
  if (module == NULL || JS_AddModuleExport(context, module, "default") < 0 || each_name(context, module, exports, declare) < 0) {
    JS_FreeValue(context, exports);
    return NULL;
  }
  JS_SetModulePrivateValue(context, module, exports);
  return module;
}

// A module of the source of an ES module.
static JSModuleDef *compile_module(JSContext *context, const char *id, JSValueConst loaded) {
  size_t length;
  JSValue source = JS_GetPropertyStr(context, loaded, "source");
  const char *text = JS_ToCStringLen(context, &length, source);
  JS_FreeValue(context, source);
  if (text == NULL) return NULL;
  JSValue compiled = JS_Eval(context, text, length, id, JS_EVAL_TYPE_MODULE | JS_EVAL_FLAG_COMPILE_ONLY);
  JS_FreeCString(context, text);
  if (JS_IsException(compiled)) return NULL;
  JSModuleDef *module = JS_VALUE_GET_PTR(compiled);
  JS_FreeValue(context, compiled);
  JSValue meta = JS_GetImportMeta(context, module), fill = JS_GetPropertyStr(context, loaded, "fillMeta");
  JSValue result = JS_Call(context, fill, JS_UNDEFINED, 1, &meta);
  JS_FreeValue(context, meta);
  JS_FreeValue(context, fill);
  JS_FreeValue(context, result);
  return JS_IsException(result) ? NULL : module;
}

static JSModuleDef *load(JSContext *context, const char *id, void *opaque) {
  (void)opaque;
  JSValue name = JS_NewString(context, id);
  JSValue loaded = JS_Call(context, host.load_module, JS_UNDEFINED, 1, &name);
  JS_FreeValue(context, name);
  if (JS_IsException(loaded)) return NULL;
  JSAtom key = JS_NewAtom(context, "exports");
  bool is_wrapped = JS_HasProperty(context, loaded, key) > 0;
  JSModuleDef *module = is_wrapped ? wrap_exports(context, id, JS_GetProperty(context, loaded, key)) : compile_module(context, id, loaded);
  JS_FreeAtom(context, key);
  JS_FreeValue(context, loaded);
  return module;
}

// Lets the engine resolve and load modules by the JavaScript side.
void set_module_loader(void) {
  JS_SetModuleLoaderFunc(host.runtime, normalize, load, NULL);
}
