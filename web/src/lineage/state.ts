import { useCallback } from "react";
import { useUrl, type SetUrl } from "@/shell/url";
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

export const DEPTHS = [1, 2, 3, 5, 10] as const;

/** Shows what lies on a side of a node, or no longer. */
export type Toggle = (node: { id: string; kind: "DATASET" | "JOB" }, side: Side) => void;

/** What the address says of the screen, and the ways to change it. */
export function useLineageState(root: string): { state: LineageState; set: SetUrl; toggleExpansion: Toggle } {
  const [url, set] = useUrl();
  const expansions = list(url["open"]).flatMap((text): Expansion[] => {
    const [, id, side, hops] = /^(.+):([ud])([12])$/.exec(text) ?? [];
    return id ? [{ id, side: side === "u" ? "upstream" : "downstream", hops: Number(hops) }] : [];
  });
  const depth = Number(url["depth"]);
  const direction = url["direction"]?.toUpperCase();
  const state: LineageState = {
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
  const open = url["open"];
  const toggleExpansion = useCallback<Toggle>(
    (node, side) => {
      const key = `${node.id}:${side === "upstream" ? "u" : "d"}${node.kind === "JOB" ? 1 : 2}`;
      const now = list(open);
      set({ open: (now.includes(key) ? now.filter((one) => one !== key) : [...now, key]).join(",") });
    },
    [open, set],
  );
  return { state, set, toggleExpansion };
}

export function list(text: string | undefined): string[] {
  return text ? text.split(",").filter((one) => one !== "") : [];
}

/** The list with the item taken out or put in, as the address has it. */
export function toggled(items: readonly string[], item: string): string {
  return (items.includes(item) ? items.filter((one) => one !== item) : [...items, item]).join(",");
}
