import { useState } from "react";

interface Props {
  refused: boolean;
  onAnswer: (key: string | null) => void;
}

/** The small field for the API key, shown while a request waits for one. */
export function KeyQuestion({ refused, onAnswer }: Props) {
  const [key, setKey] = useState("");
  return (
    <form
      className="key-question"
      onSubmit={(event) => {
        event.preventDefault();
        if (key.trim() !== "") onAnswer(key.trim());
      }}
    >
      <label htmlFor="api-key">
        {refused ? "The server refused this key. Try another:" : "This server asks for an API key:"}
      </label>
      <input
        id="api-key"
        type="password"
        autoComplete="off"
        autoFocus
        value={key}
        onChange={(event) => setKey(event.target.value)}
      />
      <button type="submit">Use key</button>
      <button type="button" onClick={() => onAnswer(null)}>
        Not now
      </button>
      <small>Kept in this browser tab only.</small>
    </form>
  );
}
