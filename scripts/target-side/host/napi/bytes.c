// Node-API: array buffers and Node's Buffers, with memory of the engine or of the addon.
#include "../core/host.h"

#include <stdlib.h>
#include <string.h>

// Memory of an addon under an array buffer: it is given back when the engine frees or detaches the buffer.
struct external_bytes {
  napi_env env;
  napi_finalize finalize;
  void *data, *hint;
  struct external_bytes *next, *previous;
};

static void unlink_bytes(struct external_bytes *bytes) {
  if (bytes->previous != NULL) bytes->previous->next = bytes->next;
  else host.bytes = bytes->next;
  if (bytes->next != NULL) bytes->next->previous = bytes->previous;
}

static void *release_bytes(JSRuntime *runtime, void *opaque, void *memory, size_t size) {
  (void)runtime, (void)memory;
  // The addon's memory cannot change its size.
  if (size > 0) return NULL;
  struct external_bytes *bytes = opaque;
  unlink_bytes(bytes);
  if (bytes->finalize != NULL) lose_value(new_reference(bytes->env, JS_UNDEFINED, 1, true, bytes->finalize, bytes->data, bytes->hint));
  free(bytes);
  return NULL;
}

// Gives all memory of addons back: the process ends, and no JavaScript runs any more.
void release_all_bytes(void) {
  for (struct external_bytes *bytes = host.bytes; bytes != NULL; bytes = bytes->next) {
    if (bytes->finalize != NULL) bytes->finalize(bytes->env, bytes->data, bytes->hint);
    bytes->finalize = NULL;
  }
}

static JSValue wrap_bytes(napi_env env, void *data, size_t length, napi_finalize finalize, void *hint) {
  struct external_bytes *bytes = allocate(sizeof *bytes);
  *bytes = (struct external_bytes){.env = env, .finalize = finalize, .data = data, .hint = hint, .next = host.bytes};
  if (host.bytes != NULL) host.bytes->previous = bytes;
  host.bytes = bytes;
  // Without an address the engine would allocate, and never call back.
  static uint8_t nothing;
  JSValue buffer = data == NULL ? JS_NewArrayBuffer(host.context, &nothing, 0, 0, release_bytes, bytes, false)
                                : JS_NewArrayBuffer(host.context, data, length, 0, release_bytes, bytes, false);
  if (JS_IsException(buffer)) {
    unlink_bytes(bytes);
    free(bytes);
  }
  return buffer;
}

static void *free_memory(JSRuntime *runtime, void *opaque, void *memory, size_t size) {
  (void)runtime, (void)opaque;
  if (size > 0) return realloc(memory, size);
  free(memory);
  return NULL;
}

// A new array buffer of zeroed memory; `data` gets its address.
static JSValue make_bytes(size_t length, void **data, bool is_shared) {
  void *memory = length > INT32_MAX ? NULL : calloc(1, length > 0 ? length : 1);
  if (memory == NULL) return JS_ThrowRangeError(host.context, "Array buffer allocation failed");
  JSValue buffer = JS_NewArrayBuffer(host.context, memory, length, 0, free_memory, NULL, is_shared);
  if (JS_IsException(buffer)) free(memory);
  else if (data != NULL) *data = memory;
  return buffer;
}

// The Buffer on an array buffer, which is given up.
static JSValue buffer_on(JSValue bytes, size_t length) {
  if (JS_IsException(bytes)) return bytes;
  JSValue arguments[] = {bytes, JS_NewInt32(host.context, 0), JS_NewInt64(host.context, (int64_t)length)};
  JSValue buffer = JS_Call(host.context, host.make_buffer, JS_UNDEFINED, 3, arguments);
  JS_FreeValue(host.context, bytes);
  return buffer;
}

IMPLEMENTED(napi_create_arraybuffer)(napi_env env, size_t length, void **data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  RETURN_VALUE(result, make_bytes(length, data, false));
}

IMPLEMENTED(napi_create_external_arraybuffer)(napi_env env, void *data, size_t length, node_api_basic_finalize finalize, void *hint,
                                              napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  JSValue buffer = wrap_bytes(env, data, length, finalize, hint);
  // As in Node: without an address it is detached.
  if (data == NULL && !JS_IsException(buffer)) JS_DetachArrayBuffer(host.context, buffer);
  RETURN_VALUE(result, buffer);
}

