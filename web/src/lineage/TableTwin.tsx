import { Chip, EmptyState, Table, Time, type Column } from "@/parts";
import { kindLook } from "@/shell/kinds";
import type { View, ViewNode } from "./view";
import styles from "./lineage.module.css";

interface Props {
  view: View;
  selected: string | null;
  isCompared: boolean;
  onSelect: (id: string) => void;
}

/** The same graph as a table: a row for each node, with what it comes from and where it goes. */
export function TableTwin({ view, selected, isCompared, onSelect }: Props) {
  const since = new Map<string, string>();
  for (const { from, to, validFrom } of view.edges) {
    for (const id of [from, to]) {
      const known = since.get(id);
      if (known === undefined || validFrom < known) since.set(id, validFrom);
    }
  }
  const names = (ids: readonly string[] | undefined) => (ids ?? []).map((id) => view.byId.get(id)?.label ?? id).join(", ");
  const columns: Column<ViewNode>[] = [
    {
      id: "kind",
      head: "Kind",
      width: "112px",
      cell: ({ kind, lane }) => {
        const { label, icon: Icon } = kindLook(kind);
        return (
          <Chip tint={`kind-${lane}`} icon={<Icon aria-hidden />}>
            {label}
          </Chip>
        );
      },
    },
    ...(isCompared
      ? [{ id: "change", head: "Change", width: "96px", cell: ({ change }: ViewNode) => (change === "same" ? "" : <b className={styles[`word-${change}`]}>{change}</b>) }]
      : []),
    { id: "name", head: "Name", width: "minmax(180px, 1.4fr)", cell: ({ label, name }) => <span title={name.slice(0, 1000)}>{label.slice(0, 300)}</span> },
    { id: "namespace", head: "Namespace", width: "minmax(140px, 1fr)", cell: ({ namespace }) => <span title={namespace}>{namespace.slice(0, 300)}</span> },
    { id: "from", head: "Comes from", width: "minmax(160px, 1.2fr)", cell: ({ id, hidden }) => <Listed text={names(view.before.get(id))} hidden={hidden.upstream} /> },
    { id: "to", head: "Goes to", width: "minmax(160px, 1.2fr)", cell: ({ id, hidden }) => <Listed text={names(view.after.get(id))} hidden={hidden.downstream} /> },
    { id: "since", head: "Since", width: "166px", cell: ({ id }) => <Time at={since.get(id) ?? null} /> },
  ];
  const rows = [...view.nodes].sort((a, b) => (a.label.toLowerCase() < b.label.toLowerCase() ? -1 : 1));
  return (
    <Table
      label="Nodes of the lineage"
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      selected={selected}
      onOpen={({ id }) => onSelect(id)}
      className={styles["twin"]}
      empty={<EmptyState title="No node" />}
    />
  );
}

function Listed({ text, hidden }: { text: string; hidden: number }) {
  return (
    <span title={text.slice(0, 2000)}>
      {text.slice(0, 400)}
      {hidden > 0 && <span className={styles["quiet"]}> +{hidden}</span>}
    </span>
  );
}
