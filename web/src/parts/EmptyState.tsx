import type { ReactNode } from "react";
import styles from "./parts.module.css";

/** What is shown where there is nothing yet: why, and what to do about it. */
export function EmptyState({ title, children, actions }: { title: string; children?: ReactNode; actions?: ReactNode }) {
  return (
    <div className={styles["empty"]}>
      <svg viewBox="0 0 120 44" fill="none" aria-hidden>
        <path d="M2 30c22 0 22-18 44-18s18 18 34 18" stroke="var(--thread)" strokeWidth="2.5" strokeLinecap="round" />
        <path d="M84 30h34" stroke="var(--line-strong)" strokeWidth="2.5" strokeLinecap="round" strokeDasharray="1 7" />
        <circle cx="46" cy="12" r="5" fill="var(--page)" stroke="var(--thread)" strokeWidth="2.5" />
      </svg>
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div className={styles["emptyActions"]}>{actions}</div>}
    </div>
  );
}
