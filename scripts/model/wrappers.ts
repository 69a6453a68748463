// Wrapper programs: shell scripts in the cache folder.

export type Wrappers = {
  /** The name contains a hash of the texts. */
  folder: string;
  /** Shell text by name. */
  texts: Record<string, string>;
};
