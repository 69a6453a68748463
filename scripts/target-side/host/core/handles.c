// Handles: the values that native code holds, as one stack. A napi_value is the address of its place.
#include "host.h"

#include <stdlib.h>

// Adds a value that the caller owns.
napi_value add_handle(JSValue owned) {
  if (host.depth == host.block_count * BLOCK) {
    struct handle_block **blocks = realloc(host.blocks, (host.block_count + 1) * sizeof *blocks);
    if (blocks == NULL) fatal("no memory for handles");
    host.blocks = blocks;
    blocks[host.block_count++] = allocate(sizeof(struct handle_block));
  }
  JSValue *place = &host.blocks[host.depth / BLOCK]->values[host.depth % BLOCK];
  *place = owned;
  host.depth++;
  return (napi_value)place;
}

// Frees all handles above a depth of the stack.
void close_handles(size_t depth) {
  while (host.depth > depth) {
    host.depth--;
    JS_FreeValue(host.context, host.blocks[host.depth / BLOCK]->values[host.depth % BLOCK]);
  }
}

struct napi_handle_scope__ {
  size_t depth;
};
struct napi_escapable_handle_scope__ {
  size_t depth;
  napi_value place;  // in the outer scope
  bool is_used;
};

IMPLEMENTED(napi_open_handle_scope)(napi_env env, napi_handle_scope *result) {
  ENTER();
  CHECK_ARG(result);
  napi_handle_scope scope = allocate(sizeof *scope);
  scope->depth = host.depth;
  env->open_scopes++;
  RETURN(result, scope);
}

// Frees a scope of either kind, and the handles above its depth.
static napi_status close_scope(napi_env env, void *scope, size_t depth) {
  if (env->open_scopes == 0) return napi_handle_scope_mismatch;
  env->open_scopes--;
  close_handles(depth);
  free(scope);
  DONE();
}

IMPLEMENTED(napi_close_handle_scope)(napi_env env, napi_handle_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  return close_scope(env, scope, scope->depth);
}

IMPLEMENTED(napi_open_escapable_handle_scope)(napi_env env, napi_escapable_handle_scope *result) {
  ENTER();
  CHECK_ARG(result);
  napi_escapable_handle_scope scope = allocate(sizeof *scope);
  scope->place = add_handle(JS_UNDEFINED);
  scope->depth = host.depth;
  env->open_scopes++;
  RETURN(result, scope);
}

IMPLEMENTED(napi_close_escapable_handle_scope)(napi_env env, napi_escapable_handle_scope scope) {
  ENTER();
  CHECK_ARG(scope);
  return close_scope(env, scope, scope->depth);
}

IMPLEMENTED(napi_escape_handle)(napi_env env, napi_escapable_handle_scope scope, napi_value escapee, napi_value *result) {
  ENTER();
  CHECK_ARG(scope);
  CHECK_ARG(escapee);
  CHECK_ARG(result);
  CHECK(!scope->is_used, napi_escape_called_twice);
  scope->is_used = true;
  *(JSValue *)scope->place = JS_DupValue(host.context, value_of(escapee));
  RETURN(result, scope->place);
}
