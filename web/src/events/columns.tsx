import { TriangleAlert } from "lucide-react";
import { Chip, Time, type Column, type Tint } from "@/parts";
import { NameLink, RunLink } from "@/catalog/links";
import type { EventListQuery } from "./event-list.generated";
import styles from "./events.module.css";

export type Event = EventListQuery["events"]["nodes"][number];

const TINTS: Readonly<Record<string, Tint>> = { COMPLETE: "good", FAIL: "bad", ABORT: "warn", START: "gold", RUNNING: "gold" };

/** The type of a run event, or what kind of event it is otherwise. */
export function EventType({ event: { eventType, kind } }: { event: { eventType: string | null; kind: string } }) {
  const word = eventType ?? kind;
  return <Chip tint={TINTS[word] ?? "quiet"}>{word.toLowerCase()}</Chip>;
}

/** How events are listed. */
export const COLUMNS: readonly Column<Event>[] = [
  { id: "at", head: "Time", width: "184px", cell: (event) => <Time at={event.eventTime} exact /> },
  { id: "type", head: "Type", width: "104px", cell: (event) => <EventType event={event} /> },
  {
    id: "of",
    head: "Job or dataset",
    width: "minmax(200px, 1.6fr)",
    cell: (event) => (event.job ? <NameLink of={event.job} kind="job" /> : event.dataset ? <NameLink of={event.dataset} kind="dataset" /> : null),
  },
  {
    id: "run",
    head: "Run",
    width: "110px",
    cell: (event) => event.runId && <RunLink id={event.runId}>{event.runId.slice(0, 8)}</RunLink>,
  },
  { id: "producer", head: "Producer", width: "minmax(137px, 1.1fr)", cell: (event) => <span className={styles["quiet"]} title={event.producer?.slice(0, 300)}>{event.producer}</span> },
  { id: "recorded", head: "Recorded", width: "120px", cell: (event) => <Time at={event.systemFrom} relative /> },
  {
    id: "warnings",
    head: "Warnings",
    width: "92px",
    cell: (event) =>
      event.warnings.length > 0 && (
        <Chip tint="warn" icon={<TriangleAlert aria-hidden />} title={event.warnings.map(({ path, reason }) => `${path} ${reason}`).join("\n").slice(0, 600)}>
          {event.warnings.length}
        </Chip>
      ),
  },
];
