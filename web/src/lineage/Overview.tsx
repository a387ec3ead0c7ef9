import { useStore } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import { BOX_WIDTH, columnX, type Places } from "./layout";
import type { View } from "./view";
import styles from "./lineage.module.css";

interface Props {
  view: View;
  places: Places;
  lit: ReadonlySet<string> | null;
  selected: string | null;
}

const HEIGHT = 56;

/** A graph too large for cards as plain boxes and lines at the same places; zooming in turns it into cards again. */
export function Overview({ view, places, lit, selected }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const transform = useStore((state) => state.transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const shade = document.documentElement.dataset["shade"];
  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context) return;
    const ratio = devicePixelRatio || 1;
    element.width = width * ratio;
    element.height = height * ratio;
    const [x, y, zoom] = transform;
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
    drawn(context, { view, places, lit, selected }, zoom, { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom });
  }, [view, places, lit, selected, transform, width, height, shade]);
  return <canvas ref={canvas} className={styles["overview"]} style={{ width, height }} aria-hidden />;
}

interface Window {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

function drawn(context: CanvasRenderingContext2D, { view, places, lit, selected }: Props, zoom: number, window: Window): void {
  const { line, thread, good, bad, ink, sans, kinds } = palette();
  context.lineWidth = Math.max(1, 0.7 / zoom);
  for (const group of ["plain", "added", "removed", "lit"] as const) {
    context.beginPath();
    context.strokeStyle = { plain: line, added: good, removed: bad, lit: thread }[group] ?? "";
    context.globalAlpha = group === "plain" ? (lit ? 0.25 : 0.7) : 1;
    for (const edge of view.edges) {
      const isLit = lit !== null && lit.has(edge.from) && lit.has(edge.to);
      if (group !== (edge.change !== "same" ? edge.change : isLit ? "lit" : "plain")) continue;
      const [from, to] = [places.get(edge.from), places.get(edge.to)];
      if (!from || !to) continue;
      const [x1, y1, x2, y2] = [columnX(from.column) + BOX_WIDTH, from.y + HEIGHT / 2, columnX(to.column), to.y + HEIGHT / 2];
      if (Math.max(x1, x2) < window.left || Math.min(x1, x2) > window.right || Math.max(y1, y2) < window.top || Math.min(y1, y2) > window.bottom) continue;
      const middle = (x1 + x2) / 2;
      context.moveTo(x1, y1);
      context.bezierCurveTo(middle, y1, middle, y2, x2, y2);
    }
    context.stroke();
  }
  const isNamed = zoom > 0.28;
  context.font = `500 ${Math.min(26, 13 / zoom)}px ${sans}`;
  context.textBaseline = "middle";
  for (const node of view.nodes) {
    const place = places.get(node.id);
    if (!place) continue;
    const x = columnX(place.column);
    if (x + BOX_WIDTH < window.left || x > window.right || place.y + HEIGHT < window.top || place.y > window.bottom) continue;
    context.globalAlpha = lit && !lit.has(node.id) ? 0.2 : 0.85;
    context.fillStyle = (node.change === "added" ? good : node.change === "removed" ? bad : kinds[node.lane]) ?? "";
    context.fillRect(x, place.y, isNamed ? 6 : BOX_WIDTH, HEIGHT);
    if (node.id === selected) {
      context.strokeStyle = thread ?? "";
      context.strokeRect(x, place.y, BOX_WIDTH, HEIGHT);
    }
    if (isNamed) {
      context.fillStyle = ink ?? "";
      context.fillText(shortened(context, node.label), x + 16, place.y + HEIGHT / 2);
    }
  }
  context.globalAlpha = 1;
}

interface Palette {
  line: string;
  thread: string;
  good: string;
  bad: string;
  ink: string;
  sans: string;
  kinds: Record<string, string>;
}

let mixed: { shade: string | undefined; palette: Palette } | null = null;

/** The colours of the page as a canvas takes them, worked out once for light and once for dark. */
function palette(): Palette {
  const root = document.documentElement;
  const shade = root.dataset["shade"];
  if (mixed?.shade === shade && mixed !== null) return mixed.palette;
  const probe = document.createElement("span");
  probe.hidden = true;
  root.append(probe);
  const colour = (name: string) => {
    // light-dark() is resolved only where it is used.
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const lanes = ["source", "stream", "lake", "job", "golden", "warehouse", "mart"];
  const found: Palette = {
    line: colour("--line-strong"),
    thread: colour("--thread"),
    good: colour("--good"),
    bad: colour("--bad"),
    ink: colour("--ink"),
    sans: getComputedStyle(root).getPropertyValue("--sans"),
    kinds: Object.fromEntries(lanes.map((lane) => [lane, colour(`--kind-${lane}`)])),
  };
  probe.remove();
  mixed = { shade, palette: found };
  return found;
}

function shortened(context: CanvasRenderingContext2D, label: string): string {
  const text = label.slice(0, 60);
  const room = BOX_WIDTH - 20;
  if (context.measureText(text).width <= room) return text;
  let length = Math.floor((text.length * room) / context.measureText(text).width);
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) length--;
  return `${text.slice(0, length)}…`;
}

/** The node at a point of the graph, in its own coordinates. */
export function nodeAt(view: View, places: Places, x: number, y: number): string | null {
  const hit = view.nodes.find(({ id }) => {
    const place = places.get(id);
    if (!place) return false;
    const left = columnX(place.column);
    return x >= left && x <= left + BOX_WIDTH && y >= place.y && y <= place.y + HEIGHT;
  });
  return hit?.id ?? null;
}
