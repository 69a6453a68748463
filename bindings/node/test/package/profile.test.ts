// The limits of a profile, and options in addition to it.
import { afterEach, describe, expect, test } from "vitest";
import { ArgumentError, Cache, Engine, LimitError } from "../../ts/index.ts";
import { environmentProfile, profileOf } from "../../ts/profile.ts";
import { PROFILES } from "../../ts/profiles.ts";

const MIB = 1024 * 1024;
/** An input that is too long for the profile small and fits the standard one. */
const LONG = "x".repeat(PROFILES.small.engine.maxInputBytes);

afterEach(() => {
  delete process.env.GRID_PROFILE;
});

const caps = ({ maxEntries, maxBytes }: { maxEntries: number; maxBytes: number }) => ({ maxEntries, maxBytes });
const capsOf = (cache: Cache) => caps(cache.stats());

describe("a cache", () => {
  test("has the caps of the profile that it is given, and its own beside", () => {
    expect(capsOf(new Cache({ profile: "small" }))).toEqual(PROFILES.small.cache);
    expect(capsOf(new Cache({ profile: "small", maxEntries: 7 }))).toEqual({ ...PROFILES.small.cache, maxEntries: 7 });
    expect(capsOf(new Cache())).toEqual(PROFILES.standard.cache);
  });

  test("has those of GRID_PROFILE where it is given none", () => {
    process.env.GRID_PROFILE = "tiny";
    expect(capsOf(new Cache())).toEqual(PROFILES.tiny.cache);
    expect(capsOf(new Cache({ profile: "medium" }))).toEqual(PROFILES.medium.cache);
    expect(capsOf(new Cache({ maxBytes: 5000 }))).toEqual({ ...PROFILES.tiny.cache, maxBytes: 5000 });
  });

  test("of a name takes the variable where it is made, and is opened again without its caps", () => {
    process.env.GRID_PROFILE = "small";
    const cache = Cache.open("profile: named", { maxEntries: 9 });
    expect(capsOf(cache)).toEqual({ ...PROFILES.small.cache, maxEntries: 9 });
    expect(capsOf(Cache.open("profile: named"))).toEqual(capsOf(cache));
    expect(() => Cache.open("profile: named", { profile: "medium" })).toThrow(ArgumentError);
  });
});

describe("an engine", () => {
  const limitOf = (engine: Engine) => {
    try {
      engine.evaluateJson("data", JSON.stringify(LONG));
    } catch (error) {
      return error instanceof LimitError ? error.limit : error;
    }
    return undefined;
  };

  test("has the limits of its profile, its own beside, or those of GRID_PROFILE", () => {
    expect(limitOf(new Engine())).toBeUndefined();
    expect(limitOf(new Engine({ profile: "small" }))).toBe(PROFILES.small.engine.maxInputBytes);
    expect(limitOf(new Engine({ profile: "small", maxInputBytes: 2 * LONG.length }))).toBeUndefined();
    process.env.GRID_PROFILE = "small";
    expect(limitOf(new Engine())).toBe(PROFILES.small.engine.maxInputBytes);
    expect(limitOf(new Engine({ profile: "standard" }))).toBeUndefined();
  });

  test("of a name takes the variable where it is made", () => {
    process.env.GRID_PROFILE = "small";
    const engine = Engine.open("profile: named");
    delete process.env.GRID_PROFILE;
    expect(limitOf(engine)).toBe(PROFILES.small.engine.maxInputBytes);
    expect(limitOf(Engine.open("profile: named"))).toBe(PROFILES.small.engine.maxInputBytes);
  });
});

test.each([
  [0, "tiny"],
  [64, "tiny"],
  // What Linux leaves of 128, 256 and 1024 MB.
  [101, "small"],
  [128, "small"],
  [230, "medium"],
  [512, "medium"],
  [920, "standard"],
  [16_384, "standard"],
] as const)("%i MiB are %s", (size, name) => {
  expect(profileOf(size * MIB)).toBe(PROFILES[name]);
});

test("auto looks at the machine", () => {
  process.env.GRID_PROFILE = "auto";
  expect(Object.values(PROFILES)).toContain(environmentProfile());
});

test.each(["", "large", "constructor", "Small"])("%j is not a profile", (name) => {
  const wrong = name as "small";
  expect(() => new Cache({ profile: wrong })).toThrow(/option profile must be tiny, small, medium, standard or auto/);
  expect(() => new Engine({ profile: wrong })).toThrow(ArgumentError);
  if (name === "") return;
  process.env.GRID_PROFILE = name;
  expect(() => new Cache()).toThrow(/variable GRID_PROFILE must be/);
});
