import { describe, expect, it } from "vitest";
import { rowsOf, withRun, type Run } from "./tree";

function run(id: string, hour: number, more: Partial<Run> = {}): Run {
  const startedAt = new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
  return {
    id, startedAt, state: "COMPLETE", endedAt: startedAt, durationSeconds: 0, lastHeardAt: startedAt, jobId: id, parentRunId: null,
    mapIndex: null, isStreaming: false, nominalFrom: null, error: null, job: { namespace: "n", name: id, displayName: id }, ...more,
  };
}

const told = (rows: ReturnType<typeof rowsOf>) => rows.map(({ run: { id }, depth }) => `${" ".repeat(depth)}${id}`);

describe("rowsOf", () => {
  const dag = [run("dag", 1), run("b", 3, { parentRunId: "dag" }), run("a", 2, { parentRunId: "dag" }), run("later", 5)];

  it("puts what a run started below it, and the latest first", () => {
    expect(told(rowsOf(dag, new Set(), "latest"))).toEqual(["later", "dag", " a", " b"]);
    expect(told(rowsOf(dag, new Set(["dag"]), "latest"))).toEqual(["later", "dag"]);
  });

  it("leaves the name of the job that started it out of a job's name", () => {
    const task = run("t", 2, { parentRunId: "dag", mapIndex: 3, job: { namespace: "n", name: "dag.load", displayName: "load" } });
    expect(rowsOf([...dag, task], new Set(), "latest").map(({ label }) => label)).toEqual(["later", "dag", "a", "load [3]", "b"]);
  });

  it("puts groups first in which something failed for good, and counts tries", () => {
    const failed = run("try1", 2, { parentRunId: "dag", state: "FAIL", job: { namespace: "n", name: "t", displayName: "t" } });
    const again = { ...failed, id: "try2", startedAt: "2026-01-01T03:00:00.000Z" };
    const good = { ...again, state: "COMPLETE" as const };
    const bad = rowsOf([...dag, failed, again], new Set(), "failed");
    expect(bad[0]!.run.id).toBe("dag");
    expect(bad.filter(({ attempt }) => attempt).map(({ run: { id }, attempt }) => [id, attempt])).toEqual([["try1", { number: 1, of: 2 }], ["try2", { number: 2, of: 2 }]]);
    expect(rowsOf([...dag, failed, good], new Set(), "failed")[0]!.run.id).toBe("later");
  });

  it("shows runs that name each other as parents once", () => {
    const circle = [run("x", 1, { parentRunId: "y" }), run("y", 2, { parentRunId: "x" })];
    expect(rowsOf(circle, new Set(), "failed").map(({ run: { id } }) => id).sort()).toEqual(["x", "y"]);
  });
});

describe("withRun", () => {
  it("takes the place of what the run was, or comes first", () => {
    const ended = run("a", 1, { state: "FAIL" });
    expect(withRun([run("b", 2), run("a", 1)], ended).map(({ id, state }) => [id, state])).toEqual([["b", "COMPLETE"], ["a", "FAIL"]]);
    expect(withRun([run("b", 2)], ended).map(({ id }) => id)).toEqual(["a", "b"]);
  });
});
