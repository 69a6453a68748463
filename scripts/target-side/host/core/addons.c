// Loads addons like Node's process.dlopen.
#include "host.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

// A module that registers itself does so only when its library is loaded first.
struct registered {
  void *library;
  napi_module *module;
  struct registered *next;
};

// Called by the constructor of an addon of the old style.
IMPLEMENTED_VOID(napi_module_register)(napi_module *module) {
  host.registered = module;
}

// Finds the registration function, and the version of Node-API that the addon was made for. `is_module` says whether there is one at all.
static napi_addon_register_func find_entry(void *library, int32_t *version, bool *is_module) {
  napi_addon_register_func entry = NULL;
  *is_module = true;
  node_api_addon_get_api_version_func get_version = NULL;
  *version = DEFAULT_VERSION;
  *(void **)&get_version = dlsym(library, "node_api_module_get_api_version_v1");
  if (get_version != NULL) *version = get_version();
  if (*version < DEFAULT_VERSION) *version = DEFAULT_VERSION;
  for (struct registered *one = host.modules; one != NULL; one = one->next)
    if (one->library == library) return one->module->nm_register_func;
  if (host.registered != NULL) {
    struct registered *one = allocate(sizeof *one);
    *one = (struct registered){library, host.registered, host.modules};
    host.modules = one;
    return host.registered->nm_register_func;
  }
  *(void **)&entry = dlsym(library, "napi_register_module_v1");
  *is_module = entry != NULL;
  return entry;
}

// A path as a file: URL.
static char *file_url(const char *path) {
  static const char plain[] = "/-_.~+@!$&'()*,;=:";
  char *url = allocate(strlen(path) * 3 + sizeof "file://"), *end = url + strlen(strcpy(url, "file://"));
  for (; *path != 0; path++) {
    unsigned char letter = (unsigned char)*path;
    bool is_plain = strchr(plain, letter) != NULL || (letter >= '0' && letter <= '9') || ((letter | 32) >= 'a' && (letter | 32) <= 'z');
    if (is_plain) {
      *end++ = (char)letter;
    } else {
      *end++ = '%';
      *end++ = "0123456789ABCDEF"[letter >> 4];
      *end++ = "0123456789ABCDEF"[letter & 15];
    }
  }
  return url;
}

// Throws an error, which it takes, with the code that Node has for it.
static JSValue throw_load_error(JSValue error) {
  JS_SetPropertyStr(host.context, error, "code", JS_NewString(host.context, "ERR_DLOPEN_FAILED"));
  return JS_Throw(host.context, error);
}

// Makes the environment of an addon and calls its registration.
static JSValue initialize(napi_addon_register_func entry, int32_t version, const char *path, JSValueConst module) {
  JSContext *context = host.context;
  napi_env env = allocate(sizeof *env);
  *env = (struct napi_env__){.version = version, .file = file_url(path), .exception = JS_UNDEFINED, .next = host.environments};
  host.environments = env;
  size_t depth = host.depth;
  napi_value exports = add_handle(JS_GetPropertyStr(context, module, "exports"));
  napi_value result = entry(env, exports);
  if (result != NULL && result != exports && !env->has_exception)
    JS_SetPropertyStr(context, module, "exports", JS_DupValue(context, value_of(result)));
  close_handles(depth);
  if (!env->has_exception) return JS_UNDEFINED;
  env->has_exception = false;
  return JS_Throw(context, env->exception);
}

// (module, path): fills module.exports.
JSValue load_addon(JSContext *context, JSValueConst self, int argc, JSValueConst *argv) {
  (void)self, (void)argc;
  const char *path = JS_ToCString(context, argv[1]);
  if (path == NULL) return JS_EXCEPTION;
  host.registered = NULL;
  // All names are looked up at once: a missing one is an error here, with its name.
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  JSValue result;
  if (library == NULL) {
    result = throw_load_error(JS_NewPlainError(context, "%s", dlerror()));
  } else {
    int32_t version;
    bool is_module;
    napi_addon_register_func entry = find_entry(library, &version, &is_module);
    if (is_module && entry == NULL) {
      result = JS_ThrowPlainError(context, "Module has no declared entry point.");
    } else if (entry == NULL) {
      result = throw_load_error(JS_NewPlainError(
          context, "Module did not self-register: '%s' has no napi_register_module_v1 and registered no module of Node-API.", path));
    } else if (version > NAPI_VERSION && version != NAPI_VERSION_EXPERIMENTAL) {
      result = JS_ThrowPlainError(context, "%s requires Node-API version %d, but the host only supports version %d add-ons.", path, version,
                                  NAPI_VERSION);
    } else {
      result = initialize(entry, version, path, argv[0]);
    }
  }
  JS_FreeCString(context, path);
  return result;
}
