import { Link } from "@tanstack/react-router";
import { useAsk } from "@/asking";
import { buttonClass, Chip, ErrorBox, Skeleton, type Tint } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { NameLink } from "@/catalog/links";
import { ColumnImpact, type ColumnImpactQuery } from "./column-impact.generated";
import { Card } from "./Overview";
import type { Dataset } from "./Screen";
import styles from "./asset.module.css";

type Impact = ColumnImpactQuery["impact"];

/** What a column comes from, and what is hit when it goes wrong. */
export function Column({ dataset, column }: { dataset: Dataset; column: string }) {
  const { asOf, knownAt } = useAsOf();
  const { data, error, isPending, refetch } = useAsk(ColumnImpact, { id: dataset.id, column, asOf, knownAt }, { keep: false });
  const sources = dataset.columnLineage.filter((edge) => edge.column === column || edge.column === null);
  const whole = new URLSearchParams({ dataset: dataset.name, namespace: dataset.namespace, column, format: "csv", ...(asOf ? { asOf } : {}), ...(knownAt ? { knownAt } : {}) });
  return (
    <>
      <Card title={`Where ${column} comes from`}>
        {sources.length === 0 ? (
          <p className={styles["quiet"]}>No event tells. Jobs with SQL are read for it; see the lineage.</p>
        ) : (
          <ul className={styles["sources"]}>
            {sources.map((edge) => (
              <li key={`${edge.fromDataset.namespace} ${edge.fromDataset.name} ${edge.fromColumn} ${edge.statedBy?.name}`}>
                <NameLink of={edge.fromDataset} kind="dataset" column={edge.fromColumn} />
                {edge.transformations.some(({ masking }) => masking) && <Chip tint="good">masked</Chip>}
                {edge.kind === "INFERRED" && <Chip>read from SQL</Chip>}
                {edge.statedBy && <NameLink of={edge.statedBy} kind="job" />}
              </li>
            ))}
          </ul>
        )}
      </Card>
      <Card
        title={`What is hit when ${column} goes wrong`}
        note={
          <>
            <a className={buttonClass({ small: true })} href={`/api/v1/lineage/impact?${whole}`} download={`impact-${column}.csv`}>
              CSV
            </a>
            <Link to={`/lineage/${dataset.id}`} search={{ column }} className={buttonClass({ small: true })}>
              In the lineage
            </Link>
          </>
        }
      >
        {error ? <ErrorBox error={error} onRetry={() => void refetch()} /> : isPending ? <Skeleton rows={5} /> : <Hit impact={data.impact} />}
      </Card>
    </>
  );
}

const TINTS: Record<string, Tint> = { CRITICAL: "bad", HIGH: "warn", MEDIUM: "gold", LOW: "quiet" };

function Hit({ impact }: { impact: Impact }) {
  const { totals, nodes, owners, beyond, truncated, pageInfo } = impact;
  if (nodes.length === 0) return <p className={styles["quiet"]}>Nothing that is known follows from it.</p>;
  const counts = [
    ["CRITICAL", totals.critical],
    ["HIGH", totals.high],
    ["MEDIUM", totals.medium],
    ["LOW", totals.low],
  ] as const;
  return (
    <div data-impact="">
      <div className={styles["chips"]}>
        {counts.map(([severity, count]) => count > 0 && <Chip key={severity} tint={TINTS[severity] ?? "quiet"}>{`${count} ${severity.toLowerCase()}`}</Chip>)}
        <span className={styles["quiet"]}>
          {totals.columns} columns in {totals.datasets} datasets, {totals.jobs} jobs
          {owners.length > 0 && `; tell ${owners.map(({ name }) => name).slice(0, 6).join(", ")}`}
        </span>
      </div>
      <table className={styles["hits"]}>
        <thead>
          <tr>
            <th>Severity</th>
            <th>What</th>
            <th>Columns</th>
            <th>Owner</th>
            <th className={styles["end"]}>Hops</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ node, severity, distance, isCertain, columns, allColumns, owners: whose, goldenRecords }) => (
            <tr key={node.id}>
              <td>
                <Chip tint={TINTS[severity] ?? "quiet"}>{severity.toLowerCase()}</Chip>
              </td>
              <td>
                <NameLink of={node} kind={node.kind === "JOB" ? "job" : "dataset"} />
                {!isCertain && <small> perhaps</small>}
                {goldenRecords && <small> golden {goldenRecords.entityType}</small>}
              </td>
              <td className={styles["wrap"]}>{allColumns ? "all" : columns.join(", ")}</td>
              <td className={styles["wrap"]}>{whose.map(({ name }) => name).join(", ")}</td>
              <td className={styles["end"]}>{distance}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {(pageInfo.hasNextPage || truncated || beyond > 0) && <p className={styles["quiet"]}>The nearest {nodes.length}; the CSV has all of them.</p>}
    </div>
  );
}
