import type { RunListQuery } from "./run-list.generated";

export type Run = RunListQuery["runs"]["nodes"][number];

/** A run as a row of the screen. */
export interface Row {
  run: Run;
  depth: number;
  /** The name of its job, without that of the job that started it. */
  label: string;
  /** How many of the runs that are here it started. */
  children: number;
  isOpen: boolean;
  /** Which try it is of how many, of the same job in the same parent; null: there is one. */
  attempt: { number: number; of: number } | null;
}

export type Order = "failed" | "latest";

/**
 * Runs as rows: what a run started stands below it. Failed first means: groups in which something failed and was not made
 * good by a later try, then the others, each by start, the latest first.
 */
export function rowsOf(runs: readonly Run[], closed: ReadonlySet<string>, order: Order): Row[] {
  const here = new Map(runs.map((run) => [run.id, run]));
  const below = new Map<string, Run[]>();
  const top: Run[] = [];
  for (const run of here.values()) {
    const parent = run.parentRunId;
    if (parent !== null && parent !== run.id && here.has(parent)) below.set(parent, [...(below.get(parent) ?? []), run]);
    else top.push(run);
  }
  const attempts = attemptsOf([...here.values()]);
  const isBad = (run: Run, seen: ReadonlySet<string> = new Set()): boolean =>
    !seen.has(run.id) &&
    ((run.state === "FAIL" && isLast(attempts.get(run.id))) ||
      (below.get(run.id) ?? []).some((one) => isBad(one, new Set([...seen, run.id]))));
  const start = (run: Run) => Date.parse(run.startedAt);
  const bad = new Map(top.map((run) => [run.id, order === "failed" && isBad(run)]));
  top.sort((a, b) => Number(bad.get(b.id)) - Number(bad.get(a.id)) || start(b) - start(a) || (a.id < b.id ? -1 : 1));
  const rows: Row[] = [];
  const seen = new Set<string>();
  const put = (run: Run, depth: number, parent?: Run) => {
    if (seen.has(run.id)) return;
    seen.add(run.id);
    const own = (below.get(run.id) ?? []).sort((a, b) => start(a) - start(b) || (a.id < b.id ? -1 : 1));
    const isOpen = own.length > 0 && !closed.has(run.id);
    rows.push({ run, depth, label: labelOf(run, parent), children: own.length, isOpen, attempt: attempts.get(run.id) ?? null });
    if (isOpen) for (const one of own) put(one, depth + 1, run);
  };
  for (const run of top) put(run, 0);
  // Runs that name each other as parents hang below nothing; they are shown all the same.
  for (const run of here.values()) if (!seen.has(run.id) && !hangs(run, here)) put(run, 0);
  return rows;
}

function labelOf({ job, mapIndex }: Run, parent: Run | undefined): string {
  const prefix = `${parent?.job.name}.`;
  const isBelow = parent !== undefined && job.namespace === parent.job.namespace && job.name.startsWith(prefix) && job.name.length > prefix.length;
  const name = isBelow ? job.name.slice(prefix.length) : job.name.length <= 44 ? job.name : job.displayName || job.name;
  return mapIndex === null ? name : `${name} [${mapIndex}]`;
}

function hangs(run: Run, here: ReadonlyMap<string, Run>): boolean {
  const seen = new Set<string>();
  let one: Run | undefined = run;
  while (one?.parentRunId && here.has(one.parentRunId)) {
    if (seen.has(one.id)) return false;
    seen.add(one.id);
    one = here.get(one.parentRunId);
  }
  return true;
}

function attemptsOf(runs: readonly Run[]): Map<string, { number: number; of: number }> {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    if (run.parentRunId === null) continue;
    const key = [run.parentRunId, run.job.namespace, run.job.name, run.mapIndex].join("\n");
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const all = new Map<string, { number: number; of: number }>();
  for (const group of groups.values()) {
    if (group.length < 2) continue;
    group.sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
    group.forEach((run, index) => all.set(run.id, { number: index + 1, of: group.length }));
  }
  return all;
}

function isLast(attempt: { number: number; of: number } | undefined): boolean {
  return attempt === undefined || attempt.number === attempt.of;
}

/** The runs with one more, or in place of what it was. */
export function withRun(runs: readonly Run[], run: Run): Run[] {
  const index = runs.findIndex(({ id }) => id === run.id);
  return index === -1 ? [run, ...runs] : runs.map((one, place) => (place === index ? run : one));
}