IMPLEMENTED(napi_is_arraybuffer)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_IsArrayBuffer(value_of(value)));
}

// The engine has no other way to ask for the class of a shared array buffer.
void find_shared_class(void) {
  void *memory = allocate(1);
  JSValue buffer = JS_NewArrayBuffer(host.context, memory, 1, 0, free_memory, NULL, true);
  if (JS_IsException(buffer)) fatal("no memory for a shared array buffer");
  host.shared_class = JS_GetClassID(buffer);
  JS_FreeValue(host.context, buffer);
}

IMPLEMENTED(node_api_create_sharedarraybuffer)(napi_env env, size_t length, void **data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  RETURN_VALUE(result, make_bytes(length, data, true));
}

IMPLEMENTED(node_api_is_sharedarraybuffer)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  RETURN(result, JS_GetClassID(value_of(value)) == host.shared_class);
}

IMPLEMENTED(napi_get_arraybuffer_info)(napi_env env, napi_value value, void **data, size_t *length) {
  ENTER();
  CHECK_ARG(value);
  CHECK(is_bytes(value_of(value)), napi_invalid_arg);
  size_t size;
  uint8_t *memory = JS_GetArrayBuffer(host.context, &size, value_of(value));
  // A detached buffer is empty.
  if (memory == NULL) JS_FreeValue(host.context, JS_GetException(host.context));
  if (data != NULL) *data = memory;
  if (length != NULL) *length = size;
  DONE();
}

IMPLEMENTED(napi_detach_arraybuffer)(napi_env env, napi_value value) {
  ENTER();
  CHECK_ARG(value);
  CHECK(JS_IsArrayBuffer(value_of(value)), napi_arraybuffer_expected);
  JS_DetachArrayBuffer(host.context, value_of(value));
  DONE();
}

IMPLEMENTED(napi_is_detached_arraybuffer)(napi_env env, napi_value value, bool *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  *result = false;
  if (JS_IsArrayBuffer(value_of(value))) {
    size_t size;
    JS_GetArrayBuffer(host.context, &size, value_of(value));
    *result = JS_HasException(host.context);
    if (*result) JS_FreeValue(host.context, JS_GetException(host.context));
  }
  DONE();
}

IMPLEMENTED(napi_create_buffer)(napi_env env, size_t length, void **data, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  RETURN_VALUE(result, buffer_on(make_bytes(length, data, false), length));
}

IMPLEMENTED(napi_create_buffer_copy)(napi_env env, size_t length, const void *data, void **copy, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  void *memory = NULL;
  JSValue bytes = make_bytes(length, &memory, false);
  if (!JS_IsException(bytes) && length > 0) memcpy(memory, data, length);
  if (copy != NULL) *copy = memory;
  RETURN_VALUE(result, buffer_on(bytes, length));
}

IMPLEMENTED(napi_create_external_buffer)(napi_env env, size_t length, void *data, node_api_basic_finalize finalize, void *hint,
                                         napi_value *result) {
  ENTER_JS();
  CHECK_ARG(result);
  RETURN_VALUE(result, buffer_on(wrap_bytes(env, data, length, finalize, hint), data == NULL ? 0 : length));
}

IMPLEMENTED(node_api_create_buffer_from_arraybuffer)(napi_env env, napi_value bytes, size_t offset, size_t length, napi_value *result) {
  ENTER_JS();
  CHECK_ARG(bytes);
  CHECK_ARG(result);
  CHECK(JS_IsArrayBuffer(value_of(bytes)), napi_arraybuffer_expected);
  size_t size = 0;
  if (JS_GetArrayBuffer(host.context, &size, value_of(bytes)) == NULL) JS_FreeValue(host.context, JS_GetException(host.context));
  if (offset > size || length > size - offset) {
    napi_throw_range_error(env, "ERR_OUT_OF_RANGE", "The byte offset + length is out of range");
    return status_of(env, napi_pending_exception);
  }
  JSValue arguments[] = {value_of(bytes), JS_NewInt64(host.context, (int64_t)offset), JS_NewInt64(host.context, (int64_t)length)};
  RETURN_VALUE(result, JS_Call(host.context, host.make_buffer, JS_UNDEFINED, 3, arguments));
}
