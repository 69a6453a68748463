// Why an installed container engine does not answer, from its output; each reason with its fix.
import type { Obstacle } from "../../model/builder.ts";

/** podman, the recommended packages that it needs without root, and runc for control groups version 1. */
export const enginePackages = ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"];

export const INSTALL = `apt-get install ${enginePackages.join(" ")}, or run: boardkit doctor --fix`;

/** Messages of a client that does not reach its daemon: docker before and since 28.3, and podman. */
const NO_DAEMON =
  /cannot connect to the docker daemon|is the docker daemon running|failed to connect to the docker api|cannot connect to podman|connection refused/i;

/** Why an installed engine does not answer, from its output. */
export function engineFault(name: string, text: string): Obstacle {
  const last = text.trim().split("\n").at(-1) ?? "";
  if (/newuidmap"?: executable file not found/.test(text)) {
    return {
      reason: `${name} cannot map user ids into a container, since newuidmap is not on the PATH`,
      fix: "apt-get install uidmap, or run: boardkit doctor --fix",
      packages: ["uidmap"],
    };
  }
  if (/permission denied|cannot find UID\/GID|no subuid ranges|newuidmap/i.test(text)) {
    return {
      reason: `${name} may not be used by this user: ${last}`,
      fix:
        name === "docker"
          ? "add the user to docker's group (usermod -aG docker $USER) and log in again, or use podman"
          : "add ranges of ids (usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER), or run as root",
    };
  }
  if (NO_DAEMON.test(text)) {
    const [address] = /\b(?:unix|tcp|ssh|npipe):\/\/[^\s;"']*[^\s;"'.]/.exec(text) ?? [];
    return {
      reason: `${name} is installed, but its daemon does not answer${address ? ` at ${address}` : ""}`,
      fix: `${startOf(name)}, or: ${INSTALL}`,
    };
  }
  return { reason: `${name} does not work: ${last}`, fix: `fix the errors that \`${name} info\` prints, or: ${INSTALL}` };
}

function startOf(name: string): string {
  return name === "docker"
    ? "start it (systemctl start docker; without root: systemctl --user start docker), or set DOCKER_HOST to the socket of one that runs"
    : "start its service";
}

/** The obstacle of a daemon on another machine. */
export function remoteFault(name: string, daemon: string): Obstacle {
  return {
    reason: `${name}'s daemon is on another machine (${daemon}), and cross mounts folders of this one`,
    fix: `unset DOCKER_HOST, or: ${name} context use default`,
  };
}

/** Whether an engine's output says that the registry could not be reached. */
export function isUnreachable(text: string): boolean {
  return /dial tcp|i\/o timeout|network is unreachable|connection refused|TLS handshake|Client\.Timeout|temporary failure/i.test(text);
}
