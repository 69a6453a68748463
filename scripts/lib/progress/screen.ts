// The live lines of this process. A process has one terminal, so everybody who writes to it goes through here.

/** Live lines on the terminal now. */
type Block = { clear(): void; draw(): void };

export const liveBlock = {
  current: undefined as Block | undefined,
  /** Writes lines that stay above the live ones. */
  above(write: () => void): void {
    liveBlock.current?.clear();
    write();
    liveBlock.current?.draw();
  },
};

/** Whether live lines can be drawn: a terminal that moves its cursor, and that somebody looks at. */
export function canDraw({ isTTY }: { isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  return isTTY === true && env.TERM !== "dumb" && !env.CI;
}
