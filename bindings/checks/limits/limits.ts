/** The limits of each case's engine. */
export const LIMITS = {
  maxEvaluationMs: 100,
  maxEvaluationMemoryBytes: 16 << 20,
  maxLoadMs: 1000,
  maxLoadMemoryBytes: 64 << 20,
};

export type Limits = typeof LIMITS;
