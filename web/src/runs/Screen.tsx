import { useNavigate, useParams } from "@tanstack/react-router";
import { ListTree, Rows2, Shrink } from "lucide-react";
import { useMemo, useState } from "react";
import { useAskPages, useLive } from "@/asking";
import { Button, buttonClass, EmptyState, ErrorBox, Field, Page, Skeleton } from "@/parts";
import { Link } from "@tanstack/react-router";
import { useAsOf } from "@/shell/as-of";
import { useUrl } from "@/shell/url";
import { Gantt } from "./Gantt";
import { RunListChanged } from "./run-changed.generated";
import { RunDrawer } from "./RunDrawer";
import { RunList, type RunListQueryVariables } from "./run-list.generated";
import { rowsOf, withRun, type Run } from "./tree";

const STATES = [
  ["FAIL", "failed"],
  ["RUNNING", "running"],
  ["START", "begun"],
  ["COMPLETE", "went well"],
  ["ABORT", "stopped"],
] as const;
const RANGES: Readonly<Record<string, [string, number | null]>> = {
  "6h": ["6 hours", 6],
  "24h": ["24 hours", 24],
  "3d": ["3 days", 72],
  "7d": ["7 days", 168],
  all: ["all time", null],
};

const USUAL = "24h";

/** What ran and runs, as grid and Gantt chart on the same rows; live, failed first. */
export function Screen() {
  const { run: chosen } = useParams({ strict: false }) as { run?: string };
  const navigate = useNavigate();
  const [url, set] = useUrl();
  const { isPast } = useAsOf();
  const found = useRuns();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  const order = url["order"] === "latest" ? "latest" : "failed";
  const words = (url["job"] ?? "").toLowerCase();
  const rows = useMemo(() => {
    const wanted = words === "" ? found.runs : found.runs.filter(({ job }) => job.name.toLowerCase().includes(words));
    return rowsOf(wanted, closed, order);
  }, [found.runs, closed, order, words]);
  const fold = (id: string) => {
    const next = new Set(closed);
    if (!next.delete(id)) next.add(id);
    setClosed(next);
  };
  const open = (id: string | null) => void navigate({ to: id === null ? "/runs" : `/runs/${id}`, search: (before: object) => before, resetScroll: false });
  const narrowed = !!(words || url["state"] || url["namespace"] || url["since"] || url["until"]);
  return (
    <Page title="Runs" size="full" about={isPast ? "As they stood at the chosen instants." : "What ran and runs; changes show by themselves."} actions={<Controls />}>
      {found.error ? (
        <ErrorBox error={found.error} onRetry={found.refetch} />
      ) : found.isPending ? (
        <Skeleton rows={12} />
      ) : rows.length === 0 ? (
        <Nothing narrowed={narrowed || found.runs.length > 0} onClear={() => set({ job: null, state: null, namespace: null, since: null, until: null, range: "all" })} />
      ) : (
        <Gantt rows={rows} squeeze={url["gaps"] !== "kept"} chosen={chosen} onOpen={open} onFold={fold} onEnd={found.more} told={told(rows.length, found.runs.length, found.hasMore)} />
      )}
      {chosen && <RunDrawer id={chosen} onClose={() => open(null)} />}
    </Page>
  );
}

function told(rows: number, runs: number, hasMore: boolean): string {
  return `${rows === runs ? runs.toLocaleString("en") : `${rows} of ${runs}`} ${runs === 1 ? "run" : "runs"}${hasMore ? ", more below" : ""}`;
}

/** The runs in the range asked for, with those that failed in it, kept current by the subscription. */
function useRuns() {
  const [url] = useUrl();
  const { asOf, knownAt, isPast } = useAsOf();
  const [heard, setHeard] = useState<readonly Run[]>([]);
  const state = STATES.find(([value]) => value === url["state"])?.[0] ?? null;
  const since = useSince(url["since"], url["range"]);
  const variables: Omit<RunListQueryVariables, "after"> = { namespace: url["namespace"] ?? null, state, since, until: url["until"] ?? null, withFailed: state === null, asOf, knownAt };
  const key = JSON.stringify(variables);
  const list = useAskPages(RunList, variables, (data) => data.runs.pageInfo);
  const [kept, setKept] = useState(key);
  if (kept !== key) {
    setKept(key);
    setHeard([]);
  }
  useLive(
    RunListChanged,
    {},
    ({ runChanged: { run } }) => {
      if (run === null || run.isPart) return;
      const { isPart: _, ...one } = run;
      if (fits(one, variables)) setHeard((before) => withRun(before, one));
    },
    !isPast,
  );
  const runs = useMemo(() => {
    const asked = list.pages.flatMap(({ runs: { nodes }, failed }) => [...nodes, ...(failed?.nodes ?? [])]);
    const all = new Map(asked.map((run) => [run.id, run]));
    for (const run of heard) all.set(run.id, run);
    return [...all.values()].filter((run) => state === null || run.state === state);
  }, [list.pages, heard, state]);
  return { runs, ...list };
}

function fits(run: Run, { namespace, since, until }: Omit<RunListQueryVariables, "after">): boolean {
  const start = Date.parse(run.startedAt);
  return (!namespace || run.job.namespace === namespace) && (!since || start >= Date.parse(since)) && (!until || start < Date.parse(until));
}

/** Since when runs are asked for; a range counts back from when the screen was opened, so that its answer can be kept. */
function useSince(since: string | undefined, range: string | undefined): string | null {
  const [now] = useState(() => Math.floor(Date.now() / 60_000) * 60_000);
  if (since) return since;
  const hours = RANGES[range ?? USUAL]?.[1];
  return hours == null ? null : new Date(now - hours * 3_600_000).toISOString();
}

function Controls() {
  const [url, set] = useUrl();
  const order = url["order"] === "latest" ? "latest" : "failed";
  return (
    <>
      <Field label="Find a job" hideLabel type="search" placeholder="Find a job" style={{ width: 150 }} value={url["job"] ?? ""} maxLength={200} onChange={(event) => set({ job: event.target.value })} />
      <Field label="State" hideLabel>
        <select value={url["state"] ?? ""} onChange={(event) => set({ state: event.target.value })}>
          <option value="">any state</option>
          {STATES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </Field>
      <Field label="Range" hideLabel>
        <select value={url["range"] ?? USUAL} onChange={(event) => set({ range: event.target.value === USUAL ? null : event.target.value, since: null, until: null })}>
          {Object.entries(RANGES).map(([value, [label]]) => (
            <option key={value} value={value}>
              {value === "all" ? label : `last ${label}`}
            </option>
          ))}
        </select>
      </Field>
      <Button icon={<ListTree aria-hidden />} pressed={order === "failed"} onClick={() => set({ order: order === "failed" ? "latest" : null })}>
        Failed first
      </Button>
      <Button icon={<Shrink aria-hidden />} pressed={url["gaps"] !== "kept"} onClick={() => set({ gaps: url["gaps"] === "kept" ? null : "kept" })}>
        Squeeze gaps
      </Button>
    </>
  );
}

function Nothing({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  const [url] = useUrl();
  if (narrowed || (url["range"] ?? USUAL) !== "all") {
    return (
      <EmptyState title="No run fits" actions={<Button icon={<Rows2 aria-hidden />} onClick={onClear}>Show all of all time</Button>}>
        Nothing of this kind began in the range that is chosen.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      title="Nothing ran yet"
      actions={
        <Link to="/start" className={buttonClass({ look: "main" })}>
          Send your first event
        </Link>
      }
    >
      A run shows here as soon as its first OpenLineage event comes.
    </EmptyState>
  );
}
