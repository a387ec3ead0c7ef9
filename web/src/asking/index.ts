export { apiKey, ask, askAhead, rest } from "./ask";
export type { Document } from "./document";
export { AskError, type Problem } from "./errors";
export { answers, useAsk, useTell } from "./hooks";
export { useLive, useLiveState, type LiveState } from "./live";
export { useAskPages, type Pages } from "./pages";
