// What `boardkit discover` has found.
import { z } from "zod";

const service = z.object({
  type: z.string().describe("as DNS-SD names it, for example _ssh._tcp"),
  instance: z.string().describe("the name that the machine gives it"),
  port: z.int(),
});

const found = z.object({
  name: z.string().describe("in .local; any text, as the machine announces it"),
  addresses: z.array(z.string()).describe("IPv4 first; those of a single link have the interface behind a percent sign"),
  services: z.array(service),
  ssh: z
    .string()
    .optional()
    .describe("how ssh reaches it, for `boardkit probe`; absent if neither its name nor an address is one that ssh takes"),
});

/** The document of `boardkit discover --json`. */
export const discoverReport = z.object({
  schema: z.literal(1),
  seconds: z.number().describe("time for answers"),
  interfaces: z.array(z.string()).describe("network interfaces that were asked"),
  hosts: z.array(found),
  leftOut: z.int().describe("services without a machine, and machines beyond the first 200"),
  unreadable: z.int().describe("answers that are no DNS packets"),
});

export type FoundHost = z.infer<typeof found>;
export type DiscoverReport = z.infer<typeof discoverReport>;
