import clsx from "clsx";
import { useEffect, type ReactNode } from "react";
import styles from "./page.module.css";

interface Props {
  /** The heading, and the title of the browser's tab. */
  title: string;
  /** Where the heading is to be shown otherwise than as the plain title. */
  heading?: ReactNode;
  /** Stands below the heading. */
  about?: ReactNode;
  /** Stands at the right of the heading. */
  actions?: ReactNode;
  /** "full": all of the window, without scrolling of its own; "read": a column in its middle. */
  size?: "full" | "read";
  children: ReactNode;
}

/** A screen: its heading, what can be done with all of it, and its content. */
export function Page({ title, heading, about, actions, size, children }: Props) {
  useEffect(() => {
    document.title = `${title.length > 80 ? `${title.slice(0, 80)}…` : title} · Goldthread`;
  }, [title]);
  return (
    <div className={clsx(styles["page"], size && styles[size])}>
      <header className={styles["head"]}>
        <div className={styles["words"]}>
          <h1>{heading ?? title}</h1>
          {about && <div className={styles["about"]}>{about}</div>}
        </div>
        {actions && <div className={styles["actions"]}>{actions}</div>}
      </header>
      <div className={styles["body"]}>{children}</div>
    </div>
  );
}
