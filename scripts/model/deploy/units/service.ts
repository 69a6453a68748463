// A service as the board's service managers see it. Pure.

/** What keeps the program running on a board. */
export type ServiceKind = "systemd" | "procd" | "openrc" | "busybox" | "runit";

export type Service = {
  /** Name of the app; the service is `boardkit-<app>`. */
  app: string;
  description: string;
  /** Folder of the launcher on the board. */
  folder: string;
  /** Folder of the program's data; by default in that folder. */
  data?: string;
  /** User of the program; root without it. */
  user?: string;
  /** Bytes of memory that the service may use. */
  memoryMax?: number;
  /** Folder that runsvdir looks at; by default Debian's. */
  services?: string;
};

/** A file that `install` of the tool puts in its place on the board. */
export type ServiceFile = { path: string; mode: 0o644 | 0o755; text: string };

/** First line of each text. */
export const WRITTEN_BY = "# Written by boardkit deploy.";

/** Added to the badness of the program: rather it than the rest of the board is killed when memory ends. */
export const OOM_SCORE_ADJUST = 500;

/** Exit code of the launcher for what no restart helps. */
export const GIVES_UP = 78;

export const launcherOf = ({ folder }: Service): string => `${folder}/start`;

export const nameOf = ({ app }: Service): string => `boardkit-${app}`;
