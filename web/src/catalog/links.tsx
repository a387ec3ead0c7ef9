import { Link } from "@tanstack/react-router";
import { KindIcon } from "./kinds";
import styles from "./links.module.css";

/** Names up to this length are shown whole, longer ones by the part that people say. */
const LONGEST = 44;

export interface Named {
  namespace: string;
  name: string;
  displayName?: string;
}

/** The page of an asset of any kind. */
export function AssetLink({ id, name, kind }: { id: string; name: string; kind?: string }) {
  return (
    <Link to={`/catalog/${encodeURIComponent(id)}`} search={{}} className={styles["link"]} title={name}>
      {kind && <KindIcon kind={kind} />}
      <span>{name}</span>
    </Link>
  );
}

/** The page of a dataset or job of which only the name is known. */
export function NameLink({ of, kind, column }: { of: Named; kind: "dataset" | "job"; column?: string | null }) {
  const shown = of.name.length <= LONGEST ? of.name : (of.displayName ?? of.name);
  return (
    <Link
      to={`/catalog/${kind}`}
      search={{ namespace: of.namespace, name: of.name, ...(column ? { tab: "schema", column } : {}) }}
      className={styles["link"]}
      title={`${of.namespace} · ${of.name}`}
    >
      <KindIcon kind={kind.toUpperCase()} size={13} />
      <span>{column ? `${shown}.${column}` : shown}</span>
    </Link>
  );
}

/** The screen of a run. */
export function RunLink({ id, children }: { id: string; children: React.ReactNode }) {
  return (
    <Link to={`/runs/${id}`} search={{}} className={styles["link"]}>
      {children}
    </Link>
  );
}
