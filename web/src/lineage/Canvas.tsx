import {
  Background,
  Controls,
  MarkerType,
  MiniMap,
  Position,
  ReactFlow,
  useReactFlow,
  useStore,
  type Edge,
  type NodeHandle,
} from "@xyflow/react";
import "@xyflow/react/dist/base.css";
import clsx from "clsx";
import { useCallback, useEffect, useMemo, useRef, type KeyboardEvent, type MouseEvent } from "react";
import { Acts, Card, type CardActs, type CardNode } from "./Card";
import { columnY } from "./CardColumns";
import type { ColumnThread } from "./column-thread";
import { LANE_NAMES } from "./lanes";
import { BOX_WIDTH, columnX, type Places } from "./layout";
import { nodeAt, Overview } from "./Overview";
import { CARD_HEIGHT } from "./use-places";
import type { Side, View, ViewNode } from "./view";
import styles from "./lineage.module.css";

/** From so many nodes in sight on, the graph is drawn as an overview. */
export const MOST_CARDS = 300;

const MAP = { width: 150, height: 100 };
const NODE_TYPES = { card: Card };

interface Props {
  root: string;
  era: number;
  view: View;
  places: Places;
  heights: ReadonlyMap<string, number>;
  handles: ReadonlyMap<string, readonly string[]>;
  selected: string | null;
  /** What is lit while the rest is dim; null: nothing is dim. */
  lit: { nodes: ReadonlySet<string>; edges: ReadonlySet<string> } | null;
  severities: ReadonlyMap<string, string>;
  thread: ColumnThread | null;
  opened: ReadonlySet<string>;
  isExpanded: (id: string, side: Side) => boolean;
  acts: CardActs;
  onSelect: (id: string | null) => void;
  onStart: (id: string) => void;
}

