// Programs that stand for others: shell scripts in the cache folder.

export type Wrappers = {
  /** Its name changes with the texts. */
  folder: string;
  /** Shell text by name. */
  texts: Record<string, string>;
};
