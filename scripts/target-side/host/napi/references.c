// Node-API: references and finalizers. The engine frees an object when its last owner lets go, or when the collector of cycles finds it; both
// can happen inside a native function. Finalizers therefore wait in a queue for the next turn of the event loop, as in Node.
#include "../core/host.h"

#include <stdlib.h>

static void link_to_attachment(struct napi_ref__ *reference, struct attachment *attachment) {
  reference->attachment = attachment;
  reference->next = attachment->references;
  if (attachment->references != NULL) attachment->references->previous = reference;
  attachment->references = reference;
}

static void unlink_from_attachment(struct napi_ref__ *reference) {
  struct attachment *attachment = reference->attachment;
  if (attachment == NULL) return;
  if (reference->previous != NULL) reference->previous->next = reference->next;
  else attachment->references = reference->next;
  if (reference->next != NULL) reference->next->previous = reference->previous;
  if (attachment->wrap == reference) attachment->wrap = NULL;
  reference->attachment = NULL;
  reference->next = reference->previous = NULL;
}

static void unlink_from_environment(struct napi_ref__ *reference) {
  if (reference->previous_in_env != NULL) reference->previous_in_env->next_in_env = reference->next_in_env;
  else if (reference->env->references == reference) reference->env->references = reference->next_in_env;
  if (reference->next_in_env != NULL) reference->next_in_env->previous_in_env = reference->previous_in_env;
  reference->next_in_env = reference->previous_in_env = NULL;
}

// Lets go of the value: a reference that cannot be weak loses it.
static void weaken(struct napi_ref__ *reference) {
  if (!reference->has_value) return;
  JSValue value = reference->value;
  if (JS_IsSymbol(value)) {
    reference->value = JS_Call(host.context, host.make_weak, JS_UNDEFINED, 1, (JSValueConst[]){value});
    if (JS_IsException(reference->value)) fatal("no memory for a weak reference");
    reference->is_weak_symbol = true;
  } else if (reference->attachment == NULL) {
    reference->has_value = false;
    reference->value = JS_UNDEFINED;
  }
  JS_FreeValue(host.context, value);
}

// Makes a reference. The value can be JS_UNDEFINED for a finalizer without a value.
struct napi_ref__ *new_reference(napi_env env, JSValueConst value, uint32_t count, bool owned_by_host, napi_finalize finalize, void *data,
                                 void *hint) {
  struct napi_ref__ *reference = allocate(sizeof *reference);
  *reference = (struct napi_ref__){.env = env,
                                   .value = JS_DupValue(host.context, value),
                                   .count = count,
                                   .has_value = true,
                                   .owned_by_host = owned_by_host,
                                   .finalize = finalize,
                                   .data = data,
                                   .hint = hint};
  reference->next_in_env = env->references;
  if (env->references != NULL) env->references->previous_in_env = reference;
  env->references = reference;
  if (JS_IsObject(value)) link_to_attachment(reference, make_attachment(value));
  if (count == 0) weaken(reference);
  return reference;
}

// Frees a reference. Its finalizer does not run.
void delete_reference(struct napi_ref__ *reference) {
  bool is_owner = reference->has_value && (reference->count > 0 || reference->is_weak_symbol);
  JSValue value = reference->value;
  reference->has_value = false;
  unlink_from_attachment(reference);
  unlink_from_environment(reference);
  if (is_owner) JS_FreeValue(host.context, value);
  if (reference->is_queued) {
    struct napi_ref__ **place = &host.queue;
    while (*place != reference) place = &(*place)->next_queued;
    *place = reference->next_queued;
    if (*place == NULL) host.queue_end = place;
  }
  free(reference);
}

// Adds a reference to the queue of finalizers.
void queue_finalizer(struct napi_ref__ *reference) {
  reference->is_queued = true;
  reference->next_queued = NULL;
  if (host.queue == NULL) host.queue_end = &host.queue;
  *host.queue_end = reference;
  host.queue_end = &reference->next_queued;
}

struct finalizer_call {
  napi_finalize run;
  void *data, *hint;
};

static void call_finalizer(napi_env env, void *data) {
  struct finalizer_call *call = data;
  call->run(env, call->data, call->hint);
}

// Runs the finalizer of a reference. A reference of the addon stays: the finalizer may delete it.
static void finalize(struct napi_ref__ *reference) {
  napi_env env = reference->env;
  struct finalizer_call call = {reference->finalize, reference->data, reference->hint};
  reference->finalize = NULL;
  if (reference->owned_by_host) delete_reference(reference);
  else unlink_from_environment(reference);
  if (call.run != NULL) call_into(env, call_finalizer, &call, true);
}

