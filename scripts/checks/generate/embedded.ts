// The services in docs/embedded.md, as `boardkit deploy` writes them.
import { bytesOf } from "../../model/deploy/settings.ts";
import { procdFiles } from "../../model/deploy/units/procd.ts";
import type { Service, ServiceFile } from "../../model/deploy/units/service.ts";
import { systemdFiles } from "../../model/deploy/units/systemd.ts";
import { replaceMarked } from "./marks.ts";

const SERVICE: Service = { app: "kitchen", description: "kitchen", folder: "/opt/boardkit/kitchen", memoryMax: bytesOf("100M") };

/** docs/embedded.md with the services as the code writes them now. */
export function generateEmbedded(page: string): string {
  const withSystemd = replaceMarked(page, "systemd", codeOf(systemdFiles(SERVICE), "ini"));
  return replaceMarked(withSystemd, "procd", codeOf(procdFiles(SERVICE).slice(0, 1), "sh"));
}

const codeOf = (files: ServiceFile[], language: string) =>
  files.map(({ text }) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``).join("\n");
