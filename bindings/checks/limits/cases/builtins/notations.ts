// Hostile times, amounts, versions and identifiers.
import { type Cases, range, value } from "../case.ts";

const times: Cases = {
  "time.parse_ns of a long layout": value("time.parse_ns(input.l, input.l)", { l: "2006-01-02T15:04:05Z07:00 ".repeat(15_000) }),
  "time.format by a long layout": value('count(time.format([0, "UTC", input.l]))', { l: "Monday January .000000000 MST ".repeat(30_000) }),
  "time.format by long layouts, many": value(`count([1 | some i in ${range(100_000)}; time.format([i, "UTC", input.l])])`, {
    l: "Monday January ".repeat(5000),
  }),
  "time.parse_duration_ns": value("time.parse_duration_ns(input.t)", { t: "1h".repeat(400_000) }),
  "time.parse_rfc3339_ns": value("time.parse_rfc3339_ns(input.t)", { t: `2006-01-02T15:04:05.${"9".repeat(900_000)}Z` }),
  "time.clock in many zones": value(
    `count([1 | some i in ${range(100_000)}; time.clock([i * 1000000000000, ["Europe/Berlin", "America/New_York", "Asia/Tokyo"][i % 3]])])`,
  ),
  "time.clock in a long zone": value("time.clock([0, input.z])", { z: "Europe/".repeat(100_000) }),
  "time.add_date of many years": value("time.add_date(0, 9223372036854775807, 9223372036854775807, 9223372036854775807)"),
  "time.diff": value(`count([1 | some i in ${range(200_000)}; time.diff(i * 1000000000000000, 0)])`),
};

const values: Cases = {
  "units.parse of many digits": value("units.parse(input.t)", { t: `${"9".repeat(900_000)}Gi` }),
  "units.parse of a large exponent": value('units.parse("1e1000000000Gi")'),
  "units.parse_bytes of a small exponent": value('units.parse_bytes("1e-1000000000Gi")'),
  "semver.compare of many digits": value("semver.compare(input.a, input.b)", {
    a: `${"9".repeat(400_000)}.0.0`,
    b: `${"9".repeat(400_000)}.0.1`,
  }),
  "semver.compare of many parts": value("semver.compare(input.a, input.b)", {
    a: `1.0.0-${"1.".repeat(200_000)}1`,
    b: `1.0.0-${"1.".repeat(200_000)}2`,
  }),
  "uuid.parse": value("uuid.parse(input.t)", { t: "f81d4fae-7dec-11d0-a765-00a0c91e6bf6".repeat(20_000) }),
  "uuid.rfc4122, many": value(`count({u | some i in ${range(200_000)}; u := uuid.rfc4122(sprintf("%d", [i]))})`),
  "rand.intn, many": value(`count([1 | some i in ${range(200_000)}; rand.intn(sprintf("%d", [i]), 1000) >= 0])`),
};

export const notations: Cases = { ...times, ...values };