// Called when the object of a weak reference has died.
void lose_value(struct napi_ref__ *reference) {
  napi_env env = reference->env;
  unlink_from_attachment(reference);
  reference->has_value = false;
  reference->value = JS_UNDEFINED;
  if (reference->finalize == NULL) {
    if (reference->owned_by_host) delete_reference(reference);
  } else if (env->version == NAPI_VERSION_EXPERIMENTAL && !host.is_ending) {
    // Finalizers of such addons may run during garbage collection, where they cannot use JavaScript.
    napi_finalize run = reference->finalize;
    void *data = reference->data, *hint = reference->hint;
    reference->finalize = NULL;
    bool outer = env->in_gc_finalizer;
    env->in_gc_finalizer = true;
    if (reference->owned_by_host) delete_reference(reference);
    run(env, data, hint);
    env->in_gc_finalizer = outer;
  } else {
    queue_finalizer(reference);
  }
}

// Runs the queued finalizers, which may queue others.
void run_finalizers(void) {
  while (host.queue != NULL) {
    struct napi_ref__ *reference = host.queue;
    host.queue = reference->next_queued;
    reference->is_queued = false;
    finalize(reference);
  }
}

// Runs the finalizers of all references of an environment that ends, the newest first, and frees their values.
void finalize_environment(napi_env env) {
  while (env->references != NULL) {
    struct napi_ref__ *reference = env->references;
    bool is_owner = reference->has_value && (reference->count > 0 || reference->is_weak_symbol);
    JSValue value = reference->value;
    unlink_from_attachment(reference);
    reference->has_value = false;
    finalize(reference);
    if (is_owner) JS_FreeValue(host.context, value);
    run_finalizers();
  }
}

IMPLEMENTED(napi_create_reference)(napi_env env, napi_value value, uint32_t count, napi_ref *result) {
  ENTER();
  CHECK_ARG(value);
  CHECK_ARG(result);
  JSValueConst target = value_of(value);
  CHECK(env->version >= 10 || JS_IsObject(target) || JS_IsSymbol(target), napi_invalid_arg);
  RETURN(result, new_reference(env, target, count, false, NULL, NULL, NULL));
}

IMPLEMENTED(napi_delete_reference)(node_api_basic_env env, napi_ref reference) {
  ENTER_BASIC();
  CHECK_ARG(reference);
  delete_reference(reference);
  DONE();
}

// The value of a reference, owned by the caller, or undefined.
static JSValue value_of_reference(struct napi_ref__ *reference) {
  if (!reference->has_value) return JS_UNDEFINED;
  if (reference->is_weak_symbol) return value_of_weak(reference->value);
  if (reference->count > 0 || reference->attachment == NULL) return JS_DupValue(host.context, reference->value);
  return value_of_attachment(reference->attachment, reference->value);
}

// Makes a weak reference own its value again; it may be too late.
static void strengthen(struct napi_ref__ *reference) {
  JSValue value = value_of_reference(reference);
  if (reference->is_weak_symbol) JS_FreeValue(host.context, reference->value);
  reference->is_weak_symbol = false;
  reference->value = value;
  reference->has_value = !JS_IsUndefined(value);
}

IMPLEMENTED(napi_reference_ref)(napi_env env, napi_ref reference, uint32_t *result) {
  ENTER();
  CHECK_ARG(reference);
  uint32_t count = 0;
  if (reference->has_value) {
    if (reference->count == 0) strengthen(reference);
    count = reference->has_value ? ++reference->count : 0;
  }
  if (result != NULL) *result = count;
  DONE();
}

IMPLEMENTED(napi_reference_unref)(napi_env env, napi_ref reference, uint32_t *result) {
  ENTER();
  CHECK_ARG(reference);
  CHECK(reference->count > 0, napi_generic_failure);
  uint32_t count = --reference->count;
  if (count == 0) weaken(reference);
  if (result != NULL) *result = count;
  DONE();
}

IMPLEMENTED(napi_get_reference_value)(napi_env env, napi_ref reference, napi_value *result) {
  ENTER();
  CHECK_ARG(reference);
  CHECK_ARG(result);
  bool is_undefined = reference->has_value && reference->attachment == NULL && JS_IsUndefined(reference->value);
  JSValue value = value_of_reference(reference);
  *result = JS_IsUndefined(value) && !is_undefined ? NULL : add_handle(value);
  DONE();
}

IMPLEMENTED(node_api_post_finalizer)(node_api_basic_env env, napi_finalize run, void *data, void *hint) {
  ENTER_BASIC();
  struct napi_ref__ *reference = new_reference(env, JS_UNDEFINED, 0, true, run, data, hint);
  queue_finalizer(reference);
  DONE();
}
