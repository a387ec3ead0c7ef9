/* What the canvas and its table show: several answers put together to one graph, before and after. Pure. */
import type { Lane } from "@/parts";
import { laneOf } from "./lanes";
import type { NeighbourhoodQuery } from "./neighbourhood.generated";

export type Answer = NeighbourhoodQuery["lineage"];
export type Side = "upstream" | "downstream";
export type Change = "added" | "removed" | "same";

export interface ViewNode {
  id: string;
  kind: "DATASET" | "JOB";
  lane: Lane;
  name: string;
  namespace: string;
  label: string;
  change: Change;
  /** How many nodes beside this one are not shown, on either side. */
  hidden: Record<Side, number>;
}

export interface ViewEdge {
  id: string;
  from: string;
  to: string;
  kind: "DECLARED" | "OBSERVED";
  validFrom: string;
  validTo: string | null;
  systemFrom: string;
  change: Change;
}

export interface View {
  nodes: ViewNode[];
  edges: ViewEdge[];
  byId: ReadonlyMap<string, ViewNode>;
  /** The ids directly before and after each node. */
  before: ReadonlyMap<string, readonly string[]>;
  after: ReadonlyMap<string, readonly string[]>;
  counts: Record<Change, number>;
}

/** Answers of one instant, and which of their nodes are shown although only some were asked for. */
export interface Part {
  answer: Answer;
  /** Show these alone; null: all. */
  only: ReadonlySet<string> | null;
}

interface Gathered {
  nodes: Map<string, Answer["nodes"][number]>;
  edges: Map<string, Answer["edges"][number]>;
  /** How many neighbours each node has in all, as far as any answer tells. */
  degree: Map<string, Record<Side, number>>;
}

/** One graph of the answers at an instant and, to compare with, of those at another; null: compared with nothing. */
export function viewOf(now: readonly Part[], then: readonly Part[] | null, withoutJobs = false): View {
  const current = gathered(now);
  const former = then === null ? null : gathered(then);
  const nodes: ViewNode[] = [];
  const all = new Map([...(former?.nodes ?? []), ...current.nodes]);
  const edges = merged(current, former).filter(({ from, to }) => all.has(from) && all.has(to));
  const { before, after } = adjacency(edges);
  for (const [id, node] of all) {
    const degree = current.degree.get(id) ?? former?.degree.get(id) ?? { upstream: 0, downstream: 0 };
    nodes.push({
      id,
      kind: node.kind,
      lane: laneOf(node.kind, node.namespace),
      name: node.name,
      namespace: node.namespace,
      label: node.displayName,
      change: changeOf(former, current.nodes.has(id), former?.nodes.has(id) ?? false),
      hidden: {
        upstream: Math.max(0, degree.upstream - (before.get(id)?.length ?? 0)),
        downstream: Math.max(0, degree.downstream - (after.get(id)?.length ?? 0)),
      },
    });
  }
  nodes.sort((a, b) => (a.id < b.id ? -1 : 1));
  const shown = withoutJobs ? contracted(nodes, edges) : { nodes, edges };
  return finished(shown.nodes, shown.edges, former !== null);
}

function gathered(parts: readonly Part[]): Gathered {
  const nodes: Gathered["nodes"] = new Map();
  const edges: Gathered["edges"] = new Map();
  const degree: Gathered["degree"] = new Map();
  for (const { answer, only } of parts) {
    const upstream = new Map<string, number>();
    const downstream = new Map<string, number>();
    for (const edge of answer.edges) {
      upstream.set(edge.to, (upstream.get(edge.to) ?? 0) + 1);
      downstream.set(edge.from, (downstream.get(edge.from) ?? 0) + 1);
      edges.set(keyOf(edge), edge);
    }
    for (const node of answer.nodes) {
      if (only === null || only.has(node.id)) nodes.set(node.id, node);
      const known = degree.get(node.id) ?? { upstream: 0, downstream: 0 };
      degree.set(node.id, {
        upstream: Math.max(known.upstream, node.hidden.upstream + (upstream.get(node.id) ?? 0)),
        downstream: Math.max(known.downstream, node.hidden.downstream + (downstream.get(node.id) ?? 0)),
      });
    }
  }
  return { nodes, edges, degree };
}

