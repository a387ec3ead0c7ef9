import { useEffect } from "react";
import { Dialog } from "@/parts";
import styles from "./shell.module.css";

const KEYS: readonly [string, string][] = [
  ["Ctrl K or ⌘K, or /", "find anything"],
  ["?", "show these keys"],
  ["Tab, Enter", "go from thing to thing, open it"],
  ["↑ ↓ Home End", "walk through a table or list"],
  ["← → ↑ ↓", "walk along a graph from node to node"],
  ["+ and −", "in a graph: show, hide what follows from the node"],
  ["Escape", "close what is open"],
];

/** The keys that work everywhere; "?" opens them. */
export function Keys({ open, onOpen }: { open: boolean; onOpen: (open: boolean) => void }) {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "?" && !isTyping(event.target)) onOpen(true);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onOpen]);
  return (
    <Dialog open={open} onClose={() => onOpen(false)} title="Keys">
      <dl className={styles["keys"]}>
        {KEYS.map(([keys, what]) => (
          <div key={keys}>
            <dt>
              <kbd>{keys}</kbd>
            </dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}

/** Whether keys go into a field, where single letters are no commands. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}
