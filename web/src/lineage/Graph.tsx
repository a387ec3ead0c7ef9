import { useQueryClient } from "@tanstack/react-query";
import { Download, Rows3, Sparkles, Waypoints } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useAsk, useLive } from "@/asking";
import { Button, buttonClass, EmptyState, ErrorBox, Page, Skeleton } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { remember } from "@/shell/recent";
import { toggled } from "./address";
import { Beside } from "./Beside";
import { Canvas } from "./Canvas";
import type { CardActs } from "./Card";
import { COLUMN_ROW, COLUMNS_HEAD } from "./CardColumns";
import { columnThread } from "./column-thread";
import { ColumnTrail } from "./column-trail.generated";
import { ImpactOf } from "./impact.generated";
import { LineageOfChanged } from "./lineage-changed.generated";
import { Neighbourhood } from "./neighbourhood.generated";
import { Panel } from "./Panel";
import { DEPTHS, useLineageState } from "./state";
import { TableTwin } from "./TableTwin";
import { TimeBar } from "./TimeBar";
import { useAxes } from "./use-axes";
import { CARD_HEIGHT, usePlaces } from "./use-places";
import { useView } from "./use-view";
import { threadOf, type Side, type ViewNode } from "./view";
import styles from "./lineage.module.css";

/** Up to so many hidden neighbours are shown at once; of more one chooses. */
const MOST_AT_ONCE = 30;

