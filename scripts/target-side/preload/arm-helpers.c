// The run-time helpers that musl's libc.so needs on an ARM without a divide instruction (all ARMv6, such as ARM1176), so that ld.lld can
// link it without other libraries.
//
// zig's compiler_rt has them, but it is one object that also defines hidden memcpy, memmove, memset, memcmp, bcmp and strlen. A linker
// gives a symbol the narrowest visibility of all its definitions. So a libc.so linked with compiler_rt, which `zig cc` adds even with
// -nostdlib, does not export these six: "Error relocating ...: memcpy: symbol not found".
//
// Names and registers follow the "Run-time ABI for the Arm Architecture", chapter 5: doubles are passed in core registers even on a
// hard-float system. Division by zero, which is undefined in C, returns 0.
#include <stdint.h>

#define HELPER __attribute__((visibility("hidden")))
#define BASE_PCS __attribute__((visibility("hidden"), pcs("aapcs")))

static const double TWO_32 = 4294967296.0;

// Shift and subtract: a '/' would call the functions below.
static uint32_t divide32(uint32_t number, uint32_t by, uint32_t *rest) {
  uint32_t quotient = 0;
  if (by && number >= by)
    for (int shift = __builtin_clz(by) - __builtin_clz(number); shift >= 0; shift--)
      if (number >= by << shift) {
        number -= by << shift;
        quotient |= UINT32_C(1) << shift;
      }
  *rest = number;
  return quotient;
}

static uint64_t divide64(uint64_t number, uint64_t by, uint64_t *rest) {
  uint64_t quotient = 0;
  if (by && number >= by)
    for (int shift = __builtin_clzll(by) - __builtin_clzll(number); shift >= 0; shift--)
      if (number >= by << shift) {
        number -= by << shift;
        quotient |= UINT64_C(1) << shift;
      }
  *rest = number;
  return quotient;
}

static uint32_t magnitude32(int32_t value) {
  return value < 0 ? 0 - (uint32_t)value : (uint32_t)value;
}
static uint64_t magnitude64(int64_t value) {
  return value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
}

// On a little-endian machine the quotient in r0 and the rest in r1 are one 64-bit result.
HELPER uint64_t __aeabi_uidivmod(uint32_t number, uint32_t by);
HELPER uint64_t __aeabi_uidivmod(uint32_t number, uint32_t by) {
  uint32_t rest;
  const uint32_t quotient = divide32(number, by, &rest);
  return (uint64_t)rest << 32 | quotient;
}

HELPER uint64_t __aeabi_idivmod(int32_t number, int32_t by);
HELPER uint64_t __aeabi_idivmod(int32_t number, int32_t by) {
  uint32_t rest;
  uint32_t quotient = divide32(magnitude32(number), magnitude32(by), &rest);
  if ((number < 0) != (by < 0)) quotient = 0 - quotient;
  if (number < 0) rest = 0 - rest;
  return (uint64_t)rest << 32 | quotient;
}

HELPER uint32_t __aeabi_uidiv(uint32_t number, uint32_t by);
HELPER uint32_t __aeabi_uidiv(uint32_t number, uint32_t by) {
  uint32_t rest;
  return divide32(number, by, &rest);
}

HELPER int32_t __aeabi_idiv(int32_t number, int32_t by);
HELPER int32_t __aeabi_idiv(int32_t number, int32_t by) {
  return (int32_t)__aeabi_idivmod(number, by);
}

// No C type is returned as quotient in r0:r1 and rest in r2:r3, so assembly (DIVMOD below) wraps the C functions.
HELPER uint64_t boardkit_unsigned_divide(uint64_t number, uint64_t by, uint64_t *rest);
HELPER uint64_t boardkit_unsigned_divide(uint64_t number, uint64_t by, uint64_t *rest) {
  return divide64(number, by, rest);
}

HELPER int64_t boardkit_signed_divide(int64_t number, int64_t by, int64_t *rest);
HELPER int64_t boardkit_signed_divide(int64_t number, int64_t by, int64_t *rest) {
  uint64_t remaining;
  uint64_t quotient = divide64(magnitude64(number), magnitude64(by), &remaining);
  if ((number < 0) != (by < 0)) quotient = 0 - quotient;
  if (number < 0) remaining = 0 - remaining;
  *rest = (int64_t)remaining;
  return (int64_t)quotient;
}

// The argument at [sp] is the pointer to the rest, at [sp, #8]; sp stays 8-aligned.
#define DIVMOD(name, function)                                                                            \
  __asm__(".text\n.arm\n.balign 4\n.globl " name "\n.hidden " name "\n.type " name ", %function\n" name    \
          ":\n\tpush {r4, lr}\n\tsub sp, sp, #16\n\tadd r4, sp, #8\n\tstr r4, [sp]\n\tbl " function       \
          "\n\tldrd r2, r3, [sp, #8]\n\tadd sp, sp, #16\n\tpop {r4, pc}\n")
DIVMOD("__aeabi_uldivmod", "boardkit_unsigned_divide");
DIVMOD("__aeabi_ldivmod", "boardkit_signed_divide");

// Both halves convert exactly, so only the addition rounds.
BASE_PCS double __aeabi_ul2d(uint64_t value);
BASE_PCS double __aeabi_ul2d(uint64_t value) {
  return (double)(uint32_t)(value >> 32) * TWO_32 + (double)(uint32_t)value;
}

BASE_PCS double __aeabi_l2d(int64_t value);
BASE_PCS double __aeabi_l2d(int64_t value) {
  return (double)(int32_t)(value >> 32) * TWO_32 + (double)(uint32_t)value;
}

BASE_PCS uint64_t __aeabi_d2ulz(double value);
BASE_PCS uint64_t __aeabi_d2ulz(double value) {
  if (!(value >= 1)) return 0; // NaN too
  if (value >= TWO_32 * TWO_32) return UINT64_MAX;
  const uint32_t high = (uint32_t)(value * (1 / TWO_32));
  return (uint64_t)high << 32 | (uint32_t)(value - (double)high * TWO_32);
}

BASE_PCS int64_t __aeabi_d2lz(double value);
BASE_PCS int64_t __aeabi_d2lz(double value) {
  const uint64_t limit = UINT64_C(1) << 63;
  const uint64_t magnitude = __aeabi_d2ulz(value < 0 ? -value : value);
  if (value < 0) return magnitude >= limit ? INT64_MIN : -(int64_t)magnitude;
  return magnitude >= limit ? INT64_MAX : (int64_t)magnitude;
}

BASE_PCS int64_t __aeabi_f2lz(float value);
BASE_PCS int64_t __aeabi_f2lz(float value) {
  return __aeabi_d2lz((double)value);
}

BASE_PCS uint64_t __aeabi_f2ulz(float value);
BASE_PCS uint64_t __aeabi_f2ulz(float value) {
  return __aeabi_d2ulz((double)value);
}
