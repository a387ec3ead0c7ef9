import clsx from "clsx";
import { useEffect, useRef, type KeyboardEvent } from "react";
import { Chip, durationText } from "@/parts";
import { ageTint, KIND_WORDS } from "./filters";
import type { ReviewTasksViewQuery } from "./tasks.generated";
import styles from "./stewardship.module.css";

export type ListedTask = ReviewTasksViewQuery["reviewTasks"]["nodes"][number];

interface Props {
  rows: readonly ListedTask[];
  selected: string | null;
  onSelect: (id: string) => void;
  onEnd: () => void;
}

/** The tasks that the filters leave; ↑ and ↓ walk. */
export function TaskList({ rows, selected, onSelect, onEnd }: Props) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected]);
  const walk = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const place = rows.findIndex(({ id }) => id === selected);
    const next = rows[Math.max(0, Math.min(rows.length - 1, place + by))];
    if (next) onSelect(next.id);
  };
  return (
    <ul
      ref={list}
      className={styles["list"]}
      role="listbox"
      aria-label="Review tasks"
      tabIndex={0}
      aria-activedescendant={selected ? `task-${selected}` : undefined}
      onKeyDown={walk}
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => scrollTop + clientHeight > scrollHeight - 200 && onEnd()}
    >
      {rows.map((row) => (
        <li key={row.id} id={`task-${row.id}`} role="option" aria-selected={row.id === selected} className={clsx(styles["item"], row.id === selected && styles["chosen"])} onClick={() => onSelect(row.id)}>
          <span className={styles["itemTop"]}>
            <Chip tint={KIND_WORDS[row.kind].tint}>{KIND_WORDS[row.kind].title}</Chip>
            <span className={styles["score"]}>{percent(row.score)}</span>
          </span>
          <b dir="auto">{whoOf(row, "left")}</b>
          <b dir="auto">{whoOf(row, "right")}</b>
          <span className={styles["itemFoot"]}>
            <span>
              {row.left.sourceKey.system} {row.left.sourceKey.key} · {row.right.sourceKey.system} {row.right.sourceKey.key}
            </span>
            <span style={{ color: `var(--${row.status === "OPEN" ? ageTint(row.ageSeconds) : "quiet"})` }}>
              {row.assignee ? `${row.assignee} · ` : ""}
              {row.status === "OPEN" ? durationText(row.ageSeconds) : row.status.toLowerCase()}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}

/** A probability as a steward reads it; what is all but certain is not rounded up to certainty. */
export function percent(score: number): string {
  if (score > 0.995) return score < 0.9995 ? "99 %" : "> 99.9 %";
  return score < 0.005 ? "< 1 %" : `${Math.round(score * 100)} %`;
}

/** Who a record of a pair is, by its names as far as they are compared. */
export function whoOf({ attributes, ...task }: ListedTask, side: "left" | "right"): string {
  const value = (name: string) => attributes.find(({ attribute }) => attribute === name)?.[side] ?? null;
  const told = [value("firstName"), value("lastName")].filter(Boolean).join(" ") || value("name");
  const { system, key } = task[side].sourceKey;
  return told || attributes.map((one) => one[side]).find(Boolean) || `${system} ${key}`;
}