/** The lineage of one node: canvas or table, both of the same answer, with time below. */
export function Graph({ root, onStart }: { root: string; onStart: (id: string) => void }) {
  const { state, set, toggleExpansion } = useLineageState(root);
  const at = useAsOf();
  const { view, main, error, isLoading, isBehind, path, retry } = useView(root, state, at);
  const [beside, setBeside] = useState<{ node: ViewNode; side: Side } | null>(null);
  const client = useQueryClient();
  useLive(
    LineageOfChanged,
    { of: { id: root } },
    () => void client.invalidateQueries({ queryKey: [Neighbourhood.name] }),
    main !== null && !(at.asOf && at.knownAt),
  );
  const start = view?.byId.get(root);
  useEffect(() => {
    if (start) remember({ kind: start.kind.toLowerCase(), id: root, name: start.label, more: start.namespace });
  }, [root, start?.label]);

  const { data: trail } = useAsk(
    ColumnTrail,
    { of: { id: state.column?.dataset ?? root }, columns: state.column ? [state.column.path] : null, asOf: at.asOf, knownAt: at.knownAt },
    { enabled: state.column !== null },
  );
  const column = state.column;
  const thread = useMemo(
    () => (column === null || trail === undefined || view === null ? null : columnThread(trail, column, view)),
    [column?.dataset, column?.path, trail, view],
  );
  const impactOf = state.isImpact ? (state.selected ?? root) : null;
  const { data: impact } = useAsk(
    ImpactOf,
    {
      of: { id: impactOf ?? root },
      column: column !== null && column.dataset === impactOf ? column.path : null,
      asOf: at.asOf,
      knownAt: at.knownAt,
    },
    { enabled: impactOf !== null },
  );
  const severities = useMemo(
    () => new Map(impactOf === null ? [] : impact?.impact.nodes.map(({ node, severity }) => [node.id, severity.toLowerCase()])),
    [impactOf, impact],
  );
  const openedKey = state.opened.join(",");
  const opened = useMemo(() => new Set(openedKey === "" ? [] : openedKey.split(",")), [openedKey]);
  const { heights, handles, tellRows } = useRows(opened, thread?.columns);
  const { places, tidy, era } = usePlaces(root, view, heights);
  const lit = useMemo(() => {
    if (view === null) return null;
    if (path !== null) return path.isConnected ? { nodes: path.nodes, edges: path.edges } : null;
    if (impactOf !== null) {
      const nodes = new Set([impactOf, ...severities.keys()]);
      return { nodes, edges: new Set(view.edges.filter(({ from, to }) => nodes.has(from) && nodes.has(to)).map(({ id }) => id)) };
    }
    return state.selected !== null && view.byId.has(state.selected) ? threadOf(view, state.selected) : null;
  }, [view, path?.nodes.size, path?.isConnected, impactOf, severities, state.selected]);
  const expandedKey = state.expansions.map(({ id, side }) => `${id} ${side}`).join(",");
  const isExpanded = useMemo(() => {
    const keys = new Set(expandedKey.split(","));
    return (id: string, side: Side) => keys.has(`${id} ${side}`);
  }, [expandedKey]);

  const follow = (dataset: string, columnPath: string) =>
    column?.dataset === dataset && column.path === columnPath
      ? set({ column: null, of: null })
      : set({ column: columnPath, of: dataset === root ? null : dataset }, true);
  const doing = useRef({
    expand: (_node: ViewNode, _side: Side) => {},
    openColumns: (_id: string) => {},
    follow,
  });
  doing.current = {
    expand: (node, side) => {
      if (node.hidden[side] > MOST_AT_ONCE && !isExpanded(node.id, side)) setBeside({ node, side });
      else if (node.hidden[side] > 0 || isExpanded(node.id, side)) toggleExpansion(node, side);
    },
    openColumns: (id) => (thread?.columns.has(id) && !opened.has(id) ? set({ column: null, of: null }) : set({ columns: toggled(state.opened, id) })),
    follow,
  };
  const followed = useRef(column);
  followed.current = column;
  const acts = useMemo<CardActs>(
    () => ({
      expand: (node, side) => doing.current.expand(node, side),
      openColumns: (id) => doing.current.openColumns(id),
      follow: (dataset, one) => doing.current.follow(dataset, one),
      rows: tellRows,
      followed: () => followed.current,
    }),
    [tellRows],
  );
  const select = useCallback((id: string | null) => set({ node: id, ...(id === null ? { impact: null } : {}) }), [set]);
  const axes = useAxes(root, view, at, state.compare);
  const chosen = view?.byId.get(state.selected ?? "") ?? null;
  const isEmpty = view !== null && (view.nodes.length === 0 || (view.nodes.length === 1 && view.edges.length === 0));
  return (
    <Page
      title={start ? `Lineage of ${start.label}` : "Lineage"}
      heading={start ? <span className={styles["title"]}>{start.label.slice(0, 160)}</span> : "Lineage"}
      about={view && main && <About shown={view.nodes.length} truncated={main.truncated} reached={main.reached} beyond={thread?.beyond ?? 0} />}
      size="full"
      actions={
        <>
          <label className={styles["select"]}>
            <span className="unseen">Direction</span>
            <select value={state.direction} onChange={(event) => set({ direction: event.target.value === "BOTH" ? null : event.target.value.toLowerCase() })}>
              <option value="BOTH">both ways</option>
              <option value="UPSTREAM">upstream</option>
              <option value="DOWNSTREAM">downstream</option>
            </select>
          </label>
          <label className={styles["select"]}>
            <span className="unseen">Depth</span>
            <select value={state.depth} onChange={(event) => set({ depth: event.target.value === "1" ? null : event.target.value })}>
              {[...new Set([...DEPTHS, state.depth])].sort((a, b) => a - b).map((depth) => (
                <option key={depth} value={depth}>
                  {depth} step{depth === 1 ? "" : "s"}
                </option>
              ))}
            </select>
          </label>
          <Button pressed={state.withoutJobs} onClick={() => set({ jobs: state.withoutJobs ? null : "no" })}>
            Datasets only
          </Button>
          <Button icon={<Sparkles aria-hidden />} aria-label="Tidy: place everything anew" onClick={tidy} />
          {main && (
            <a className={buttonClass({ alone: true })} href={exportAddress(root, state.depth, at)} download title="Download as JSON" aria-label="Download as JSON">
              <Download aria-hidden />
            </a>
          )}
          <Button
            icon={state.isTable ? <Waypoints aria-hidden /> : <Rows3 aria-hidden />}
            onClick={() => set({ view: state.isTable ? null : "table" }, true)}
          >
            {state.isTable ? "Graph" : "Table"}
          </Button>
        </>
      }
    >
      {error && (
        <div className={styles["notice"]}>
          <ErrorBox error={error} onRetry={error.code === "NOT_FOUND" ? undefined : retry} />
        </div>
      )}
      {path !== null && !path.isConnected && (
        <div className={styles["notice"]}>
          <ErrorBox error={new Error("No data flows between the start and this node at this instant. Try another date.")} />
        </div>
      )}
      {state.pathTo !== null && path?.isConnected && (
        <p className={styles["pathNote"]} role="status">
          The shortest way has {path.length} hops. <Button small onClick={() => set({ path: null })}>Clear the path</Button>
        </p>
      )}
      {column !== null && (
        <p className={styles["pathNote"]} role="status">
          Following the column <b>{column.path.slice(0, 200)}</b> <Button small onClick={() => set({ column: null, of: null })}>Stop</Button>
        </p>
      )}
      <div className={styles["stage"]} data-basis={main ? `${main.basis.asOf} ${main.basis.knownAt}` : undefined}>
        {isLoading && !error && (
          <div className={styles["waiting"]}>
            <Skeleton rows={5} />
          </div>
        )}
        {view !== null && !state.isTable && view.nodes.length > 0 && (
          <Canvas
            root={root}
            era={era}
            view={view}
            places={places}
            heights={heights}
            handles={handles}
            selected={state.selected}
            lit={lit}
            severities={severities}
            thread={thread}
            opened={opened}
            isExpanded={isExpanded}
            acts={acts}
            onSelect={select}
            onStart={onStart}
          />
        )}
        {view !== null && state.isTable && <TableTwin view={view} selected={state.selected} isCompared={state.compare !== null} onSelect={select} />}
        {isEmpty && !error && (
          <div className={styles["nothing"]}>
            <EmptyState title={at.isPast ? "Nothing flowed here then" : "Nothing flows here yet"}>
              {at.isPast
                ? "At this instant no job was known to read or write it. Move the sliders below."
                : "No job is known to read or write it. Lineage shows as soon as an event tells of one."}
            </EmptyState>
          </div>
        )}
        {chosen && (
          <Panel
            node={chosen}
            root={root}
            state={state}
            at={at}
            onClose={() => select(null)}
            onStart={onStart}
            onImpact={() => set({ impact: state.isImpact ? null : "yes" }, true)}
            onPath={() => set({ path: state.pathTo === chosen.id ? null : chosen.id }, true)}
            onFollow={(one) => follow(chosen.id, one)}
          />
        )}
      </div>
      {axes !== null && (
        <TimeBar
          axes={axes}
          isComparing={state.compare !== null}
          isBehind={isBehind}
          counts={state.compare === null || view === null ? null : view.counts}
          onChoose={(name, value) => at.choose(name === "valid" ? { asOf: value } : { knownAt: value })}
          onCompare={(name, value) => set(name === "valid" ? { compare: value } : { compareKnown: value })}
          onToggleCompare={() =>
            state.compare === null ? set({ compare: new Date(axes[0].from).toISOString() }) : set({ compare: null, compareKnown: null })
          }
        />
      )}
      {beside && (
        <Beside
          node={beside.node}
          side={beside.side}
          at={at}
          picked={state.picked}
          onPick={(id) => set({ with: toggled(state.picked, id) })}
          onAll={() => {
            toggleExpansion(beside.node, beside.side);
            setBeside(null);
          }}
          onClose={() => setBeside(null)}
        />
      )}
    </Page>
  );
}

