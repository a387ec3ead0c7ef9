import clsx from "clsx";
import { ArrowDown, ArrowUp } from "lucide-react";
import type { ReactNode } from "react";
import { useWalkableRows } from "./walkable-rows";
import styles from "./parts.module.css";

/** One column: `width` as CSS grid knows it ("minmax(160px, 2fr)", "90px"). */
export interface Column<Row> {
  id: string;
  head: ReactNode;
  width: string;
  end?: boolean;
  cell: (row: Row, index: number) => ReactNode;
  /** Called when the head is pressed; a column without is not sorted by. */
  onSort?: () => void;
  sorted?: "ascending" | "descending" | undefined;
}

interface Props<Row> {
  /** What the table lists, for those who do not see it. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  keyOf: (row: Row) => string;
  /** How many rows there are in all, where more than the given are there. */
  total?: number | undefined;
  rowHeight?: number;
  selected?: string | null | undefined;
  onOpen?: ((row: Row) => void) | undefined;
  /** Called when the last rows come into sight. */
  onEnd?: (() => void) | undefined;
  /** Stands where there is no row. */
  empty?: ReactNode;
  className?: string | undefined;
}

/** A table of any length, of which only what is in sight is drawn; arrow keys walk, Enter opens. */
export function Table<Row>({ label, columns, rows, keyOf, total, rowHeight = 36, selected, onOpen, onEnd, empty, className }: Props<Row>) {
  const { scroller, items, height, stop, walk } = useWalkableRows({
    count: rows.length,
    rowHeight,
    chosen: selected == null ? -1 : rows.findIndex((row) => keyOf(row) === selected),
    onOpen: onOpen && ((index) => rows[index] !== undefined && onOpen(rows[index])),
    onEnd,
  });
  const template = { gridTemplateColumns: columns.map(({ width }) => width).join(" ") };
  return (
    <div
      ref={scroller}
      className={clsx(styles["table"], className)}
      role="table"
      aria-label={label}
      aria-rowcount={(total ?? rows.length) + 1}
      tabIndex={rows.length === 0 ? 0 : -1}
    >
      <div role="rowgroup">
        <div className={styles["headRow"]} role="row" style={template}>
          {columns.map((column) => (
            <div key={column.id} role="columnheader" aria-sort={column.sorted} className={column.end ? styles["end"] : undefined}>
              {column.onSort ? (
                <button type="button" onClick={column.onSort}>
                  {column.head}
                  {column.sorted === "ascending" && <ArrowUp size={12} aria-hidden />}
                  {column.sorted === "descending" && <ArrowDown size={12} aria-hidden />}
                </button>
              ) : (
                column.head
              )}
            </div>
          ))}
        </div>
      </div>
      {rows.length === 0 && empty}
      <div className={styles["rows"]} role="rowgroup" style={{ height: height }}>
        {items.map((item) => {
          const row = rows[item.index];
          if (row === undefined) return null;
          const key = keyOf(row);
          return (
            <div
              key={key}
              role="row"
              aria-rowindex={item.index + 2}
              aria-selected={onOpen ? key === selected : undefined}
              data-index={item.index}
              className={clsx(styles["row"], onOpen && styles["rowAct"])}
              style={{ ...template, height: rowHeight, transform: `translateY(${item.start}px)` }}
              tabIndex={item.index === stop ? 0 : -1}
              onClick={(event) => {
                if (onOpen && !(event.target as HTMLElement).closest("a, button, input, select")) onOpen(row);
              }}
              onKeyDown={(event) => walk(event, item.index)}
            >
              {columns.map((column) => (
                <div key={column.id} role="cell" className={column.end ? styles["end"] : undefined}>
                  {column.cell(row, item.index)}
                </div>
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}
