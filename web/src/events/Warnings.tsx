import { useAskPages } from "@/asking";
import { EmptyState, ErrorBox, Skeleton, Table, Time } from "@/parts";
import { useUrl } from "@/shell/url";
import { COLUMNS } from "./columns";
import { EventDrawer } from "./EventDrawer";
import { WarningList } from "./warning-list.generated";
import styles from "./events.module.css";

/** A path for all elements of its arrays, as the counts have it. */
const general = (path: string) => path.replaceAll(/\[\d+\]/g, "[]");

/** Events that did not follow the specification and were recorded all the same, and what is wrong most often. */
export function Warnings() {
  const [url, set] = useUrl();
  const list = useAskPages(WarningList, {}, (data) => data.eventWarnings.pageInfo);
  if (list.error) return <ErrorBox error={list.error} onRetry={list.refetch} />;
  if (list.isPending) return <Skeleton rows={10} />;
  const counts = list.pages[0]?.eventWarningCounts ?? [];
  const all = list.pages.flatMap(({ eventWarnings }) => eventWarnings.nodes);
  const told = url["path"];
  const rows = told ? all.filter(({ warnings }) => warnings.some(({ path, reason }) => `${general(path)} ${reason}` === told)) : all;
  if (counts.length === 0 && all.length === 0) {
    return <EmptyState title="Every event is as specified">What is not as OpenLineage has it shows here; it is recorded all the same.</EmptyState>;
  }
  return (
    <div className={styles["list"]}>
      <ul className={styles["counts"]} aria-label="What is wrong most often">
        {counts.map(({ path, reason, events, lastAt }) => {
          const key = `${path} ${reason}`;
          return (
            <li key={key}>
              <button type="button" aria-pressed={told === key} onClick={() => set({ path: told === key ? null : key })}>
                <b className="numbers">{events.toLocaleString("en")}</b>
                <span>
                  <code>{path}</code> {reason}
                </span>
                <small>
                  last <Time at={lastAt} relative />
                </small>
              </button>
            </li>
          );
        })}
      </ul>
      {rows.length === 0 ? (
        <EmptyState title="None of those that are here">Scroll the list of all to get earlier ones.</EmptyState>
      ) : (
        <Table
          label="Events with warnings"
          className={styles["table"]}
          columns={COLUMNS}
          rows={rows}
          keyOf={(event) => event.id}
          selected={url["event"]}
          onOpen={(event) => set({ event: event.id }, true)}
          onEnd={list.more}
        />
      )}
      {url["event"] && <EventDrawer id={url["event"]} onClose={() => set({ event: null })} />}
    </div>
  );
}
