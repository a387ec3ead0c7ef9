import { CircleCheck, CircleX } from "lucide-react";
import { Chip, EmptyState, Time } from "@/parts";
import { NameLink, RunLink } from "@/catalog/links";
import { Card } from "./Overview";
import type { Dataset } from "./Screen";
import styles from "./asset.module.css";

/** How its data were found to be, test by test and time by time. */
export function Quality({ dataset }: { dataset: Dataset }) {
  const points = dataset.quality.nodes;
  const tested = points.filter(({ assertions }) => assertions.length > 0);
  if (points.length === 0) {
    return (
      <EmptyState title="Its data were never tested here">
        Events with the facet “dataQualityAssertions” or “dataQualityMetrics” show here, as dbt, Great Expectations and Soda send them.
      </EmptyState>
    );
  }
  const names = [...new Set(tested.flatMap(({ assertions }) => assertions.map(label)))];
  const along = tested.slice().reverse();
  return (
    <div className={styles["mainColumn"]}>
      {names.length > 0 && (
        <Card title="Tests along time" note={<span className={styles["quiet"]}>latest at the right</span>}>
          <table className={styles["tests"]}>
            <tbody>
              {names.map((name) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td>
                    <span className={styles["marks"]}>
                      {along.map(({ eventId, eventTime, assertions }) => {
                        const found = assertions.find((one) => label(one) === name);
                        return found ? (
                          <i key={eventId} className={found.success ? styles["passed"] : styles["failed"]} title={`${new Date(eventTime).toISOString().slice(0, 16).replace("T", " ")} UTC: ${found.success ? "passed" : `failed${found.actual ? `, found ${found.actual}` : ""}`}`} />
                        ) : (
                          <i key={eventId} />
                        );
                      })}
                    </span>
                  </td>
                  <td className={styles["end"]}>
                    {tested.filter(({ assertions }) => assertions.some((one) => label(one) === name && !one.success)).length} failed
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Card>
      )}
      <Card title="What was found">
        <ul className={styles["found"]}>
          {points.map(({ eventId, eventTime, assertions, failures, metrics, runId, job }) => (
            <li key={eventId}>
              {failures > 0 ? <CircleX size={15} className={styles["bad"]} aria-label="failed" /> : <CircleCheck size={15} className={styles["good"]} aria-label="passed" />}
              <Time at={eventTime} />
              <span>{assertions.length > 0 && (failures > 0 ? `${failures} of ${assertions.length} tests failed` : `${assertions.length} tests passed`)}</span>
              {assertions
                .filter(({ success }) => !success)
                .map((one) => (
                  <Chip key={label(one)} tint="bad">
                    {label(one)}
                  </Chip>
                ))}
              {metrics?.rowCount !== null && metrics?.rowCount !== undefined && <span>{metrics.rowCount.toLocaleString("en")} rows</span>}
              <span className={styles["push"]}>
                {job && <NameLink of={job} kind="job" />} {runId && <RunLink id={runId}>run</RunLink>}
              </span>
            </li>
          ))}
        </ul>
      </Card>
    </div>
  );
}

function label({ assertion, column }: { assertion: string; column: string | null }): string {
  return column ? `${column}: ${assertion}` : assertion;
}
