import { expect, test } from "vitest";
import type { Plan } from "../model/plan.ts";
import type { Context } from "./context.ts";
import { buildWheels } from "./wheel.ts";

test("a wheel is not built in a container, and what builds it is named", async () => {
  const plan = { targets: [{ builder: "cross", target: { triple: "aarch64-unknown-linux-gnu" } }] } as Plan;
  await expect(buildWheels(plan, {} as never, {} as never, {} as Context)).rejects.toMatchObject({
    code: "BUILDER_UNFIT",
    details: { mend: "build wheels with --builder zig, gcc or native" },
  });
});
