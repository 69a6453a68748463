// Power cuts of a deploy: records what it writes to a disk, makes states that a cut can leave, and boots from each.
import { inTemporaryFolder } from "../../lib/paths.ts";
import { randomOf } from "../fixtures/random.ts";
import { recordDeploys } from "./record.ts";
import { replay } from "./replay.ts";
import { chooseState, type CrashState } from "./states.ts";

export type CrashResult = { states: number; events: number; wrong: { state: CrashState; text: string }[]; seconds: number };

/** Tries a number of states; the same seed makes the same ones of a recording, and each recording differs a little. */
export function testPowerCuts(count: number, seed: number, progress: (done: number) => void = () => undefined): Promise<CrashResult> {
  return inTemporaryFolder("power-cut", async (folder) => {
    const started = performance.now();
    const recording = await recordDeploys(folder);
    const random = randomOf(seed);
    const states = Array.from({ length: count }, () => chooseState(recording.events, random));
    const wrong: CrashResult["wrong"] = [];
    let done = 0;
    await replay(recording, states, folder, (verdict) => {
      progress((done += 1));
      if (verdict.wrong !== undefined) wrong.push({ state: verdict.state, text: verdict.wrong });
    });
    return { states: done, events: recording.events.length, wrong, seconds: (performance.now() - started) / 1000 };
  });
}
