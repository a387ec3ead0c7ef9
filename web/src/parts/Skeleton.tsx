import styles from "./parts.module.css";

/** A place that is about to be filled; `rows` lines of it. */
export function Skeleton({ rows = 1, width = "100%", height }: { rows?: number; width?: string; height?: number }) {
  const lines = Array.from({ length: rows }, (_, index) => (
    <span
      key={index}
      className={styles["skeleton"]}
      style={{ width: rows > 1 && index % 3 === 2 ? "62%" : width, ...(height ? { height } : {}) }}
    />
  ));
  return (
    <div className={styles["skeletons"]} role="status" aria-label="Loading">
      {lines}
    </div>
  );
}
