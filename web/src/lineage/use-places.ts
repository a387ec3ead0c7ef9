import { useMemo, useRef, useState } from "react";
import { LANES } from "./lanes";
import { arranged, continued, pushed, type Box, type Place, type Places } from "./layout";
import type { View } from "./view";

export const CARD_HEIGHT = 56;
const MOST_REMEMBERED = 5000;

/** Where the nodes of a view stand. Who has a place keeps it, also while not shown; `tidy` places all anew. */
export function usePlaces(root: string, view: View | null, heights: ReadonlyMap<string, number>): { places: Places; tidy: () => void; era: number } {
  const memory = useRef<{ root: string; era: number; places: Map<string, Place> }>({ root, era: 0, places: new Map() });
  const [era, setEra] = useState(0);
  const base = useMemo(() => {
    if (view === null) return new Map<string, Place>();
    const kept = memory.current;
    const isAnew = kept.era !== era || (kept.root !== root && !kept.places.has(root)) || kept.places.size > MOST_REMEMBERED;
    // Places do not hang on which columns are open, else opening and closing would move what stands there.
    const boxes = view.nodes.map(({ id, lane }): Box => ({ id, lane: LANES.indexOf(lane), height: CARD_HEIGHT }));
    const missing = view.nodes.reduce((count, { id }) => count + (kept.places.has(id) ? 0 : 1), 0);
    const isMostlyNew = missing > 250 && missing > view.nodes.length / 2;
    const found =
      isAnew || isMostlyNew || kept.places.size === 0
        ? arranged(boxes, view.edges, root)
        : continued(boxes, view.edges, kept.places, root);
    memory.current = {
      root,
      era,
      places: isAnew || isMostlyNew ? found : new Map([...kept.places, ...found]),
    };
    return found;
  }, [view, root, era]);
  const places = useMemo(() => {
    if (view === null || heights.size === 0) return base;
    return pushed(
      view.nodes.map(({ id }) => ({ id, lane: 0, height: heights.get(id) ?? CARD_HEIGHT })),
      base,
    );
  }, [view, base, heights]);
  return { places, tidy: () => setEra((before) => before + 1), era };
}
