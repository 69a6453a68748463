// NODE_MODULE_VERSION: an addon that uses V8's own interface loads only in the Node lines that have its value.
import { getAbi } from "node-abi";

/** The value of a Node line; undefined for a line that the table of node-abi does not have. */
export function moduleVersionOf(line: string): string | undefined {
  try {
    return getAbi(`${line}.0.0`, "node");
  } catch {
    return undefined;
  }
}
