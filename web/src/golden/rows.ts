/** What a list of golden records shows of each. Pure. */
import type { GoldenRecordsFoundQuery } from "./found.generated";

type Hit = GoldenRecordsFoundQuery["search"]["nodes"][number];

export interface Row {
  id: string;
  name: string;
  values: ReadonlyMap<string, string | null>;
  systems: readonly string[];
  versions: number;
  quality: number;
  /** Where a search found it; null in a list of all. */
  match: Hit["matches"] | null;
}

/** The rows of what a search found. */
export function noted(hits: readonly Hit[]): Row[] {
  return hits.map(({ id, name, matches }) => ({ id, name, values: new Map(), systems: [], versions: 0, quality: 0, match: matches }));
}
