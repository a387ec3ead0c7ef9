import { keepPreviousData, useQueries, type UseQueryOptions } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { ask, AskError, useAsk } from "@/asking";
import type { AsOf } from "@/shell/as-of";
import { questions, type LineageState } from "./address";
import { Neighbourhood, type NeighbourhoodQuery, type NeighbourhoodQueryVariables } from "./neighbourhood.generated";
import { PathBetween } from "./path.generated";
import { viewOf, type Answer, type Part, type View } from "./view";

type Instants = AsOf;
type Found = NeighbourhoodQuery | null;

export interface Shown {
  view: View | null;
  /** The answer about the start: its basis, and how much more there is within the depth. */
  main: Answer | null;
  error: AskError | null;
  isLoading: boolean;
  isBehind: boolean;
  path: { isConnected: boolean; length: number | null; nodes: ReadonlySet<string>; edges: ReadonlySet<string> } | null;
  retry: () => void;
}

/** Asks for the start and for what was opened beside it, at one instant or two, and puts the answers together. */
export function useView(root: string, state: LineageState, at: Instants): Shown {
  const now = useAnswers(root, state, at, true);
  const compare = state.compare;
  const then = useAnswers(
    root,
    state,
    { asOf: compare?.asOf ?? at.asOf, knownAt: compare?.knownAt ?? at.knownAt },
    compare !== null,
  );
  const pathAnswer = useAsk(
    PathBetween,
    { from: { id: root }, to: { id: state.pathTo ?? root }, asOf: at.asOf, knownAt: at.knownAt },
    { enabled: state.pathTo !== null },
  );
  const there = state.pathTo === null ? undefined : pathAnswer.data?.lineagePaths;
  const isBackward = there !== undefined && !there.isConnected;
  const backAnswer = useAsk(
    PathBetween,
    { from: { id: state.pathTo ?? root }, to: { id: root }, asOf: at.asOf, knownAt: at.knownAt },
    { enabled: isBackward },
  );
  const path = isBackward ? backAnswer.data?.lineagePaths : there;
  const view = useMemo(() => {
    if (now.parts === null || (compare !== null && then.parts === null)) return null;
    const parts = path === undefined ? now.parts : [...now.parts, pathPart(path)];
    return viewOf(parts, compare === null ? null : then.parts, state.withoutJobs);
  }, [now.parts, then.parts, compare === null, path, state.withoutJobs]);
  // What was shown stays until the next is there: a slider that waits must not blink.
  const last = useRef<{ root: string; view: View; main: Answer | null } | null>(null);
  if (view !== null) last.current = { root, view, main: now.main };
  const kept = last.current?.root === root ? last.current : null;
  const shown = view ?? kept?.view ?? null;
  return {
    view: shown,
    main: view === null ? (kept?.main ?? null) : now.main,
    error: now.error ?? then.error ?? (state.pathTo === null ? null : pathAnswer.error),
    isLoading: shown === null && now.error === null,
    isBehind: now.isFetching || (compare !== null && then.isFetching),
    path:
      path === undefined
        ? null
        : {
            isConnected: path.isConnected,
            length: path.length ?? null,
            nodes: new Set(path.nodes.map(({ id }) => id)),
            edges: new Set(path.edges.map(({ from, to }) => `${from} ${to}`)),
          },
    retry: now.retry,
  };
}

type Path = { nodes: Omit<Answer["nodes"][number], "hidden">[]; edges: Answer["edges"] };

function pathPart(path: Path): Part {
  const nodes = path.nodes.map((node) => ({ ...node, hidden: { upstream: 0, downstream: 0 } }));
  const nothing = { upstream: 0, downstream: 0 };
  return { answer: { nodes, edges: path.edges, truncated: false, reached: nothing, basis: { asOf: "", knownAt: "" } }, only: null };
}

interface Answers {
  parts: readonly Part[] | null;
  main: Answer | null;
  error: AskError | null;
  isFetching: boolean;
  retry: () => void;
}

function useAnswers(root: string, state: LineageState, at: Instants, isWanted: boolean): Answers {
  const asked = useMemo(() => questions(root, state, at), [root, JSON.stringify([state.depth, state.direction, state.expansions, state.picked, at])]);
  const results = useQueries({ queries: asked.map(({ variables }) => options(variables, isWanted)) });
  const data = useStable(results.map((one) => one.data));
  const parts = useMemo(() => {
    if (data[0] === undefined) return null;
    return data.flatMap((found, index): Part[] => (found ? [{ answer: found.lineage, only: asked[index]?.only ?? null }] : []));
  }, [data]);
  // A node unknown at a past instant is an empty graph, not a failure.
  const isUnknown = isWanted && data[0] === null && !at.asOf && !at.knownAt;
  return {
    parts,
    main: data[0]?.lineage ?? null,
    error: results[0]?.error ?? (isUnknown ? unknown() : null),
    isFetching: results.some((one) => one.isFetching),
    retry: () => results.forEach((one) => void one.refetch()),
  };
}

/** The list of before as long as the items are the same. */
function useStable<Item>(items: readonly Item[]): readonly Item[] {
  const kept = useRef(items);
  const before = kept.current;
  if (before.length !== items.length || items.some((item, index) => item !== before[index])) kept.current = items;
  return kept.current;
}

function options(variables: NeighbourhoodQueryVariables, enabled: boolean): UseQueryOptions<Found, AskError> {
  return {
    queryKey: [Neighbourhood.name, variables],
    queryFn: async ({ signal }) => {
      try {
        return await ask(Neighbourhood, variables, signal);
      } catch (error) {
        if (error instanceof AskError && error.code === "NOT_FOUND") return null;
        throw error;
      }
    },
    enabled,
    placeholderData: keepPreviousData,
    // To compare thousands of objects with those of the answer before takes longer than to put them together anew.
    structuralSharing: false,
  };
}

function unknown(): AskError {
  return new AskError("This dataset or job is not known. It may have been erased, or the address is mistyped.", "NOT_FOUND");
}
