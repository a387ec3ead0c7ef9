import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ArrowRight, Search } from "lucide-react";
import { useMemo, useState } from "react";
import { useAsk, useLive } from "@/asking";
import { durationText, ErrorBox, Page, Skeleton, Stat, StateChip, Time } from "@/parts";
import { addressOf, kindLook } from "@/shell/kinds";
import { openPalette } from "@/shell/Palette";
import { useSeen } from "@/shell/recent";
import { FirstSteps } from "@/start/FirstSteps";
import { Health, type HealthQuery } from "./health.generated";
import { AnyRunChanged } from "./run-changed.generated";
import styles from "./home.module.css";

const DAY = 86_400_000;

/** Home: the one box, how the catalog does in four numbers, what ran, and what was seen lately. */
export function Screen() {
  const yesterday = useMemo(() => new Date(Math.floor((Date.now() - DAY) / 60_000) * 60_000).toISOString(), []);
  const client = useQueryClient();
  const { data, error, refetch } = useAsk(Health, { yesterday }, { every: 30_000 });
  useLive(AnyRunChanged, {}, () => void client.invalidateQueries({ queryKey: [Health.name] }), data !== undefined);
  const isEmpty = data !== undefined && data.everything.count === 0 && data.customers.nodes.length === 0;
  // Who saw the first steps goes on seeing them: what they wait for is told there.
  const [wasEmpty, setWasEmpty] = useState(false);
  if (isEmpty && !wasEmpty) setWasEmpty(true);
  return (
    <Page
      title="Home"
      size="read"
      heading="What was true, how it came to be, and how we know."
      about={data ? <Holdings data={data} /> : " "}
    >
      <button type="button" className={styles["find"]} onClick={openPalette}>
        <Search size={19} aria-hidden />
        <span>Find a customer, dataset, column, job, run or file</span>
        <kbd>{/Mac|iP/.test(navigator.platform) ? "⌘K" : "Ctrl K"}</kbd>
      </button>
      {error && <ErrorBox error={error} onRetry={() => void refetch()} />}
      {wasEmpty ? <FirstSteps isEmpty /> : <Overview data={data} yesterday={yesterday} />}
    </Page>
  );
}

function Holdings({ data }: { data: HealthQuery }) {
  const kinds = new Map(
    data.everything.facets.find(({ aspect }) => aspect === "kind")?.values.map(({ value, count }) => [value.toLowerCase(), count]),
  );
  const [datasets, jobs] = [kinds.get("dataset") ?? 0, kinds.get("job") ?? 0];
  return (
    <span className="numbers">
      {datasets.toLocaleString("en")} dataset{datasets === 1 ? "" : "s"} and {jobs.toLocaleString("en")} job{jobs === 1 ? "" : "s"} are
      known.
    </span>
  );
}

function Overview({ data, yesterday }: { data: HealthQuery | undefined; yesterday: string }) {
  const seen = useSeen();
  return (
    <>
      <Numbers data={data} yesterday={yesterday} />
      <div className={styles["halves"]}>
        <section aria-labelledby="ran">
          <div className={styles["head"]}>
            <h2 id="ran">Ran lately</h2>
            <Link to="/runs">
              All runs <ArrowRight size={13} aria-hidden />
            </Link>
          </div>
          {data === undefined ? <Skeleton rows={6} /> : <Runs runs={data.latest.nodes} />}
        </section>
        <section aria-labelledby="seen">
          <div className={styles["head"]}>
            <h2 id="seen">Seen lately</h2>
          </div>
          {seen.length === 0 ? (
            <p className={styles["note"]}>What you open is listed here, on this machine alone.</p>
          ) : (
            <ul className={styles["list"]}>
              {seen.slice(0, 8).map((one) => {
                const { icon: Icon, label } = kindLook(one.kind);
                const { to, search } = addressOf(one.kind, one.id);
                return (
                  <li key={one.kind + one.id}>
                    <Link to={to} search={{ ...search }} className={styles["row"]}>
                      <Icon size={15} aria-hidden />
                      <span className={styles["name"]} title={one.name}>
                        {one.name}
                      </span>
                      <span className={styles["more"]}>{label}</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          )}
        </section>
      </div>
    </>
  );
}

function Numbers({ data, yesterday }: { data: HealthQuery | undefined; yesterday: string }) {
  const overdue = data?.overdue.nodes.length;
  const failed = data?.failed.nodes.length;
  const tasks = data?.reviewTasks.totalCount;
  const waiting = data?.deadLetters.tally.waiting;
  const gaps = data?.lineageGaps.counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={styles["numbers"]}>
      <Stat
        label="Overdue datasets"
        value={overdue === undefined ? undefined : many(overdue)}
        note={overdue === undefined ? undefined : overdue > 0 ? "not written when they usually are" : "everything is fresh"}
        {...(overdue ? { tint: "warn" as const } : {})}
        to="/catalog"
        search={{ freshness: "OVERDUE" }}
      />
      <Stat
        label="Failed runs"
        value={failed === undefined ? undefined : many(failed)}
        note="in the last 24 hours"
        {...(failed ? { tint: "bad" as const } : {})}
        to="/runs"
        search={{ state: "FAIL", since: yesterday }}
      />
      <Stat label="Waiting for a steward" value={tasks?.toLocaleString("en")} note="open review tasks" to="/stewardship" />
      <Stat
        label="Refused messages"
        value={waiting?.toLocaleString("en")}
        note={gaps === undefined ? undefined : `${gaps.toLocaleString("en")} gap${gaps === 1 ? "" : "s"} in the lineage`}
        {...(waiting ? { tint: "bad" as const } : {})}
        to="/events"
        search={{ tab: "letters" }}
      />
    </div>
  );
}

function Runs({ runs }: { runs: HealthQuery["latest"]["nodes"] }) {
  if (runs.length === 0) return <p className={styles["note"]}>No run is known yet.</p>;
  return (
    <ul className={styles["list"]}>
      {runs.map((run) => (
        <li key={run.id}>
          <Link to={`/runs/${run.id}`} className={styles["row"]}>
            <StateChip state={run.state} />
            <span className={styles["name"]} title={run.job.name}>
              {run.job.displayName}
            </span>
            <span className={styles["more"]}>
              {run.durationSeconds != null && <>{durationText(run.durationSeconds)} · </>}
              <Time at={run.startedAt} relative />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

/** A count of at most a page: the page's size means that there may be more. */
function many(count: number): string {
  return count >= 100 ? "100+" : String(count);
}
