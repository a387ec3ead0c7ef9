import { Chip, durationText, EmptyState, StateChip, Time } from "@/parts";
import { NameLink, RunLink } from "@/catalog/links";
import { bytes, Card } from "./Overview";
import type { Dataset } from "./Screen";
import styles from "./asset.module.css";

/** Every version of its data that is known: by which run, when, how much. */
export function Versions({ dataset }: { dataset: Dataset }) {
  const { nodes, pageInfo } = dataset.dataVersions;
  if (nodes.length === 0) return <EmptyState title="No run has written it">A version comes here with each run that writes it and goes well.</EmptyState>;
  const volumes = new Map(dataset.volume.nodes.flatMap((one) => (one.runId && one.isOutput !== false ? [[one.runId, one.volume] as const] : [])));
  return (
    <Card title="Versions of its data" note={pageInfo.hasNextPage ? <span className={styles["quiet"]}>the last {nodes.length}</span> : undefined}>
      <table className={styles["hits"]}>
        <thead>
          <tr>
            <th>Written</th>
            <th>By</th>
            <th>Version</th>
            <th className={styles["end"]}>Rows</th>
            <th className={styles["end"]}>Size</th>
            <th className={styles["end"]}>Took</th>
            <th>Run</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ version, isStated, lifecycle, runId, writtenAt, job, run }) => {
            const volume = runId ? volumes.get(runId) : undefined;
            return (
              <tr key={version + writtenAt}>
                <td>
                  <Time at={writtenAt} />
                </td>
                <td>{job ? <NameLink of={job} kind="job" /> : <small>its owner</small>}</td>
                <td className={styles["wrap"]}>
                  {isStated ? <code>{version}</code> : <small title={version}>{version.slice(0, 8)}</small>} {lifecycle && <Chip>{lifecycle.toLowerCase()}</Chip>}
                </td>
                <td className={styles["end"]}>{volume?.rowCount?.toLocaleString("en")}</td>
                <td className={styles["end"]}>{bytes(volume?.bytes)}</td>
                <td className={styles["end"]}>{run?.durationSeconds != null && durationText(run.durationSeconds)}</td>
                <td>{runId && run && <RunLink id={runId}><StateChip state={run.state} /></RunLink>}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Card>
  );
}
