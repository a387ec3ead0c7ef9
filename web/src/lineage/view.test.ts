import { describe, expect, it } from "vitest";
import { threadOf, viewOf, type Answer } from "./view";

type Node = Answer["nodes"][number];

function node(id: string, hidden: Partial<Node["hidden"]> = {}): Node {
  const kind = id.startsWith("job") ? "JOB" : "DATASET";
  return { id, kind, name: id, namespace: "s3://lake", displayName: id, distance: 0, hidden: { upstream: 0, downstream: 0, ...hidden } };
}

function answer(nodes: Node[], edges: [string, string][]): Answer {
  return {
    nodes,
    edges: edges.map(([from, to]) => ({ from, to, kind: "OBSERVED", validFrom: "2026-01-01T00:00:00Z", validTo: null, systemFrom: "2026-01-01T00:00:00Z" })),
    truncated: false,
    reached: { upstream: 0, downstream: 0 },
    basis: { asOf: "2026-02-01T00:00:00Z", knownAt: "2026-02-01T00:00:00Z" },
  };
}

const part = (one: Answer) => ({ answer: one, only: null });

describe("a view", () => {
  const first = answer([node("orders"), node("job", { upstream: 2 })], [["job", "orders"]]);

  it("counts what lies hidden beside a node, and no longer once another answer shows it", () => {
    expect(viewOf([part(first)], null).byId.get("job")?.hidden).toEqual({ upstream: 2, downstream: 0 });
    const second = answer([node("job"), node("a"), node("b")], [["a", "job"], ["b", "job"]]);
    const view = viewOf([part(first), part(second)], null);
    expect(view.byId.get("job")?.hidden).toEqual({ upstream: 0, downstream: 0 });
    expect(view.nodes.map(({ id }) => id)).toEqual(["a", "b", "job", "orders"]);
  });

  it("shows of a picked neighbour nothing but itself and its edges to what is shown", () => {
    const picked = answer([node("a"), node("job"), node("elsewhere")], [["a", "job"], ["a", "elsewhere"]]);
    const view = viewOf([part(first), { answer: picked, only: new Set(["a"]) }], null);
    expect(view.nodes.map(({ id }) => id)).toEqual(["a", "job", "orders"]);
    expect(view.edges.map(({ id }) => id)).toEqual(["a job", "job orders"]);
    expect(view.byId.get("job")?.hidden.upstream).toBe(1);
    expect(view.byId.get("a")?.hidden.downstream).toBe(1);
  });

  it("marks what came and what went between two instants", () => {
    const then = answer([node("orders"), node("job-old")], [["job-old", "orders"]]);
    const view = viewOf([part(first)], [part(then)]);
    expect(Object.fromEntries(view.nodes.map(({ id, change }) => [id, change]))).toEqual({
      job: "added",
      "job-old": "removed",
      orders: "same",
    });
    expect(Object.fromEntries(view.edges.map(({ id, change }) => [id, change]))).toEqual({
      "job orders": "added",
      "job-old orders": "removed",
    });
    expect(view.counts).toEqual({ added: 1, removed: 1, same: 0 });
  });

  it("leaves jobs out and keeps what flows through them", () => {
    const chain = answer([node("a"), node("job"), node("b")], [["a", "job"], ["job", "b"]]);
    const view = viewOf([part(chain)], null, true);
    expect(view.nodes.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(view.edges.map(({ id }) => id)).toEqual(["a b"]);
  });

  it("follows a thread both ways, cycles included, and no side branch", () => {
    const graph = answer(
      [node("a"), node("b"), node("c"), node("side")],
      [["a", "b"], ["b", "c"], ["c", "b"], ["a", "side"]],
    );
    const { nodes, edges } = threadOf(viewOf([part(graph)], null), "b");
    expect([...nodes].sort()).toEqual(["a", "b", "c"]);
    expect([...edges].sort()).toEqual(["a b", "b c", "c b"]);
  });
});