/** The canvas: cards of one size at the places worked out for them, or an overview where there are too many. */
export function Canvas(props: Props) {
  const { root, era, view, places, heights, selected, lit, thread, acts, onSelect, onStart } = props;
  const flow = useReactFlow();
  const frame = useRef<HTMLDivElement>(null);
  const isOverview = useIsOverview(view, places);
  const nodes = useMemo(() => (isOverview ? [] : cards(props)), [isOverview, view, places, heights, props.handles, selected, lit, props.severities, thread, props.opened, props.isExpanded, root]);
  const edges = useMemo(() => (isOverview ? [] : lines(props)), [isOverview, view, places, lit, thread, props.handles, props.opened]);
  useFirstSight(root, era, view, places);
  const focus = useCallback(
    (id: string) => {
      const place = places.get(id);
      if (!place) return;
      const element = () => frame.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`);
      const { x, y, zoom } = flow.getViewport();
      const [left, top] = [columnX(place.column) * zoom + x, place.y * zoom + y];
      const box = frame.current?.getBoundingClientRect();
      const isOut = !box || left < 0 || top < 0 || left + BOX_WIDTH * zoom > box.width || top + CARD_HEIGHT * zoom > box.height;
      if (isOut) void flow.setCenter(columnX(place.column) + BOX_WIDTH / 2, place.y + CARD_HEIGHT / 2, { zoom });
      requestAnimationFrame(() => requestAnimationFrame(() => element()?.focus({ preventScroll: true })));
    },
    [flow, places],
  );
  const onKey = (event: KeyboardEvent) => {
    const id = (event.target as HTMLElement).dataset["id"];
    const node = id === undefined ? undefined : view.byId.get(id);
    if (node === undefined) return;
    const next = stepFrom(node, event.key, view, places);
    if (next !== null) focus(next);
    else if (event.key === "Enter" || event.key === " ") onSelect(node.id === selected ? null : node.id);
    else if (event.key === "+" || event.key === "=") acts.expand(node, node.hidden.downstream > 0 ? "downstream" : "upstream");
    else if (event.key === "-") acts.expand(node, props.isExpanded(node.id, "downstream") ? "downstream" : "upstream");
    else if (event.key === "c" && node.kind === "DATASET") acts.openColumns(node.id);
    else if (event.key === "s") onStart(node.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const hitOf = (event: MouseEvent | globalThis.MouseEvent) => {
    const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    return nodeAt(view, places, x, y);
  };
  return (
    <Acts.Provider value={acts}>
      <div ref={frame} className={clsx(styles["flow"], (lit?.edges.size ?? 0) > 40 && styles["manyLit"])} onKeyDownCapture={onKey}>
        {isOverview && <Overview view={view} places={places} lit={lit?.nodes ?? null} selected={selected} />}
        <ReactFlow<CardNode>
          nodes={nodes}
          edges={edges}
          nodeTypes={NODE_TYPES}
          nodesDraggable={false}
          nodesConnectable={false}
          edgesFocusable={false}
          elementsSelectable={false}
          onlyRenderVisibleElements
          disableKeyboardA11y
          minZoom={0.02}
          maxZoom={1.6}
          zoomOnDoubleClick={false}
          onNodeClick={(_, node) => onSelect(node.id === selected ? null : node.id)}
          onNodeDoubleClick={(_, node) => onStart(node.id)}
          onPaneClick={(event) => {
            const hit = isOverview ? hitOf(event) : null;
            onSelect(hit);
            const place = hit === null ? undefined : places.get(hit);
            if (place) void flow.setCenter(columnX(place.column) + BOX_WIDTH / 2, place.y, { zoom: 0.9, duration: 250 });
          }}
          aria-label="Lineage graph"
        >
          {!isOverview && <Background gap={28} size={1} color="var(--line)" />}
          <LaneHeads view={view} places={places} />
          <Controls showInteractive={false} position="bottom-left" />
          {view.nodes.length > 40 && !isOverview && <MiniMap style={MAP} pannable zoomable position="bottom-right" nodeColor={tone} maskColor="var(--hover)" bgColor="var(--card)" ariaLabel="Map of the graph" />}
        </ReactFlow>
        {isOverview && (
          <p className={styles["overviewNote"]}>
            {view.nodes.length.toLocaleString("en")} nodes as an overview. Zoom in or click one for cards; the table lists all.
          </p>
        )}
      </div>
    </Acts.Provider>
  );
}

function tone(node: { data: Record<string, unknown> }): string {
  return `var(--kind-${(node.data["node"] as ViewNode).lane})`;
}

/** Whether more nodes are in sight than can be cards. */
function useIsOverview(view: View, places: Places): boolean {
  return useStore(
    useCallback(
      ({ transform: [x, y, zoom], width, height }: { transform: [number, number, number]; width: number; height: number }) => {
        if (view.nodes.length <= MOST_CARDS) return false;
        // Not measured, or not brought into sight yet: thousands of cards must not be made for nothing.
        if (width === 0 || (x === 0 && y === 0 && zoom === 1)) return true;
        const [left, top, right, bottom] = [-x / zoom, -y / zoom, (width - x) / zoom, (height - y) / zoom];
        let count = 0;
        for (const { id } of view.nodes) {
          const place = places.get(id);
          if (!place) continue;
          const at = columnX(place.column);
          if (at + BOX_WIDTH >= left && at <= right && place.y + CARD_HEIGHT >= top && place.y <= bottom && ++count > MOST_CARDS) return true;
        }
        return false;
      },
      [view, places],
    ),
  );
}

/** Brings a graph into sight once when it is new; never again, so that nothing moves under the eye. */
function useFirstSight(root: string, era: number, view: View, places: Places): void {
  const flow = useReactFlow();
  const seen = useRef<{ root: string; era: number } | null>(null);
  const isSized = useStore(({ width, height }) => width > 0 && height > 0);
  const size = useStore(({ width, height }) => `${width} ${height}`);
  useEffect(() => {
    const last = seen.current;
    if (!isSized || places.size === 0 || (last?.root === root && last.era === era)) return;
    seen.current = { root, era };
    const [width, height] = size.split(" ").map(Number) as [number, number];
    const at = places.get(root);
    const { x, y, zoom } = flow.getViewport();
    if (last !== null && last.era === era && at !== undefined) {
      // A new start that is in sight already stays where it is.
      const [left, top] = [columnX(at.column) * zoom + x, at.y * zoom + y];
      if (left > 0 && top > 0 && left + BOX_WIDTH * zoom < width && top + CARD_HEIGHT * zoom < height) return;
    }
    const boxes = view.nodes.flatMap(({ id }) => places.get(id) ?? []);
    const [left, right] = [Math.min(...boxes.map(({ column }) => columnX(column))), Math.max(...boxes.map(({ column }) => columnX(column) + BOX_WIDTH))];
    const [top, bottom] = [Math.min(...boxes.map((one) => one.y)) - 40, Math.max(...boxes.map((one) => one.y + CARD_HEIGHT))];
    const fitting = Math.min((width - 80) / (right - left), (height - 70) / (bottom - top), 1);
    const wanted = view.nodes.length > MOST_CARDS ? Math.max(fitting, 0.02) : Math.max(fitting, 0.66);
    const isWhole = wanted <= fitting;
    const start = at ?? boxes[0] ?? { column: 0, y: 0 };
    const centre = isWhole ? [(left + right) / 2, (top + bottom) / 2] : [columnX(start.column) + BOX_WIDTH / 2, start.y + CARD_HEIGHT / 2];
    void flow.setViewport({ x: width / 2 - centre[0]! * wanted, y: height / 2 - centre[1]! * wanted, zoom: wanted });
  }, [root, era, isSized, size, places, view, flow]);
}

function cards({ root, view, places, heights, handles, selected, lit, severities, thread, opened, isExpanded }: Props): CardNode[] {
  return view.nodes.flatMap((node): CardNode[] => {
    const place = places.get(node.id);
    if (place === undefined) return [];
    const height = heights.get(node.id) ?? CARD_HEIGHT;
    const related = thread?.columns.get(node.id);
    const columns = related ? { related: [...related] } : opened.has(node.id) ? { related: null } : null;
    return [
      {
        id: node.id,
        type: "card",
        position: { x: columnX(place.column), y: place.y },
        width: BOX_WIDTH,
        height,
        zIndex: columns === null ? 10 : 11,
        handles: ends(height, columns === null ? [] : (handles.get(node.id) ?? [])),
        ariaLabel: spoken(node, view),
        data: {
          node,
          isStart: node.id === root,
          isSelected: node.id === selected,
          isDim: lit !== null && !lit.nodes.has(node.id),
          isLit: lit !== null && lit.nodes.has(node.id),
          expanded: { upstream: isExpanded(node.id, "upstream"), downstream: isExpanded(node.id, "downstream") },
          columns,
          severity: severities.get(node.id) ?? null,
        },
      },
    ];
  });
}

function ends(height: number, columns: readonly string[]): NodeHandle[] {
  const one = { width: 1, height: 1 };
  return [
    { ...one, type: "target", position: Position.Left, x: 0, y: CARD_HEIGHT / 2 },
    { ...one, type: "source", position: Position.Right, x: BOX_WIDTH, y: CARD_HEIGHT / 2 },
    ...columns.flatMap((path, index): NodeHandle[] => {
      const y = Math.min(columnY(index), height - 4);
      return [
        { ...one, id: `in:${path}`, type: "target", position: Position.Left, x: 0, y },
        { ...one, id: `out:${path}`, type: "source", position: Position.Right, x: BOX_WIDTH, y },
      ];
    }),
  ];
}

function spoken(node: ViewNode, view: View): string {
  const kind = node.kind === "JOB" ? "job" : "dataset";
  const [before, after] = [view.before.get(node.id)?.length ?? 0, view.after.get(node.id)?.length ?? 0];
  const more = (count: number) => (count > 0 ? `, ${count} more hidden` : "");
  const change = node.change === "same" ? "" : `, ${node.change}`;
  return `${kind} ${node.label.slice(0, 200)}${change}, ${before} upstream${more(node.hidden.upstream)}, ${after} downstream${more(node.hidden.downstream)}`;
}

function lines({ view, lit, thread, handles, opened }: Props): Edge[] {
  const found: Edge[] = view.edges.map((edge) => {
    const isLit = lit?.edges.has(edge.id) ?? false;
    const isDim = (lit !== null && !isLit) || thread !== null;
    return {
      id: edge.id,
      source: edge.from,
      target: edge.to,
      className: clsx(styles["line"], styles[`line-${edge.change}`], isLit && styles["lineLit"], isDim && styles["lineDim"], edge.kind === "DECLARED" && styles["declared"]),
      zIndex: isLit ? 1 : 0,
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: markerColour(edge.change, isLit) },
    };
  });
  for (const { from, fromColumn, to, toColumn, isDirect } of thread?.steps ?? []) {
    if (!handles.get(from)?.includes(fromColumn) || !handles.get(to)?.includes(toColumn)) continue;
    if (!thread?.columns.has(from) && !opened.has(from)) continue;
    found.push({
      id: `${from} ${fromColumn} ${to} ${toColumn}`,
      source: from,
      target: to,
      sourceHandle: `out:${fromColumn}`,
      targetHandle: `in:${toColumn}`,
      className: clsx(styles["line"], styles["columnLine"], !isDirect && styles["declared"]),
      zIndex: 2,
    });
  }
  return found;
}

function markerColour(change: string, isLit: boolean): string {
  if (change === "added") return "var(--good)";
  if (change === "removed") return "var(--bad)";
  return isLit ? "var(--thread)" : "var(--line-strong)";
}

/** The node that an arrow key leads to: along the data left and right, within a column up and down. */
function stepFrom(node: ViewNode, key: string, view: View, places: Places): string | null {
  const at = places.get(node.id);
  if (!at) return null;
  const near = (ids: readonly string[]) =>
    [...ids].sort((a, b) => Math.abs((places.get(a)?.y ?? 0) - at.y) - Math.abs((places.get(b)?.y ?? 0) - at.y))[0] ?? null;
  if (key === "ArrowRight") return near(view.after.get(node.id) ?? []);
  if (key === "ArrowLeft") return near(view.before.get(node.id) ?? []);
  if (key !== "ArrowUp" && key !== "ArrowDown") return null;
  const same = view.nodes.filter(({ id }) => {
    const place = places.get(id);
    return place?.column === at.column && (key === "ArrowDown" ? place.y > at.y : place.y < at.y);
  });
  return near(same.map(({ id }) => id));
}

/** What stands in each column, written above it and kept in sight. */
function LaneHeads({ view, places }: { view: View; places: Places }) {
  const x = useStore(({ transform }) => transform[0]);
  const zoom = useStore(({ transform }) => transform[2]);
  const heads = useMemo(() => {
    const columns = new Map<number, Map<string, number>>();
    for (const { id, lane } of view.nodes) {
      const place = places.get(id);
      if (!place) continue;
      const counts = columns.get(place.column) ?? new Map<string, number>();
      counts.set(lane, (counts.get(lane) ?? 0) + 1);
      columns.set(place.column, counts);
    }
    return [...columns].map(([column, counts]) => ({ column, lane: [...counts].sort((a, b) => b[1] - a[1])[0]![0] as ViewNode["lane"] }));
  }, [view, places]);
  if (zoom * BOX_WIDTH < 60) return null;
  return (
    <div className={styles["lanes"]} aria-hidden>
      {heads.map(({ column, lane }) => (
        <span key={column} style={{ left: columnX(column) * zoom + x, width: BOX_WIDTH * zoom, color: `var(--kind-${lane})` }}>
          {LANE_NAMES[lane]}
        </span>
      ))}
    </div>
  );
}
