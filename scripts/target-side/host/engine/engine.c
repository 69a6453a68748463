// quickjs-ng as one translation unit: its headers and sources come from folders of system headers, so that our warnings do not apply. Its
// main file is the one with the changes of changes.json.
#include <dtoa.c>
#include <libunicode.c>
#include <libregexp.c>
#include <quickjs.h>

static int throw_read_only(JSContext *context, int flags, JSValueConst object, JSAtom key);
static int set_by(JSContext *context, struct JSObject *setter, JSValueConst object, JSAtom key, JSValue value, int flags);
static int throw_not_extensible(JSContext *context, int flags, const char *verb, JSAtom key);
static void throw_not_deleted(JSContext *context, JSValueConst object, JSAtom key);

#include <quickjs-changed.c>

#include "messages.c"
