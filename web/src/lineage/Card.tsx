import { Handle, Position, type Node, type NodeProps } from "@xyflow/react";
import clsx from "clsx";
import { ChevronDown, Minus } from "lucide-react";
import { createContext, memo, useContext, type CSSProperties } from "react";
import { kindLook } from "@/shell/kinds";
import { CardColumns } from "./CardColumns";
import type { Side, ViewNode } from "./view";
import styles from "./lineage.module.css";

/** What a card shows of its columns; null: they are closed. */
export interface OpenColumns {
  /** Those on the thread of the column followed; null: none is followed, all are listed. */
  related: readonly string[] | null;
}

export interface CardData extends Record<string, unknown> {
  node: ViewNode;
  isStart: boolean;
  isSelected: boolean;
  isDim: boolean;
  isLit: boolean;
  expanded: Readonly<Record<Side, boolean>>;
  columns: OpenColumns | null;
  severity: string | null;
}

export type CardNode = Node<CardData, "card">;

/** What cards can do; it never changes, so that cards need not be drawn anew. */
export interface CardActs {
  expand: (node: ViewNode, side: Side) => void;
  openColumns: (id: string) => void;
  follow: (dataset: string, path: string) => void;
  /** Tells how many rows of columns a card has, which its height follows from. */
  rows: (id: string, count: number, handles: readonly string[]) => void;
  followed: () => { dataset: string; path: string } | null;
}

export const Acts = createContext<CardActs>({ expand() {}, openColumns() {}, follow() {}, rows() {}, followed: () => null });

const LARGE = 200;

/** One dataset or job: its kind, its name, what lies hidden on either side, and its columns. */
export const Card = memo(function Card({ data }: NodeProps<CardNode>) {
  const { node, isStart, isSelected, isDim, isLit, columns, severity } = data;
  const acts = useContext(Acts);
  const { icon: Icon } = kindLook(node.lane === "stream" ? "topic" : node.kind);
  return (
    <div
      className={clsx(
        styles["card"],
        isStart && styles["start"],
        isSelected && styles["selected"],
        isDim && styles["dim"],
        isLit && styles["lit"],
        styles[node.change],
      )}
      style={{ "--kind": `var(--kind-${node.lane})` } as CSSProperties}
    >
      <Handle type="target" position={Position.Left} className={styles["handle"] ?? ""} isConnectable={false} />
      <div className={styles["cardHead"]}>
        <Icon size={16} aria-hidden className={styles["cardIcon"]} />
        <span className={styles["cardWords"]}>
          <span className={styles["cardName"]} title={node.name.slice(0, 1000)}>
            {node.label.slice(0, LARGE)}
          </span>
          <span className={styles["cardMore"]} title={node.namespace.slice(0, 1000)}>
            {severity && <b className={styles[severity]}>{severity} · </b>}
            {node.change !== "same" && <b className={styles[`word-${node.change}`]}>{node.change} · </b>}
            {node.namespace.slice(0, LARGE)}
          </span>
        </span>
        {node.kind === "DATASET" && (
          <button
            type="button"
            tabIndex={-1}
            className={clsx(styles["columnsButton"], "nodrag")}
            aria-expanded={columns !== null}
            aria-label={`Columns of ${node.label.slice(0, LARGE)}`}
            title="Columns"
            onClick={(event) => {
              event.stopPropagation();
              acts.openColumns(node.id);
            }}
          >
            <ChevronDown size={14} aria-hidden />
          </button>
        )}
      </div>
      {columns !== null && <CardColumns node={node} open={columns} />}
      <Expander node={node} side="upstream" isOpen={data.expanded.upstream} />
      <Expander node={node} side="downstream" isOpen={data.expanded.downstream} />
      <Handle type="source" position={Position.Right} className={styles["handle"] ?? ""} isConnectable={false} />
    </div>
  );
});

function Expander({ node, side, isOpen }: { node: ViewNode; side: Side; isOpen: boolean }) {
  const acts = useContext(Acts);
  const hidden = node.hidden[side];
  if (hidden === 0 && !isOpen) return null;
  const label =
    hidden > 0
      ? `Show ${hidden} more ${side} of ${node.label.slice(0, LARGE)}`
      : `Hide what was opened ${side} of ${node.label.slice(0, LARGE)}`;
  return (
    <button
      type="button"
      tabIndex={-1}
      className={clsx(styles["expander"], styles[side], "nodrag")}
      aria-label={label}
      title={label}
      onClick={(event) => {
        event.stopPropagation();
        acts.expand(node, side);
      }}
    >
      {hidden > 0 ? `+${hidden}` : <Minus size={11} aria-hidden />}
    </button>
  );
}
