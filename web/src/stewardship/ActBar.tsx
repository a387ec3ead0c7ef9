import { Check, Clock, MessageSquare, Split, Undo2, UserRound, X } from "lucide-react";
import { useState, type ReactNode } from "react";
import { Button, Dialog, Field, instantText } from "@/parts";
import { saidOf, type Act, type Done } from "./acts";
import { deferredUntil } from "./filters";
import type { ReviewTaskViewQuery } from "./task.generated";
import styles from "./stewardship.module.css";

type Task = NonNullable<ReviewTaskViewQuery["reviewTask"]>;
export type Asked = "defer" | "comment" | "assign" | null;

interface Props {
  task: Task;
  isBusy: boolean;
  onAct: (act: Act) => void;
  dialog: Asked;
  onDialog: (dialog: Asked) => void;
}

const DEFERRALS: readonly [string, number][] = [
  ["tomorrow", 1],
  ["in three days", 3],
  ["in a week", 7],
  ["in a month", 30],
];

/** What can be done to a task, each with its key. */
export function ActBar({ task, isBusy, onAct, dialog, onDialog }: Props) {
  const isOpen = task.status === "OPEN" || task.status === "DEFERRED";
  const [one, two] = task.entityType === "customer" ? ["One person", "Two people"] : ["One", "Two"];
  const isOne = task.left.goldenId !== null && task.left.goldenId === task.right.goldenId;
  return (
    <div className={styles["acts"]} role="toolbar" aria-label="What can be done">
      <Button look="main" icon={<Check aria-hidden />} disabled={!isOpen || isBusy} onClick={() => onAct({ what: "approve" })}>
        {one} <Key>a</Key>
      </Button>
      <Button look="danger" icon={<X aria-hidden />} disabled={!isOpen || isBusy || isOne} onClick={() => onAct({ what: "reject" })}>
        {two} <Key>r</Key>
      </Button>
      <Button icon={<Split aria-hidden />} disabled={!isOpen || isBusy || !isOne} title={isOne ? undefined : "They are in two golden records already"} onClick={() => onAct({ what: "split" })}>
        Take apart <Key>s</Key>
      </Button>
      <span className={styles["gap"]} />
      <Button look="plain" icon={<Clock aria-hidden />} disabled={!isOpen || isBusy} onClick={() => onDialog("defer")}>
        Later <Key>d</Key>
      </Button>
      <Button look="plain" icon={<UserRound aria-hidden />} disabled={!isOpen || isBusy} onClick={() => onAct(task.assignee ? { what: "unassign" } : { what: "assign", assignee: null })}>
        {task.assignee ? `${task.assignee.slice(0, 16)} ×` : "Mine"} <Key>m</Key>
      </Button>
      <Button look="plain" small icon={<UserRound aria-hidden />} aria-label="Assign to somebody else" disabled={!isOpen || isBusy} onClick={() => onDialog("assign")} />
      <Button look="plain" icon={<MessageSquare aria-hidden />} disabled={isBusy} onClick={() => onDialog("comment")}>
        Note <Key>c</Key>
      </Button>
      <Button look="plain" icon={<Undo2 aria-hidden />} disabled={isBusy || task.history.length === 0} onClick={() => onAct({ what: "undo" })}>
        Undo <Key>u</Key>
      </Button>
      <Dialog open={dialog === "defer"} onClose={() => onDialog(null)} title="Put off until" width={380}>
        <div className={styles["deferrals"]}>
          {DEFERRALS.map(([told, days]) => (
            <Button key={told} onClick={() => onAct({ what: "defer", until: deferredUntil(days) })}>
              {told} <small>{instantText(deferredUntil(days))}</small>
            </Button>
          ))}
        </div>
      </Dialog>
      <Words open={dialog === "comment"} title="A note for the history" label="Note" action="Add the note" onClose={() => onDialog(null)} onSay={(note) => onAct({ what: "comment", note })} />
      <Words open={dialog === "assign"} title="Who is to look" label="Name" action="Assign" onClose={() => onDialog(null)} onSay={(assignee) => onAct({ what: "assign", assignee })} />
    </div>
  );
}

function Key({ children }: { children: ReactNode }) {
  return <kbd aria-hidden>{children}</kbd>;
}

function Words({ open, title, label, action, onClose, onSay }: { open: boolean; title: string; label: string; action: string; onClose: () => void; onSay: (words: string) => void }) {
  const [words, setWords] = useState("");
  const say = () => {
    if (words.trim() === "") return;
    onSay(words.trim());
    setWords("");
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      width={440}
      foot={
        <Button look="main" disabled={words.trim() === ""} onClick={say}>
          {action}
        </Button>
      }
    >
      <Field label={label}>
        <textarea rows={3} maxLength={1000} value={words} onChange={({ target }) => setWords(target.value)} onKeyDown={(event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && say()} />
      </Field>
    </Dialog>
  );
}

interface DoneProps {
  done: Done | null;
  onUndo: () => void;
  onOverride: () => void;
  onForget: () => void;
}

/** What was just done, with the way back; or why it was not. */
export function DoneLine({ done, onUndo, onOverride, onForget }: DoneProps) {
  const canOverride = done?.error?.code === "CONFLICT" && done.act.what === "approve" && !done.act.override;
  return (
    <div role="status" className={styles["done"]} data-wrong={done?.error ? true : undefined} hidden={done === null}>
      {done && (
        <>
          <span>{saidOf(done)}</span>
          {!done.error && done.act.what !== "undo" && (
            <Button small look="plain" icon={<Undo2 aria-hidden />} onClick={onUndo}>
              Undo <kbd aria-hidden>u</kbd>
            </Button>
          )}
          {canOverride && (
            <Button small onClick={onOverride}>
              Merge all the same
            </Button>
          )}
          <Button small look="plain" icon={<X aria-hidden />} aria-label="Dismiss" onClick={onForget} />
        </>
      )}
    </div>
  );
}
