// quickjs-ng as one translation unit: its headers and sources come from a folder of system headers, so that our warnings do not apply.
#include <dtoa.c>
#include <libunicode.c>
#include <libregexp.c>
#include <quickjs.c>
