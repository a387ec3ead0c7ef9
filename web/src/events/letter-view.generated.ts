// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type LetterViewQueryVariables = Exact<{
  id: string;
}>;


export type LetterViewQuery = { deadLetter: { id: string, receivedAt: string, lastReceivedAt: string, times: number, source: string, size: number, replayedAt: string | null, eventId: string | null, raw: string, problems: Array<{ path: string, reason: string }> } | null };

export const LetterView: Document<LetterViewQuery, LetterViewQueryVariables> = {
  name: "LetterView",
  id: "sha256:bb8e291f423b17d04104a5caa5739215acc749ca41a33a93d793e55c2c1f99d6",
  text: "query LetterView($id: ID!) {\n  deadLetter(id: $id) { id receivedAt lastReceivedAt times source size problems { path reason } replayedAt eventId raw }\n}",
};
