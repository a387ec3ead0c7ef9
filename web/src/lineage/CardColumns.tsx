import { Handle, Position } from "@xyflow/react";
import clsx from "clsx";
import { useContext, useEffect, useState } from "react";
import { useAsk } from "@/asking";
import { useAsOf } from "@/shell/as-of";
import { Acts, type OpenColumns } from "./Card";
import { ColumnsOf } from "./columns.generated";
import type { ViewNode } from "./view";
import styles from "./lineage.module.css";

export const COLUMN_ROW = 24;
export const COLUMNS_HEAD = 34;
const PAGE = 10;

/** The columns of a card: searched, ten at a time; while one is followed only those on its thread, of how many. */
export function CardColumns({ node, open }: { node: ViewNode; open: OpenColumns }) {
  const { asOf, knownAt } = useAsOf();
  const acts = useContext(Acts);
  const [search, setSearch] = useState("");
  const [shown, setShown] = useState(PAGE);
  const { data } = useAsk(
    ColumnsOf,
    { name: node.name, namespace: node.namespace, asOf, knownAt },
    { staleTime: 60_000 },
  );
  const all = data?.dataset?.columns ?? [];
  const related = open.related === null ? null : new Set(open.related);
  const words = search.trim().toLowerCase();
  const known = related === null ? all : all.filter(({ path }) => related.has(path));
  // A column on the thread may be one that the schema does not name.
  const named = new Set(known.map(({ path }) => path));
  const stray = related === null ? [] : [...related].filter((path) => !named.has(path)).map((path) => ({ path, type: null }));
  const found = [...known, ...stray].filter(({ path }) => path.toLowerCase().includes(words));
  const rows = found.slice(0, shown);
  const followed = acts.followed();
  const handles = rows.map(({ path }) => path).join("\n");
  const isMore = found.length > rows.length;
  useEffect(() => {
    acts.rows(node.id, Math.max(1, rows.length) + (isMore ? 1 : 0), handles === "" ? [] : handles.split("\n"));
  }, [acts, node.id, rows.length, isMore, handles]);
  return (
    <div className={clsx(styles["columns"], "nodrag", "nowheel")} onClick={(event) => event.stopPropagation()} onKeyDown={(event) => event.stopPropagation()}>
      <div className={styles["columnsHead"]}>
        <input
          type="text"
          value={search}
          placeholder="Find a column"
          aria-label={`Find a column of ${node.label.slice(0, 200)}`}
          onChange={(event) => setSearch(event.target.value)}
        />
        <span className="numbers">
          {found.length} of {Math.max(all.length, found.length)}
        </span>
      </div>
      {rows.length === 0 && <div className={styles["column"]}>{data === undefined ? "…" : "none"}</div>}
      {rows.map(({ path, type }, index) => {
        const isFollowed = followed?.dataset === node.id && followed.path === path;
        return (
          <button
            key={path}
            type="button"
            className={clsx(styles["column"], (isFollowed || related?.has(path)) && styles["followed"])}
            aria-pressed={isFollowed}
            title={path.slice(0, 1000)}
            onClick={() => acts.follow(node.id, path)}
          >
            <Handle id={`in:${path}`} type="target" position={Position.Left} className={styles["handle"] ?? ""} style={{ top: columnY(index) }} isConnectable={false} />
            <span>{path.slice(0, 200)}</span>
            <span>{type?.slice(0, 40).toLowerCase()}</span>
            <Handle id={`out:${path}`} type="source" position={Position.Right} className={styles["handle"] ?? ""} style={{ top: columnY(index) }} isConnectable={false} />
          </button>
        );
      })}
      {isMore && (
        <button type="button" className={clsx(styles["column"], styles["moreColumns"])} onClick={() => setShown(shown + 50)}>
          {found.length - rows.length} more
        </button>
      )}
    </div>
  );
}

/** The middle of a column's row, from the upper edge of the card. */
export function columnY(index: number): number {
  return 56 + COLUMNS_HEAD + index * COLUMN_ROW + COLUMN_ROW / 2;
}
