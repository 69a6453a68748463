import { expect, test } from "vitest";
import type { HostResult } from "../../model/deploy/report.ts";
import { describeDeploy } from "./deploy-text.ts";

const plan = {
  app: "a",
  folder: "/opt/a",
  service: "systemd",
  files: ["a.js"],
  kept: 0,
  bytes: 1234,
  needed: 5000,
  free: 78_900_000_000,
  releases: [],
};
const base: HostResult = { host: "kitchen", outcome: "planned", release: "0123456789abcdef", seconds: 1.25, warnings: [], plan };

test("the plan for one host, and for several", () => {
  expect(describeDeploy([base])).toContain("space   5.0 KB needed, 78.9 GB free");
  expect(
    describeDeploy([base, { ...base, host: "garage", outcome: "deployed", sentBytes: 99 }])
      .split("\n")
      .slice(1),
  ).toEqual([
    "✓ kitchen  planned   0123456789abcdef  -       1.2 KB to send  1.3s",
    "✓ garage   deployed  0123456789abcdef  -       99 B            1.3s",
  ]);
});

test("a reason that is the error itself is not said twice", () => {
  const message = "it is not healthy after 2 s: no answer";
  const failed: HostResult = {
    ...base,
    outcome: "returned",
    error: { code: "UNHEALTHY", message },
    failure: { reason: message, log: ["no database"] },
  };
  expect(describeDeploy([failed]).match(/it is not healthy/g)).toHaveLength(1);
  expect(describeDeploy([{ ...failed, failure: { reason: "it was killed", log: [] } }])).toContain("reason: it was killed");
});
