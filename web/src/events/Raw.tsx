import { useState } from "react";
import { Button } from "@/parts";
import { pretty } from "./pretty";
import styles from "./events.module.css";

const MOST = 200_000;

/** What came, as text: set out by lines where it is JSON, or as it was. */
export function Raw({ text }: { text: string }) {
  const [asItWas, setAsItWas] = useState(false);
  const setOut = pretty(text);
  const shown = asItWas || setOut === null ? text : setOut;
  return (
    <>
      {setOut !== null && setOut !== text && (
        <div className={styles["rawHead"]}>
          <Button small look="plain" pressed={asItWas} onClick={() => setAsItWas(!asItWas)}>
            Byte for byte
          </Button>
        </div>
      )}
      <pre className={styles["raw"]} tabIndex={0}>
        {shown.slice(0, MOST)}
      </pre>
      {shown.length > MOST && <p className={styles["quiet"]}>The first {MOST.toLocaleString("en")} characters; “Copy” takes all of it.</p>}
    </>
  );
}

/** What is wrong with something, and where. */
export function Problems({ title, problems, tint }: { title: string; problems: readonly { path: string; reason: string }[]; tint: "warn" | "bad" }) {
  return (
    <section className={styles["problems"]} style={{ borderColor: `var(--${tint})`, background: `var(--${tint}-wash)` }}>
      <h3>{title}</h3>
      <ul>
        {problems.map(({ path, reason }) => (
          <li key={path + reason}>
            <code>{path}</code> {reason}
          </li>
        ))}
      </ul>
    </section>
  );
}
