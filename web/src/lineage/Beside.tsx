import { useState } from "react";
import { useAsk } from "@/asking";
import { Button, Dialog, ErrorBox, Field, Skeleton } from "@/parts";
import type { AsOf } from "@/shell/as-of";
import { NeighboursOf } from "./neighbours.generated";
import type { Side, ViewNode } from "./view";
import styles from "./lineage.module.css";

interface Props {
  node: ViewNode;
  side: Side;
  at: AsOf;
  picked: readonly string[];
  onPick: (id: string) => void;
  onAll: () => void;
  onClose: () => void;
}

/** The neighbours of a node with too many to show at once: search them, and show one by one or the first 200. */
export function Beside({ node, side, at, picked, onPick, onAll, onClose }: Props) {
  const [search, setSearch] = useState("");
  const [after, setAfter] = useState<string | null>(null);
  const { data, error } = useAsk(NeighboursOf, {
    of: { id: node.id },
    direction: side === "upstream" ? "UPSTREAM" : "DOWNSTREAM",
    search: search.trim() || null,
    after,
    asOf: at.asOf,
    knownAt: at.knownAt,
  });
  const found = data?.lineageNeighbours;
  return (
    <Dialog
      open
      onClose={onClose}
      title={`${side === "upstream" ? "Upstream" : "Downstream"} of ${node.label.slice(0, 120)}`}
      subtitle={<span className={styles["quiet"]}>{found ? `${found.totalCount.toLocaleString("en")} nodes` : "…"}</span>}
      foot={
        <>
          {found?.pageInfo.hasNextPage && <Button onClick={() => setAfter(found.pageInfo.endCursor ?? null)}>Next 50</Button>}
          <Button look="main" onClick={onAll}>
            Show the first 200
          </Button>
        </>
      }
    >
      <Field
        label="Find among them"
        hideLabel
        placeholder="Find among them"
        value={search}
        autoFocus
        onChange={(event) => {
          setSearch(event.target.value);
          setAfter(null);
        }}
      />
      {error && <ErrorBox error={error} />}
      {found === undefined && !error && <Skeleton rows={6} />}
      <ul className={styles["besideList"]}>
        {found?.nodes.map(({ id, displayName, namespace }) => (
          <li key={id}>
            <span>
              {displayName.slice(0, 200)} <small>{namespace.slice(0, 120)}</small>
            </span>
            <Button small pressed={picked.includes(id)} onClick={() => onPick(id)}>
              {picked.includes(id) ? "Shown" : "Show"}
            </Button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
