import { RotateCcw } from "lucide-react";
import { useAsk, useAskPages, useTell } from "@/asking";
import { Button, Chip, EmptyState, ErrorBox, Field, Skeleton, Time, type Column } from "@/parts";
import { useUrl } from "@/shell/url";
import { LetterList, LetterPaper, LetterText, Why } from "./LetterList";
import { Problems } from "./Raw";
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
    <LetterList
      label="Messages that could not be used"
      told={
        <>
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
        </>
      }
      replay={{
        words: replay.isPending ? "Asking…" : `Replay ${waiting.length || "none"} of these`,
        isOff: replay.isPending || waiting.length === 0,
        error: replay.error,
        onReplay: () => replay.mutate({ ids: waiting.map(({ id }) => id) }),
      }}
      columns={COLUMNS}
      rows={rows}
      empty="All of them were replayed."
      onEnd={list.more}
      drawer={(id, onClose) => <LetterDrawer id={id} onClose={onClose} />}
    />
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
  const asked = useAsk(StreamLetterView, { id }, { keep: false, every: 3_000 });
  const replay = useTell(ReplayStreamLetters);
  const letter = asked.data?.streamDeadLetter;
  return (
    <LetterPaper
      title="Message that could not be used"
      asked={asked}
      isThere={letter != null}
      gone="No message has this id. It may have been erased."
      onClose={onClose}
      subtitle={
        letter && (
          <>
            <StreamState letter={letter} />
            <span>
              {letter.topic}, partition {letter.partition}, offset {letter.offset}
            </span>
          </>
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
      {letter && (
        <>
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
          <LetterText title="Value" copy="Copy the value" text={letter.content.value} />
        </>
      )}
    </LetterPaper>
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