interface AboutProps {
  shown: number;
  truncated: boolean;
  reached: { upstream: number; downstream: number };
  beyond: number;
}

function About({ shown, truncated, reached, beyond }: AboutProps) {
  const all = reached.upstream + reached.downstream + 1;
  return (
    <span className="numbers">
      {shown.toLocaleString("en")} node{shown === 1 ? "" : "s"} shown
      {truncated && <>, the nearest of {all.toLocaleString("en")} within this depth</>}
      {beyond > 0 && <> · the column goes on in {beyond} dataset{beyond === 1 ? "" : "s"} not shown</>}
    </span>
  );
}

/** How many rows of columns each open card has, which its height and the ends of column lines follow from. */
function useRows(opened: ReadonlySet<string>, related: ReadonlyMap<string, unknown> | undefined) {
  const [rows, setRows] = useState<ReadonlyMap<string, { count: number; handles: readonly string[] }>>(new Map());
  const tellRows = useCallback((id: string, count: number, handles: readonly string[]) => {
    setRows((before) => new Map(before).set(id, { count, handles }));
  }, []);
  const found = useMemo(() => {
    const heights = new Map<string, number>();
    const handles = new Map<string, readonly string[]>();
    for (const id of new Set([...opened, ...(related?.keys() ?? [])])) {
      const known = rows.get(id) ?? { count: 1, handles: [] };
      heights.set(id, CARD_HEIGHT + COLUMNS_HEAD + known.count * COLUMN_ROW + 8);
      handles.set(id, known.handles);
    }
    return { heights, handles };
  }, [rows, opened, related]);
  return { ...found, tellRows };
}

function exportAddress(root: string, depth: number, { asOf, knownAt }: { asOf: string | null; knownAt: string | null }): string {
  const parts = new URLSearchParams({ nodeId: root, depth: String(depth * 2), format: "json" });
  if (asOf) parts.set("asOf", asOf);
  if (knownAt) parts.set("knownAt", knownAt);
  return `/api/v1/lineage/export?${parts}`;
}
