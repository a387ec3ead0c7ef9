// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type StreamLetterListQueryVariables = Exact<{
  topic?: string | null | undefined;
  open: boolean;
  after?: string | null | undefined;
}>;


export type StreamLetterListQuery = { streamDeadLetters: { pageInfo: { hasNextPage: boolean, endCursor: string | null }, topics: Array<{ topic: string, letters: number, waiting: number }>, nodes: Array<{ id: string, topic: string, partition: number, offset: number, consumer: string, messageAt: string, receivedAt: string, size: number, publishedAt: string | null, replayAskedAt: string | null, replayedAt: string | null, problems: Array<{ path: string, reason: string }> }> } };

export const StreamLetterList: Document<StreamLetterListQuery, StreamLetterListQueryVariables> = {
  name: "StreamLetterList",
  id: "sha256:2f018aec8f7311834b56212d5cca268b8fecc70368928c6dcefca596ec336461",
  text: "query StreamLetterList($topic: String, $open: Boolean!, $after: String) {\n  streamDeadLetters(topic: $topic, open: $open, first: 100, after: $after) {\n    pageInfo { hasNextPage endCursor }\n    topics { topic letters waiting }\n    nodes { id topic partition offset consumer messageAt receivedAt size problems { path reason } publishedAt replayAskedAt replayedAt }\n  }\n}",
};
