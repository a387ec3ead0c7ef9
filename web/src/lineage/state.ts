import { useCallback } from "react";
import { useUrl, type SetUrl } from "@/shell/url";
import { list, stateOf, type LineageState } from "./address";
import type { Side } from "./view";

export const DEPTHS = [1, 2, 3, 5, 10] as const;

/** Shows what lies on a side of a node, or no longer. */
export type Toggle = (node: { id: string; kind: "DATASET" | "JOB" }, side: Side) => void;

/** What the address says of the screen, and the ways to change it. */
export function useLineageState(root: string): { state: LineageState; set: SetUrl; toggleExpansion: Toggle } {
  const [url, set] = useUrl();
  const state = stateOf(url, root);
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
