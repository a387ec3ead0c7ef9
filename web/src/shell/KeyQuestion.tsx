import { useState, useSyncExternalStore } from "react";
import { answers, apiKey } from "@/asking";
import { Button } from "@/parts";
import styles from "./shell.module.css";

const subscribe = (listener: () => void) => apiKey.subscribe(listener);

/** Asks for the API key once the server has refused to answer without. */
export function KeyQuestion() {
  const asking = useSyncExternalStore(subscribe, () => apiKey.asking);
  const [key, setKey] = useState("");
  if (asking === "no") return null;
  return (
    <form
      className={styles["keyQuestion"]}
      onSubmit={(event) => {
        event.preventDefault();
        apiKey.answer(key);
        void answers.invalidateQueries();
      }}
    >
      <label htmlFor="api-key">
        {asking === "first" ? "This server asks for an API key." : "The server refused this key."}
      </label>
      <input id="api-key" type="password" autoComplete="current-password" autoFocus value={key} onChange={(event) => setKey(event.target.value)} />
      <Button look="main" small type="submit" disabled={key === ""}>
        Go on
      </Button>
      <Button small onClick={() => apiKey.answer(null)}>
        Not now
      </Button>
      <small>Kept in this tab until it is closed.</small>
    </form>
  );
}
