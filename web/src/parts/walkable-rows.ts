import { useVirtualizer, type VirtualItem } from "@tanstack/react-virtual";
import { useEffect, useRef, type KeyboardEvent, type RefObject } from "react";

const AHEAD = 20;
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15, Home: -Infinity, End: Infinity };

interface Rows {
  scroller: RefObject<HTMLDivElement | null>;
  /** The rows in sight and a few beside them; no other is drawn. */
  items: readonly VirtualItem[];
  height: number;
  /** The row that the Tab key leads to: the chosen one, or the first in sight. */
  stop: number;
  walk: (event: KeyboardEvent<HTMLDivElement>, index: number) => void;
}

/**
 * A list of any length: arrow keys walk from row to row (`data-index`), Enter and the space bar open, `onEnd` is told when
 * the last rows come into sight, `onKey` of every other key.
 */
export function useWalkableRows(
  { count, rowHeight, chosen, onOpen, onEnd, onKey }: {
    count: number;
    rowHeight: number;
    chosen: number;
    onOpen: ((index: number) => void) | undefined;
    onEnd: (() => void) | undefined;
    onKey?: (event: KeyboardEvent<HTMLDivElement>, index: number) => void;
  },
): Rows {
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({ count, getScrollElement: () => scroller.current, estimateSize: () => rowHeight, overscan: 12 });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (onEnd && count > 0 && last >= count - AHEAD) onEnd();
  }, [last, count, onEnd]);
  const walk = (event: KeyboardEvent<HTMLDivElement>, index: number) => {
    if (event.target !== event.currentTarget) return;
    const step = STEPS[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = Math.max(0, Math.min(count - 1, index + step));
      virtual.scrollToIndex(next);
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus());
    } else if ((event.key === "Enter" || event.key === " ") && onOpen) {
      event.preventDefault();
      onOpen(index);
    } else onKey?.(event, index);
  };
  const stop = items.some(({ index }) => index === chosen) ? chosen : (items[0]?.index ?? 0);
  return { scroller, items, height: virtual.getTotalSize(), stop, walk };
}
