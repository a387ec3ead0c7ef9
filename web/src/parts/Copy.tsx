import { Check, Copy as CopyIcon } from "lucide-react";
import { useState } from "react";
import { Button } from "./Button";
import styles from "./parts.module.css";

/** Puts a text into the clipboard. */
export function Copy({ text, label = "Copy", children }: { text: string; label?: string; children?: string }) {
  const [done, setDone] = useState(false);
  const copy = async () => {
    await copied(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const icon = done ? <Check aria-hidden /> : <CopyIcon aria-hidden />;
  return (
    <>
      {children ? (
        <Button small icon={icon} onClick={() => void copy()}>
          {done ? "Copied" : children}
        </Button>
      ) : (
        <Button small look="plain" icon={icon} aria-label={label} onClick={() => void copy()} />
      )}
      <span className="unseen" role="status">
        {done ? "copied" : ""}
      </span>
    </>
  );
}

/** A command or text to be copied whole. */
export function CopyLine({ text }: { text: string }) {
  return (
    <div className={styles["copyLine"]}>
      <pre tabIndex={0}>{text}</pre>
      <Copy text={text} label="Copy the command" />
    </div>
  );
}

async function copied(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Plain HTTP under another name than localhost has no clipboard; the old way has.
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
