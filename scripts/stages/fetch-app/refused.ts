// The packages of a package-lock.json that npm refuses to install on a system, although they are needed: their fields os, cpu or libc name
// others. npm itself cannot say so from here: for packages that are not optional it looks at this machine, and not at --os, --cpu and --libc.
import { z } from "zod";
import { allowsSystem } from "../../audit/app/subjects.ts";
import type { Refusal } from "./installer.ts";
import type { System } from "./system.ts";

const list = z.array(z.string()).catch([]);
const flag = z.boolean().catch(false);
const lockfile = z.object({
  packages: z
    .record(
      z.string(),
      z.object({ version: z.string().catch(""), os: list, cpu: list, libc: list, optional: flag, dev: flag, devOptional: flag }),
    )
    .catch({}),
});

/** Lists them; a lockfile of npm 6, which does not have the fields, has none. */
export function listRefused(lock: string, { cpu, libc }: System, omit: string[]): Refusal[] {
  const { packages } = lockfile.parse(JSON.parse(lock));
  return Object.entries(packages).flatMap(([path, { version, optional, dev, devOptional, ...fields }]) => {
    const isLeftOut = optional || devOptional || (dev && omit.includes("dev"));
    if (path === "" || isLeftOut || allowsSystem(fields, { cpu, libc })) return [];
    const wanted = Object.entries(fields).flatMap(([name, values]) => (values.length > 0 ? [`${name} ${values.join(", ")}`] : []));
    return [{ name: path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length), version, wanted: wanted.join("; ") }];
  });
}
