// Finds machines in this network by mDNS and DNS-SD: questions to the group, and the answers that come until the time is over.
import { setTimeout as sleep } from "node:timers/promises";
import { BoardkitError } from "../../lib/errors.ts";
import { FIRST_QUESTIONS, hostsOf, keepRecord, openQuestions, type Announced, type Question } from "../../model/discover/records.ts";
import type { DiscoverReport } from "../../model/discover/report.ts";
import { findWays, openWay, type Mdns, type MdnsRecord, type Way } from "./sockets.ts";

export type Discovery = {
  /** Seconds for answers. */
  seconds: number;
  /** The network interface to ask; without it all but the loopback one. */
  interface?: string | undefined;
  /** Port of mDNS; tests have their own. */
  port?: number;
};

const PORT = 5353;
/** Milliseconds between two rounds of questions that answers have left open. */
const ROUND_MS = 250;
/** The most questions of a round, and in a packet. */
const MOST_QUESTIONS = 200;
const IN_PACKET = 20;
/** Times that a question is asked: packets get lost. */
const MOST_TIMES = 3;

/** Asks, and collects answers; ends early by the signal. */
export async function discover({ seconds, interface: name, port = PORT }: Discovery, signal: AbortSignal): Promise<DiscoverReport> {
  const ways = findWays(name);
  const records = new Map<string, Announced>();
  const asked = new Map<string, number>();
  const faults: string[] = [];
  let unreadable = 0;
  const opened = ways.map((way) => {
    const socket = openWay(way, port);
    socket.on("error", (error) => void faults.push(`${way.interface}: ${error.message}`));
    // A packet that cannot be read; faults of the socket have a code.
    socket.on("warning", (error: NodeJS.ErrnoException) => {
      if (error.code === undefined) unreadable += 1;
      else faults.push(`${way.interface}: ${error.message}`);
    });
    socket.on("response", ({ answers, additionals }, from) => {
      // Others are no answers of mDNS: RFC 6762, section 6.
      if (from.port !== port) return;
      const scope = from.address.split("%")[1] ?? (way.family === "IPv6" ? way.interface : undefined);
      for (const one of [...answers, ...additionals]) {
        const record = readRecord(one, scope);
        if (record !== undefined) keepRecord(records, record);
      }
    });
    return { way, socket };
  });
  const used = new Set<string>();
  const ask = async (questions: Question[]) => {
    const fresh = questions.filter(({ name: of, type }) => (asked.get(`${type} ${of}`) ?? 0) < MOST_TIMES).slice(0, MOST_QUESTIONS);
    for (const { name: of, type } of fresh) asked.set(`${type} ${of}`, (asked.get(`${type} ${of}`) ?? 0) + 1);
    for (let at = 0; at < fresh.length; at += IN_PACKET)
      await Promise.all(
        opened.map(async ({ way, socket }) => {
          const fault = await send(socket, fresh.slice(at, at + IN_PACKET));
          if (fault === undefined) used.add(way.interface);
          else faults.push(`${way.interface}: ${fault}`);
        }),
      );
  };
  const started = performance.now();
  const isOver = () => signal.aborted || performance.now() - started > seconds * 1000;
  try {
    for (let round = 0; !isOver(); round += 1) {
      // The first questions go once more in the middle of the time.
      if (round === 0 || round === Math.floor((seconds * 1000) / ROUND_MS / 2)) await ask(FIRST_QUESTIONS);
      await ask(openQuestions([...records.values()]));
      if (round === 0 && used.size === 0) throw notAsked(ways, faults);
      await sleep(ROUND_MS, undefined, { signal });
    }
  } finally {
    await Promise.all(opened.map(({ socket }) => new Promise<void>((resolve) => socket.destroy(resolve))));
  }
  return { schema: 1, seconds, interfaces: [...used], ...hostsOf([...records.values()]), unreadable };
}

/** Sends questions; returns why that failed. */
function send(socket: Mdns, questions: Question[]): Promise<string | undefined> {
  return new Promise((resolve) => {
    socket.query(questions, (error) => resolve(error?.message));
  });
}

/** A record as far as it counts; addresses of a single link have the interface that they belong to. */
function readRecord(one: MdnsRecord, scope: string | undefined): Announced | undefined {
  if (one.type === "PTR") return { type: "PTR", name: one.name, to: one.data };
  if (one.type === "SRV") return { type: "SRV", name: one.name, to: one.data.target, port: one.data.port };
  if (one.type === "A") return { type: "A", name: one.name, address: one.data };
  if (one.type === "TXT") {
    const texts = [one.data].flat().map((text) => text.toString());
    const daemon = texts.find((text) => /^daemon=[a-z]{1,20}$/.test(text))?.slice("daemon=".length);
    return { type: "TXT", name: one.name, daemon };
  }
  if (one.type !== "AAAA") return undefined;
  if (!/^fe[89ab]/i.test(one.data)) return { type: "AAAA", name: one.name, address: one.data };
  return scope === undefined ? undefined : { type: "AAAA", name: one.name, address: `${one.data}%${scope}` };
}

function notAsked(ways: Way[], faults: string[]): BoardkitError {
  return new BoardkitError(ways.length === 0 ? "this machine has no network" : "no network interface lets a question out", {
    code: "NO_MULTICAST",
    ...(faults.length > 0 ? { tail: [...new Set(faults)].join("\n") } : {}),
    fix: "connect to the network of the boards; a firewall of this machine must let UDP port 5353 out and in",
  });
}
