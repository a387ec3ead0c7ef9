import { ToolbarButton, useGraphiQL } from "@graphiql/react";
import { useState } from "react";
import type { ApiKey } from "@/asking/api-key";
import { asCurl, asPython, type Asked } from "./copy-as";

const WAYS = [
  ["curl", asCurl],
  ["Python", asPython],
] as const;

/** Buttons that copy the question of the open tab as a command or a program. */
export function CopyAs({ apiKey }: { apiKey: ApiKey }) {
  const { queryEditor, variableEditor } = useGraphiQL((state) => ({ queryEditor: state.queryEditor, variableEditor: state.variableEditor }));
  const [done, setDone] = useState<string | null>(null);
  const copy = async (way: string, write: (asked: Asked) => string) => {
    const asked = {
      query: queryEditor?.getValue() ?? "",
      variables: variableEditor?.getValue() ?? "",
      url: `${location.origin}/graphql`,
      hasKey: apiKey.value !== null,
    };
    await navigator.clipboard.writeText(write(asked));
    setDone(way);
    setTimeout(() => setDone(null), 1500);
  };
  return (
    <>
      {WAYS.map(([way, write]) => (
        <ToolbarButton key={way} label={`Copy as ${way}`} className="copy-as" onClick={() => void copy(way, write)}>
          {done === way ? "✓" : way === "Python" ? "py" : way}
        </ToolbarButton>
      ))}
      <span role="status" className="copied">
        {done && `copied as ${done}`}
      </span>
    </>
  );
}
