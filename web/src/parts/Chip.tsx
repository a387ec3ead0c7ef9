import type { CSSProperties, ReactNode } from "react";
import styles from "./parts.module.css";

export type Tint = "quiet" | "gold" | "good" | "warn" | "bad" | `kind-${Lane}`;
export type Lane = "source" | "stream" | "lake" | "job" | "golden" | "warehouse" | "mart" | "place";

/** A word about something, in the colour of its state or kind. */
export function Chip({ tint = "quiet", icon, children, title }: { tint?: Tint; icon?: ReactNode; children: ReactNode; title?: string }) {
  return (
    <span className={styles["chip"]} style={{ "--tint": `var(--${tint})` } as CSSProperties} title={title}>
      {icon}
      <span>{children}</span>
    </span>
  );
}

const STATES: Record<string, Tint> = {
  COMPLETE: "good",
  RUNNING: "gold",
  START: "gold",
  FAIL: "bad",
  ABORT: "warn",
};

/** The state of a run. */
export function StateChip({ state }: { state: string }) {
  return <Chip tint={STATES[state] ?? "quiet"}>{state.toLowerCase()}</Chip>;
}
