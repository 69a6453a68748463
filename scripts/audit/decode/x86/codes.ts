// The properties of each encoding that a scan needs. A query of iced per instruction is slow, so the answers are in arrays by encoding.
import { Code, CodeExt, CpuidFeature, FlowControl, type Instruction } from "iced-x86";
import { featuresOf } from "./features.ts";

export const ROLE = {
  plain: 1,
  invalid: 2,
  padding: 3,
  /** Control does not reach the next instruction: a return, a trap. */
  end: 4,
  jump: 5,
  branch: 6,
  call: 7,
  indirectJump: 8,
  indirectCall: 9,
  /** Queries the features of the processor. */
  identify: 10,
  /** May read or write a variable. */
  access: 11,
  /** Takes an address. */
  address: 12,
};

/** Of v3. */
const SCALAR = new Set(["BMI1", "BMI2", "LZCNT", "MOVBE", "ADX"]);
const count = Object.keys(Code).length / 2;
const roles = new Uint8Array(count);
const hits = new Uint8Array(count);
const compares = new Uint8Array(count);
const reads = new Uint8Array(count);
const scalars = new Uint8Array(count);
const features: string[][] = [];
const encodings: string[] = [];

/** Its role in the flow of control and data. */
export function roleOf(code: number, instruction: Instruction): number {
  return roles[code] || learn(code, instruction);
}

/** Whether it needs a feature; known after `roleOf`. */
export function isHit(code: number): boolean {
  return hits[code] === 1;
}

/** Whether it only tests a register, as code does with the result of a call. Known after `roleOf`. */
export function isCompare(code: number): boolean {
  return compares[code] === 1;
}

/** Whether it does not write its operand in memory, even if that is the first operand. Known after `roleOf`. */
export function onlyReads(code: number): boolean {
  return reads[code] === 1;
}

/** Whether it is a newer scalar instruction, such as BMI, which only CPUs with AVX have. Known after `roleOf`. */
export function isScalar(code: number): boolean {
  return scalars[code] === 1;
}

/** The features that it needs; known after `roleOf`. */
export function featuresOfCode(code: number): string[] {
  return features[code] ?? [];
}

/** The encoding as in the manuals of the processors. */
export function encodingOf(code: number): string {
  return (encodings[code] ??= readEncoding(code));
}

function readEncoding(code: number): string {
  const info = CodeExt.opCode(code);
  const text = info.instructionString;
  info.free();
  return text;
}

function learn(code: number, instruction: Instruction): number {
  const name = Code[code] as string;
  const role = findRole(name, instruction);
  roles[code] = role;
  const cpuid = role === ROLE.invalid ? [] : Array.from(instruction.cpuidFeatures(), (id) => CpuidFeature[id] as string);
  const needs = featuresOf(name, cpuid);
  features[code] = needs;
  scalars[code] = cpuid.length > 0 && cpuid.every((id) => SCALAR.has(id)) ? 1 : 0;
  hits[code] = needs.length ? 1 : 0;
  compares[code] = /^(Test|Cmp|Bt|And|Shr)_/.test(name) ? 1 : 0;
  reads[code] = /^(Test|Cmp|Bt)_/.test(name) ? 1 : 0;
  return role;
}

function findRole(name: string, instruction: Instruction): number {
  if (name === "INVALID") return ROLE.invalid;
  if (name === "Cpuid" || name === "Xgetbv") return ROLE.identify;
  if (name === "Int3" || name.startsWith("Nop")) return ROLE.padding;
  if (name.startsWith("Lea_")) return ROLE.address;
  switch (instruction.flowControl) {
    case FlowControl.UnconditionalBranch:
      return ROLE.jump;
    case FlowControl.ConditionalBranch:
      return ROLE.branch;
    case FlowControl.IndirectBranch:
      return ROLE.indirectJump;
    case FlowControl.Call:
      return ROLE.call;
    case FlowControl.IndirectCall:
      return ROLE.indirectCall;
    case FlowControl.Return:
    case FlowControl.Exception:
      return ROLE.end;
    default:
      return /^(VEX_V|EVEX_V)?(Mov|Cmp|Test|Bt|And|Or|Xchg|Xor|Add|Sub|Inc|Dec|Cmpxchg|Xadd|Set)/i.test(name) ? ROLE.access : ROLE.plain;
  }
}
