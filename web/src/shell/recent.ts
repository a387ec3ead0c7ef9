import { useSyncExternalStore } from "react";

/** Something that was opened lately. */
export interface Seen {
  kind: string;
  id: string;
  name: string;
  more?: string | null;
}

const STORED = "goldthread.seen";
const MOST = 12;
const listeners = new Set<() => void>();
let kept: readonly Seen[] = read();

/** Puts a thing at the head of what was seen lately. */
export function remember(seen: Seen): void {
  const name = seen.name.slice(0, 300);
  const head = kept[0];
  if (head?.id === seen.id && head.name === name) return;
  kept = [{ ...seen, name }, ...kept.filter(({ id }) => id !== seen.id)].slice(0, MOST);
  localStorage.setItem(STORED, JSON.stringify(kept));
  for (const listener of listeners) listener();
}

/** What was opened lately on this machine, the latest first. */
export function useSeen(): readonly Seen[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => kept,
  );
}

function read(): readonly Seen[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(STORED) ?? "[]");
    return Array.isArray(value) ? value.filter(isSeen).slice(0, MOST) : [];
  } catch {
    return [];
  }
}

function isSeen(value: unknown): value is Seen {
  const { kind, id, name } = (value ?? {}) as Partial<Seen>;
  return typeof kind === "string" && typeof id === "string" && typeof name === "string";
}
