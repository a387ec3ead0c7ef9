import { useAsk } from "@/asking";
import { durationText, EmptyState, ErrorBox, Skeleton, StateChip, Time } from "@/parts";
import { useAsOf } from "@/shell/as-of";
import { NameLink, RunLink } from "@/catalog/links";
import { JobRuns as Document } from "./job-runs.generated";
import { Card } from "./Overview";
import type { Job } from "./Screen";
import styles from "./asset.module.css";

/** The last runs of a job. */
export function JobRuns({ job }: { job: Job }) {
  const { asOf, knownAt } = useAsOf();
  const named = { namespace: job.namespace, name: job.name };
  const { data, error, isPending, refetch } = useAsk(Document, { job: named, asOf, knownAt });
  if (error) return <ErrorBox error={error} onRetry={() => void refetch()} />;
  if (isPending) return <Skeleton rows={8} />;
  const runs = data.runs.nodes;
  if (runs.length === 0) return <EmptyState title="It never ran">Nothing is known of a run of this job at the chosen instants.</EmptyState>;
  return (
    <Card title="Runs" note={data.runs.pageInfo.hasNextPage ? <span className={styles["quiet"]}>the last {runs.length}</span> : undefined}>
      <table className={styles["hits"]}>
        <thead>
          <tr>
            <th>State</th>
            <th>Began</th>
            <th className={styles["end"]}>Took</th>
            <th>Wrote</th>
            <th>Error</th>
          </tr>
        </thead>
        <tbody>
          {runs.map((run) => (
            <tr key={run.id}>
              <td>
                <RunLink id={run.id}>
                  <StateChip state={run.state} />
                </RunLink>
              </td>
              <td>
                <RunLink id={run.id}>
                  <Time at={run.startedAt} />
                </RunLink>
              </td>
              <td className={styles["end"]}>{run.durationSeconds !== null && durationText(run.durationSeconds)}</td>
              <td>
                {run.outputs.slice(0, 2).map((one) => (
                  <span key={one.namespace + one.name}>
                    <NameLink of={one} kind="dataset" />
                    {one.volume?.rowCount != null && <small> {one.volume.rowCount.toLocaleString("en")} rows</small>}
                  </span>
                ))}
              </td>
              <td className={styles["wrap"]}>{run.error && <span className={styles["bad"]}>{run.error.message.split("\n")[0]?.slice(0, 160)}</span>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
