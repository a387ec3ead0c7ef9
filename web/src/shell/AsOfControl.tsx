import clsx from "clsx";
import { Clock3 } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import { Button, Field, instantText } from "@/parts";
import { instant, useAsOf } from "./as-of";
import styles from "./shell.module.css";

const PRESETS: readonly [string, number | null][] = [
  ["now", null],
  ["1 h ago", 3600],
  ["yesterday", 86_400],
  ["a week ago", 7 * 86_400],
  ["a month ago", 30 * 86_400],
];

/** The two dials of time travel: when it held in the world, and what was known by then. */
export function AsOfControl() {
  const { asOf, knownAt, isPast, choose } = useAsOf();
  const [open, setOpen] = useState(false);
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger className={clsx(styles["asOf"], isPast && styles["past"])}>
        <Clock3 size={15} aria-hidden />
        {isPast ? (
          <span>
            valid <b>{asOf ? instantText(asOf) : "now"}</b> · known <b>{knownAt ? instantText(knownAt) : "now"}</b>
          </span>
        ) : (
          <span>as of now</span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className={styles["dials"]} align="end" sideOffset={6} collisionPadding={12} aria-label="Time travel">
          <Dial title="Valid at" about="when it held in the world" value={asOf} onChoose={(at) => choose({ asOf: at })} />
          <Dial title="Known at" about="what had been recorded by then" value={knownAt} onChoose={(at) => choose({ knownAt: at })} />
          <div className={styles["dialsFoot"]}>
            <small>All times are UTC.</small>
            <Button small disabled={!isPast} onClick={() => choose({ asOf: null, knownAt: null })}>
              Back to now
            </Button>
          </div>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

interface DialProps {
  title: string;
  about: string;
  value: string | null;
  onChoose: (at: string | null) => void;
}

function Dial({ title, about, value, onChoose }: DialProps) {
  const [typed, setTyped] = useState(local(value));
  useEffect(() => setTyped(local(value)), [value]);
  const commit = (text: string) => {
    setTyped(text);
    if (text === "") onChoose(null);
    else if (instant(text) !== null && /^[12]\d{3}/.test(text)) onChoose(instant(text));
  };
  return (
    <fieldset className={styles["dial"]}>
      <legend>
        {title} <small>{about}</small>
      </legend>
      <Field label={title} hideLabel>
        <input type="datetime-local" step="1" value={typed} onChange={(event) => commit(event.target.value)} />
      </Field>
      <div className={styles["presets"]}>
        {PRESETS.map(([label, seconds]) => (
          <Button
            key={label}
            small
            look="plain"
            pressed={seconds === null && value === null}
            onClick={() => onChoose(seconds === null ? null : minutesAgo(seconds))}
          >
            {label}
          </Button>
        ))}
      </div>
    </fieldset>
  );
}

function local(at: string | null): string {
  return at === null ? "" : new Date(at).toISOString().slice(0, 19);
}

function minutesAgo(seconds: number): string {
  return new Date(Math.floor((Date.now() - seconds * 1000) / 60_000) * 60_000).toISOString();
}
