import { RotateCcw } from "lucide-react";
import type { ReactNode } from "react";
import { Button, Copy, Drawer, EmptyState, ErrorBox, Skeleton, Table, type Column } from "@/parts";
import { useUrl } from "@/shell/url";
import { Raw } from "./Raw";
import styles from "./events.module.css";

interface ListProps<Letter> {
  label: string;
  /** Stands at the left above the letters: how many there are, and which are shown. */
  told: ReactNode;
  replay: { words: string; isOff: boolean; error: Error | null; onReplay: () => void };
  columns: readonly Column<Letter>[];
  rows: readonly Letter[];
  empty: string;
  onEnd: () => void;
  drawer: (id: string, onClose: () => void) => ReactNode;
}

/** What could not be used, of one kind: above it how much waits and its replay, beside it the one that is open. */
export function LetterList<Letter extends { id: string }>({ label, told, replay, columns, rows, empty, onEnd, drawer }: ListProps<Letter>) {
  const [url, set] = useUrl();
  const open = url["all"] !== "yes";
  return (
    <div className={styles["list"]}>
      <div className={styles["bar"]}>
        {told}
        <Button pressed={!open} onClick={() => set({ all: open ? "yes" : null })}>
          Replayed ones too
        </Button>
        <Button icon={<RotateCcw aria-hidden />} disabled={replay.isOff} onClick={replay.onReplay}>
          {replay.words}
        </Button>
      </div>
      {replay.error && <ErrorBox error={replay.error} />}
      {rows.length === 0 ? (
        <EmptyState title="Nothing waits">{empty}</EmptyState>
      ) : (
        <Table
          label={label}
          className={styles["table"]}
          columns={columns}
          rows={rows}
          keyOf={(letter) => letter.id}
          selected={url["letter"]}
          onOpen={(letter) => set({ letter: letter.id }, true)}
          onEnd={onEnd}
        />
      )}
      {url["letter"] && drawer(url["letter"], () => set({ letter: null }))}
    </div>
  );
}

interface PaperProps {
  title: string;
  /** What is asked of the server for it. */
  asked: { error: Error | null; isPending: boolean; refetch: () => unknown };
  isThere: boolean;
  gone: string;
  subtitle: ReactNode;
  foot: ReactNode;
  onClose: () => void;
  children: ReactNode;
}

/** One that could not be used, opened. */
export function LetterPaper({ title, asked, isThere, gone, subtitle, foot, onClose, children }: PaperProps) {
  const content = isThere ? <div className={styles["sections"]}>{children}</div> : <p>{gone}</p>;
  return (
    <Drawer open onClose={onClose} width={680} title={title} subtitle={isThere && <div className={styles["subtitle"]}>{subtitle}</div>} foot={isThere && foot}>
      {asked.error ? <ErrorBox error={asked.error} onRetry={() => void asked.refetch()} /> : asked.isPending ? <Skeleton rows={8} /> : content}
    </Drawer>
  );
}

/** The bytes of a letter as text. */
export function LetterText({ title, copy, text }: { title: string; copy: string; text: string | null }) {
  return (
    <section>
      <header className={styles["sectionHead"]}>
        <h3>{title}</h3>
        <Copy text={text ?? ""} label={copy} />
      </header>
      {text === null ? <p className={styles["quiet"]}>It has none.</p> : <Raw text={text} />}
    </section>
  );
}

/** What is wrong, the first of it in one line. */
export function Why({ problems }: { problems: readonly { path: string; reason: string }[] }) {
  const [first] = problems;
  return (
    <span className={styles["why"]} title={problems.map(({ path, reason }) => `${path} ${reason}`).join("\n").slice(0, 800)}>
      {first && <code>{first.path}</code>} {first?.reason}
      {problems.length > 1 && <small>{` and ${problems.length - 1} more`}</small>}
    </span>
  );
}