function merged(current: Gathered, former: Gathered | null): ViewEdge[] {
  const keys = new Set([...current.edges.keys(), ...(former?.edges.keys() ?? [])]);
  return [...keys].sort().map((key) => {
    const [now, then] = [current.edges.get(key), former?.edges.get(key)];
    const edge = (now ?? then)!;
    return {
      id: key,
      from: edge.from,
      to: edge.to,
      kind: edge.kind,
      validFrom: edge.validFrom,
      validTo: edge.validTo ?? null,
      systemFrom: edge.systemFrom,
      change: changeOf(former, now !== undefined, then !== undefined),
    };
  });
}

function changeOf(former: Gathered | null, isNow: boolean, wasThen: boolean): Change {
  if (former === null) return "same";
  return isNow ? (wasThen ? "same" : "added") : "removed";
}

/** The same graph without jobs: what flows between datasets through one becomes one edge. */
function contracted(nodes: readonly ViewNode[], edges: readonly ViewEdge[]): { nodes: ViewNode[]; edges: ViewEdge[] } {
  const jobs = new Map(nodes.filter(({ kind }) => kind === "JOB").map((node) => [node.id, node]));
  const into = new Map<string, ViewEdge[]>();
  for (const edge of edges) if (jobs.has(edge.to)) into.set(edge.to, [...(into.get(edge.to) ?? []), edge]);
  const found = new Map<string, ViewEdge>();
  for (const edge of edges) {
    if (!jobs.has(edge.from)) {
      if (!jobs.has(edge.to)) found.set(edge.id, edge);
      continue;
    }
    for (const first of into.get(edge.from) ?? []) {
      if (first.from === edge.to) continue;
      const id = `${first.from} ${edge.to}`;
      const change = first.change === edge.change ? edge.change : first.change === "same" ? edge.change : first.change;
      const known = found.get(id);
      if (known === undefined || known.change !== "same") {
        found.set(id, { ...edge, id, from: first.from, to: edge.to, change, validFrom: first.validFrom > edge.validFrom ? first.validFrom : edge.validFrom });
      }
    }
  }
  return { nodes: nodes.filter(({ kind }) => kind !== "JOB"), edges: [...found.values()] };
}

function finished(nodes: ViewNode[], edges: ViewEdge[], isCompared: boolean): View {
  const counts: Record<Change, number> = { added: 0, removed: 0, same: 0 };
  if (isCompared) for (const { change } of edges) counts[change]++;
  return { nodes, edges, byId: new Map(nodes.map((node) => [node.id, node])), ...adjacency(edges), counts };
}

function adjacency(edges: readonly { from: string; to: string }[]): { before: Map<string, string[]>; after: Map<string, string[]> } {
  const before = new Map<string, string[]>();
  const after = new Map<string, string[]>();
  for (const { from, to } of edges) {
    push(before, to, from);
    push(after, from, to);
  }
  return { before, after };
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else if (!values.includes(value)) values.push(value);
}

function keyOf({ from, to }: { from: string; to: string }): string {
  return `${from} ${to}`;
}

/** Every node that leads to `id` or follows from it within the view, itself included, and the edges between. */
export function threadOf(view: View, id: string): { nodes: Set<string>; edges: Set<string> } {
  const nodes = new Set([id]);
  const edges = new Set<string>();
  for (const [next, key] of [
    [view.before, (from: string, to: string) => `${to} ${from}`],
    [view.after, (from: string, to: string) => `${from} ${to}`],
  ] as const) {
    const walk = [id];
    const seen = new Set([id]);
    while (walk.length > 0) {
      const at = walk.pop()!;
      for (const other of next.get(at) ?? []) {
        edges.add(key(at, other));
        nodes.add(other);
        if (!seen.has(other)) {
          seen.add(other);
          walk.push(other);
        }
      }
    }
  }
  return { nodes, edges };
}
