/* What the address of the lineage screen says, and what is asked of the server for it. Pure: it runs before the screen is there. */
import type { AsOf } from "@/shell/instant";
import type { NeighbourhoodQueryVariables } from "./neighbourhood.generated";
import type { Side } from "./view";

/** What is shown beyond the start: whole sides of nodes, and single neighbours. */
export interface Expansion {
  id: string;
  side: Side;
  /** From a dataset to the next dataset are two, for a job lies between; from a job one. */
  hops: number;
}

/** The state of the lineage screen, all of it from the address. */
export interface LineageState {
  depth: number;
  direction: "BOTH" | "UPSTREAM" | "DOWNSTREAM";
  expansions: readonly Expansion[];
  picked: readonly string[];
  /** The datasets whose columns are open. */
  opened: readonly string[];
  /** The column that is followed, and its dataset. */
  column: { dataset: string; path: string } | null;
  selected: string | null;
  pathTo: string | null;
  isImpact: boolean;
  isTable: boolean;
  withoutJobs: boolean;
  /** The instants compared with; null: not compared. */
  compare: { asOf: string | null; knownAt: string | null } | null;
}

/** Up to so many nodes around the start, and around a node opened beside it, are asked for. */
const MOST_NODES = 2000;
const MOST_BESIDE = 200;

/** What the address says of the screen. */
export function stateOf(url: Readonly<Record<string, string | undefined>>, root: string): LineageState {
  const expansions = list(url["open"]).flatMap((text): Expansion[] => {
    const [, id, side, hops] = /^(.+):([ud])([12])$/.exec(text) ?? [];
    return id ? [{ id, side: side === "u" ? "upstream" : "downstream", hops: Number(hops) }] : [];
  });
  const depth = Number(url["depth"]);
  const direction = url["direction"]?.toUpperCase();
  return {
    depth: Number.isInteger(depth) && depth >= 1 && depth <= 50 ? depth : 1,
    direction: direction === "UPSTREAM" || direction === "DOWNSTREAM" ? direction : "BOTH",
    expansions,
    picked: list(url["with"]),
    opened: list(url["columns"]),
    column: url["column"] ? { dataset: url["of"] ?? root, path: url["column"] } : null,
    selected: url["node"] ?? null,
    pathTo: url["path"] ?? null,
    isImpact: url["impact"] === "yes",
    isTable: url["view"] === "table",
    withoutJobs: url["jobs"] === "no",
    compare:
      url["compare"] || url["compareKnown"]
        ? { asOf: url["compare"] ?? null, knownAt: url["compareKnown"] ?? null }
        : null,
  };
}

/** One question to the server, and which nodes of its answer are shown; null: all. */
export interface Question {
  variables: NeighbourhoodQueryVariables;
  only: ReadonlySet<string> | null;
}

/** What is asked for the start and for what was opened beside it, the start first. */
export function questions(root: string, { depth, direction, expansions, picked }: LineageState, at: AsOf): Question[] {
  const instants = { asOf: at.asOf, knownAt: at.knownAt };
  return [
    { variables: { of: { id: root }, depth: depth * 2, direction, first: MOST_NODES, ...instants }, only: null },
    ...expansions.map(({ id, side, hops }) => ({
      variables: {
        of: { id },
        depth: hops,
        direction: side === "upstream" ? ("UPSTREAM" as const) : ("DOWNSTREAM" as const),
        first: MOST_BESIDE,
        ...instants,
      },
      only: null,
    })),
    ...picked.map((id) => ({
      variables: { of: { id }, depth: 1, direction: "BOTH" as const, first: MOST_BESIDE, ...instants },
      only: new Set([id]),
    })),
  ];
}

export function list(text: string | undefined): string[] {
  return text ? text.split(",").filter((one) => one !== "") : [];
}

/** The list with the item taken out or put in, as the address has it. */
export function toggled(items: readonly string[], item: string): string {
  return (items.includes(item) ? items.filter((one) => one !== item) : [...items, item]).join(",");
}
