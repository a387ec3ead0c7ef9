import { lazy, Suspense, useState, useSyncExternalStore } from "react";
import type { ApiKey } from "../asking/api-key";
import type { Example } from "./examples";
import { Header } from "./Header";
import { KeyQuestion } from "./KeyQuestion";
import { useTheme } from "../shell/theme";

const Editor = lazy(() => import("./Editor"));

interface Props {
  apiKey: ApiKey;
  linked: Example | undefined;
}

/** The whole page: header, the question for a key when there is one, and GraphiQL. */
export function Playground({ apiKey, linked }: Props) {
  const { theme, shade, choose } = useTheme();
  const [opened, setOpened] = useState<{ example: Example } | null>(null);
  const asking = useSyncExternalStore(
    (listener) => apiKey.subscribe(listener),
    () => apiKey.asking,
  );
  return (
    <>
      <Header theme={theme} onTheme={choose} onExample={(example) => setOpened({ example })} />
      {asking !== "no" && <KeyQuestion refused={asking === "again"} onAnswer={(key) => apiKey.answer(key)} />}
      <main>
        <Suspense fallback={<p className="opening">Opening the editor…</p>}>
          <Editor apiKey={apiKey} shade={shade} linked={linked} opened={opened} />
        </Suspense>
      </main>
    </>
  );
}
