import { RotateCcw } from "lucide-react";
import { useAsk, useAskPages, useTell } from "@/asking";
import { Button, Chip, Copy, Drawer, EmptyState, ErrorBox, Field, Skeleton, Table, Time, type Column } from "@/parts";
import { useUrl } from "@/shell/url";
import { Why } from "./Letters";
import { Problems, Raw } from "./Raw";
import { ReplayStreamLetters } from "./replay-stream-letters.generated";
import { StreamLetterList, type StreamLetterListQuery } from "./stream-letter-list.generated";
import { StreamLetterView } from "./stream-letter-view.generated";
import styles from "./events.module.css";

type Letter = StreamLetterListQuery["streamDeadLetters"]["nodes"][number];

/** Messages of topics that could not be used, and asking for them to be sent once more. */
export function StreamLetters() {
  const [url, set] = useUrl();
  const open = url["all"] !== "yes";
  const topic = url["topic"] ?? null;
  const list = useAskPages(StreamLetterList, { topic, open }, (data) => data.streamDeadLetters.pageInfo, { every: 5_000 });
  const replay = useTell(ReplayStreamLetters);
  if (list.error) return <ErrorBox error={list.error} onRetry={list.refetch} />;
  if (list.isPending) return <Skeleton rows={10} />;
  const rows = list.pages.flatMap(({ streamDeadLetters }) => streamDeadLetters.nodes);
  const topics = list.pages[0]?.streamDeadLetters.topics ?? [];
  const waiting = rows.filter((letter) => stateOf(letter) === "waits").slice(0, 100);
  if (topics.length === 0) {
    return <EmptyState title="No message was refused">Messages of Kafka topics that cannot be used come here with the reason, and to the topic’s “.dead”.</EmptyState>;
  }
  return (
    <div className={styles["list"]}>
      <div className={styles["bar"]}>
        <Field label="Topic" hideLabel>
          <select value={topic ?? ""} onChange={(event) => set({ topic: event.target.value })}>
            <option value="">all topics</option>
            {topics.map(({ topic: name, letters, waiting: wait }) => (
              <option key={name} value={name}>{`${name} (${wait} of ${letters} wait)`}</option>
            ))}
          </select>
        </Field>
        <span className={styles["told"]} role="status">
          {`${rows.length.toLocaleString("en")}${list.hasMore ? "+" : ""} here`}
        </span>
        <Button pressed={!open} onClick={() => set({ all: open ? "yes" : null })}>
          Replayed ones too
        </Button>
        <Button icon={<RotateCcw aria-hidden />} disabled={replay.isPending || waiting.length === 0} onClick={() => replay.mutate({ ids: waiting.map(({ id }) => id) })}>
          {replay.isPending ? "Asking…" : `Replay ${waiting.length || "none"} of these`}
        </Button>
      </div>
      {replay.error && <ErrorBox error={replay.error} />}
      {rows.length === 0 ? (
        <EmptyState title="Nothing waits">All of them were replayed.</EmptyState>
      ) : (
        <Table
          label="Messages that could not be used"
          className={styles["table"]}
          columns={COLUMNS}
          rows={rows}
          keyOf={(letter) => letter.id}
          selected={url["letter"]}
          onOpen={(letter) => set({ letter: letter.id }, true)}
          onEnd={list.more}
        />
      )}
      {url["letter"] && <LetterDrawer id={url["letter"]} onClose={() => set({ letter: null })} />}
    </div>
  );
}

function stateOf({ replayAskedAt, replayedAt }: { replayAskedAt: string | null; replayedAt: string | null }): "waits" | "asked" | "sent" {
  if (replayAskedAt !== null && (replayedAt === null || replayedAt < replayAskedAt)) return "asked";
  return replayedAt === null ? "waits" : "sent";
}

function StreamState({ letter }: { letter: Pick<Letter, "replayAskedAt" | "replayedAt"> }) {
  const state = stateOf(letter);
  if (state === "asked") return <Chip tint="gold" title="A worker that reaches the broker sends it within seconds">asked for</Chip>;
  return state === "sent" ? <Chip tint="good">sent again</Chip> : <Chip tint="warn">waits</Chip>;
}

const COLUMNS: readonly Column<Letter>[] = [
  { id: "at", head: "Kept", width: "184px", cell: (letter) => <Time at={letter.receivedAt} exact /> },
  { id: "topic", head: "Topic", width: "minmax(140px, 1fr)", cell: (letter) => letter.topic },
  { id: "place", head: "Place", width: "120px", end: true, cell: (letter) => `${letter.partition} : ${letter.offset}` },
  { id: "why", head: "Why it could not be used", width: "minmax(336px, 2.4fr)", cell: (letter) => <Why problems={letter.problems} /> },
  { id: "size", head: "Bytes", width: "84px", end: true, cell: (letter) => letter.size.toLocaleString("en") },
  { id: "state", head: "State", width: "112px", cell: (letter) => <StreamState letter={letter} /> },
];

function LetterDrawer({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, error, isPending, refetch } = useAsk(StreamLetterView, { id }, { keep: false, every: 3_000 });
  const replay = useTell(ReplayStreamLetters);
  const letter = data?.streamDeadLetter;
  return (
    <Drawer
      open
      onClose={onClose}
      width={680}
      title="Message that could not be used"
      subtitle={
        letter && (
          <div className={styles["subtitle"]}>
            <StreamState letter={letter} />
            <span>
              {letter.topic}, partition {letter.partition}, offset {letter.offset}
            </span>
          </div>
        )
      }
      foot={
        letter && (
          <Button look="main" icon={<RotateCcw aria-hidden />} disabled={replay.isPending || stateOf(letter) === "asked"} onClick={() => replay.mutate({ ids: [id] })}>
            {stateOf(letter) === "asked" ? "A worker will send it" : stateOf(letter) === "sent" ? "Send it once more" : "Replay"}
          </Button>
        )
      }
    >
      {error ? (
        <ErrorBox error={error} onRetry={() => void refetch()} />
      ) : isPending ? (
        <Skeleton rows={8} />
      ) : letter ? (
        <div className={styles["sections"]}>
          {replay.error && <ErrorBox error={replay.error} />}
          <Problems title="Why it could not be used" problems={letter.problems} tint="bad" />
          <dl className={styles["facts"]}>
            <Fact label="Key" value={letter.content.key} />
            <Fact label="Time of the message" value={<Time at={letter.messageAt} exact />} />
            <Fact label="Written to the dead topic" value={letter.publishedAt ? <Time at={letter.publishedAt} exact /> : "not yet"} />
            <Fact label="Replay asked for" value={letter.replayAskedAt && <Time at={letter.replayAskedAt} exact />} />
            <Fact label="Sent again" value={letter.replayedAt && <Time at={letter.replayedAt} exact />} />
            {letter.content.headers.map(({ name, value }) => (
              <Fact key={name} label={`Header ${name}`} value={value} />
            ))}
          </dl>
          <section>
            <header className={styles["sectionHead"]}>
              <h3>Value</h3>
              <Copy text={letter.content.value ?? ""} label="Copy the value" />
            </header>
            {letter.content.value === null ? <p className={styles["quiet"]}>It has none.</p> : <Raw text={letter.content.value} />}
          </section>
        </div>
      ) : (
        <p>No message has this id. It may have been erased.</p>
      )}
    </Drawer>
  );
}

function Fact({ label, value }: { label: string; value: React.ReactNode }) {
  if (value === null || value === "") return null;
  return (
    <div>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}
