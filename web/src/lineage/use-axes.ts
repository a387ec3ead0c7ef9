import { useQueries } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { ask } from "@/asking";
import { instantText } from "@/parts";
import type { AsOf } from "@/shell/as-of";
import { RunMarks, type RunMarksQuery } from "./run-marks.generated";
import type { Axis, Mark } from "./TimeBar";
import type { View } from "./view";

const LEAST_SPAN = 60_000;
const MOST_JOBS = 8;
const PIXELS = 1000;
const STATES: Record<string, Mark["kind"]> = { COMPLETE: "good", FAIL: "bad", ABORT: "warn" };

/** Both axes of time with what happened on them: the runs, and since when and until when the edges shown hold. */
export function useAxes(root: string, view: View | null, at: AsOf, compare: AsOf | null): readonly [Axis, Axis] | null {
  const runs = useRuns(view);
  // The axes grow with what was seen of this start and never shrink, else the knob would move under the hand.
  const seen = useRef({ root: "", valid: Infinity, known: Infinity, until: 0 });
  const happened = useMemo(() => (view === null ? null : happenings(view, runs)), [view, runs]);
  return useMemo(() => {
    if (happened === null) return null;
    const now = Date.now();
    const kept = seen.current.root === root ? seen.current : { root, valid: Infinity, known: Infinity, until: now };
    const chosen = (text: string | null) => (text === null ? Infinity : Date.parse(text));
    kept.valid = Math.min(kept.valid, happened.firstValid, chosen(at.asOf), chosen(compare?.asOf ?? null));
    kept.known = Math.min(kept.known, happened.firstKnown, chosen(at.knownAt), chosen(compare?.knownAt ?? null));
    // As long as a pixel takes, the axis stays as it is: its marks need not be drawn anew.
    if (now - kept.until > (now - Math.max(kept.valid, kept.known)) / PIXELS) kept.until = now;
    seen.current = kept;
    const axis = (name: Axis["name"], first: number, marks: readonly Mark[], value: string | null, other: string | null): Axis => {
      const from = Number.isFinite(first) ? first : now - 86_400_000;
      const span = Math.max(kept.until - from, LEAST_SPAN);
      return {
        name,
        about: name === "valid" ? "when it held in the world" : "what had been recorded by then",
        from: from - span * 0.04,
        to: kept.until,
        marks,
        value,
        compare: other,
      };
    };
    return [
      axis("valid", kept.valid, happened.valid, at.asOf, compare?.asOf ?? null),
      axis("known", kept.known, happened.known, at.knownAt, compare?.knownAt ?? null),
    ] as const;
  }, [root, happened, at.asOf, at.knownAt, compare?.asOf, compare?.knownAt]);
}

interface Happenings {
  valid: readonly Mark[];
  known: readonly Mark[];
  firstValid: number;
  firstKnown: number;
}

/** What is marked on the axes, and when the first of it was. */
function happenings(view: View, runs: readonly Run[]): Happenings {
  const earliest = (times: readonly string[]) => times.reduce((least, at) => Math.min(least, Date.parse(at)), Infinity);
  return {
    valid: [...runMarks(runs), ...edgeMarks(view)],
    known: learned(view),
    firstValid: earliest([...runs.map(({ startedAt }) => startedAt), ...view.edges.map(({ validFrom }) => validFrom)]),
    firstKnown: earliest(view.edges.map(({ systemFrom }) => systemFrom)),
  };
}

type Run = RunMarksQuery["runs"]["nodes"][number];

/** The latest runs of the first jobs shown; asked once a minute, not with every step of the slider. */
function useRuns(view: View | null): readonly Run[] {
  const jobs = view?.nodes.filter(({ kind }) => kind === "JOB").slice(0, MOST_JOBS) ?? [];
  const results = useQueries({
    queries: jobs.map(({ name, namespace }) => ({
      queryKey: [RunMarks.name, { name, namespace }],
      queryFn: ({ signal }: { signal: AbortSignal }) => ask(RunMarks, { name, namespace }, signal),
      staleTime: 60_000,
    })),
  });
  const key = results.map(({ dataUpdatedAt }) => dataUpdatedAt).join();
  return useMemo(() => results.flatMap(({ data }) => data?.runs.nodes ?? []), [key]);
}

function runMarks(runs: readonly Run[]): Mark[] {
  return runs.map(({ startedAt, state, job }) => ({
    at: startedAt,
    kind: STATES[state] ?? "quiet",
    label: () => `${job.displayName.slice(0, 100)} ${state.toLowerCase()}, ${instantText(startedAt, true)}`,
    isRun: true,
  }));
}

function edgeMarks(view: View): Mark[] {
  const times = new Set(view.edges.flatMap(({ validFrom, validTo }) => (validTo === null ? [validFrom] : [validFrom, validTo])));
  return [...times].map((at) => ({ at, kind: "gold", isRun: false, label: () => `the graph changed, ${instantText(at, true)}` }));
}

function learned(view: View): Mark[] {
  const times = new Set(view.edges.map(({ systemFrom }) => systemFrom));
  return [...times].map((at) => ({ at, kind: "gold", isRun: false, label: () => `learned ${instantText(at, true)}` }));
}
