import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import type { Tint } from "./Chip";
import { Skeleton } from "./Skeleton";
import styles from "./parts.module.css";

interface Props {
  label: string;
  /** undefined: not known yet. */
  value: ReactNode | undefined;
  note?: ReactNode;
  tint?: Tint;
  to?: string;
  search?: Record<string, string>;
}

/** One number with what it is about, leading to where it comes from. */
export function Stat({ label, value, note, tint, to, search }: Props) {
  const content = (
    <>
      <span className={styles["statLabel"]}>{label}</span>
      <span className={styles["statValue"]} style={tint ? { color: `var(--${tint})` } : undefined}>
        {value === undefined ? <Skeleton width="64px" height={24} /> : value}
      </span>
      <span className={styles["statNote"]}>{note ?? "\u00a0"}</span>
    </>
  );
  if (to === undefined) return <div className={styles["stat"]}>{content}</div>;
  return (
    <Link to={to} search={{ ...search }} className={styles["stat"]}>
      {content}
    </Link>
  );
}
