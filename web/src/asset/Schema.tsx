import clsx from "clsx";
import { Search } from "lucide-react";
import { useState } from "react";
import { Chip, EmptyState, Time } from "@/parts";
import { useUrl } from "@/shell/url";
import { Column } from "./Column";
import { Card } from "./Overview";
import type { Dataset } from "./Screen";
import styles from "./asset.module.css";

/** Its columns, what one of them comes from and hits, and how they changed. */
export function Schema({ dataset }: { dataset: Dataset }) {
  const [{ column }, set] = useUrl();
  const [words, setWords] = useState("");
  const shown = dataset.columns.filter(({ path }) => path.toLowerCase().includes(words.toLowerCase()));
  if (dataset.columns.length === 0) {
    return <EmptyState title="Its columns are not known">No event carried the facet “schema” for it.</EmptyState>;
  }
  return (
    <div className={styles["schema"]}>
      <Card
        title={`${words ? `${shown.length} of ` : ""}${dataset.columns.length} columns`}
        note={
          dataset.columns.length > 12 && (
            <label className={styles["filter"]}>
              <Search size={13} aria-hidden />
              <input type="search" placeholder="Find a column" aria-label="Find a column" value={words} onChange={(event) => setWords(event.target.value)} />
            </label>
          )
        }
      >
        <ul className={styles["columns"]}>
          {shown.slice(0, 500).map(({ path, type, description, tags }) => (
            <li key={path}>
              <button
                type="button"
                aria-pressed={column === path}
                className={clsx(styles["column"], column === path && styles["chosen"])}
                onClick={() => set({ column: column === path ? null : path }, true)}
              >
                <span className={styles["path"]}>{path}</span>
                <code>{type}</code>
                {tags.map(({ key, value }) => (
                  <Chip key={key}>{value && value !== "true" ? `${key}: ${value}` : key}</Chip>
                ))}
                {description && <small>{description}</small>}
              </button>
            </li>
          ))}
        </ul>
        {shown.length > 500 && <p className={styles["quiet"]}>The first 500; find a column by its name.</p>}
      </Card>
      <div className={styles["mainColumn"]}>
        {column ? <Column dataset={dataset} column={column} /> : <p className={styles["hint"]}>Choose a column to see what it comes from and whom it hits.</p>}
        <Changes dataset={dataset} />
      </div>
    </div>
  );
}

const WORDS: Record<string, string> = { ADDED: "added", REMOVED: "removed", RENAMED: "renamed", TYPE_CHANGED: "type", DESCRIBED: "described" };

function Changes({ dataset: { schemaHistory } }: { dataset: Dataset }) {
  return (
    <Card title="How the columns changed">
      <ol className={styles["changes"]}>
        {schemaHistory.versions.map(({ validFrom, validTo, isBreaking, changes, columns }, index) => (
          <li key={validFrom}>
            <div className={styles["changeHead"]}>
              <b>
                <Time at={validFrom} />
              </b>
              {isBreaking && <Chip tint="bad">may break readers</Chip>}
              {index === 0 && validTo === null && <Chip tint="good">as it is</Chip>}
            </div>
            {changes.length === 0 ? (
              <small>{columns.length} columns, the first that were told</small>
            ) : (
              <ul>
                {changes.map(({ kind, before, after, isBreaking: breaks }) => (
                  <li key={kind + (before?.path ?? "") + (after?.path ?? "")} className={breaks ? styles["breaks"] : undefined}>
                    <small>{WORDS[kind] ?? kind.toLowerCase()}</small>{" "}
                    {kind === "ADDED" && <code>{`${after?.path} ${after?.type ?? ""}`}</code>}
                    {kind === "REMOVED" && <code>{before?.path}</code>}
                    {kind === "RENAMED" && <code>{`${before?.path} → ${after?.path}`}</code>}
                    {kind === "TYPE_CHANGED" && <code>{`${after?.path}: ${before?.type} → ${after?.type}`}</code>}
                    {kind === "DESCRIBED" && <code>{after?.path}</code>}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
      {schemaHistory.truncated && <p className={styles["quiet"]}>Earlier versions are not shown.</p>}
    </Card>
  );
}

