// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type LetterListQueryVariables = Exact<{
  open: boolean;
  after?: string | null | undefined;
}>;


export type LetterListQuery = { deadLetters: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, tally: { letters: number, waiting: number, letGo: number }, nodes: Array<{ id: string, receivedAt: string, lastReceivedAt: string, times: number, source: string, size: number, replayedAt: string | null, eventId: string | null, problems: Array<{ path: string, reason: string }> }> } };

export const LetterList: Document<LetterListQuery, LetterListQueryVariables> = {
  name: "LetterList",
  id: "sha256:3ff52a6e158fcf543a22f3ab53ee0585577abe708cbfa1e6069386edbc68d776",
  text: "query LetterList($open: Boolean!, $after: String) {\n  deadLetters(open: $open, first: 100, after: $after) {\n    pageInfo { hasNextPage endCursor }\n    tally { letters waiting letGo }\n    nodes { id receivedAt lastReceivedAt times source size problems { path reason } replayedAt eventId }\n  }\n}",
};
