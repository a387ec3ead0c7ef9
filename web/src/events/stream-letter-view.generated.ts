// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type StreamLetterViewQueryVariables = Exact<{
  id: string;
}>;


export type StreamLetterViewQuery = { streamDeadLetter: { id: string, topic: string, partition: number, offset: number, consumer: string, messageAt: string, receivedAt: string, size: number, publishedAt: string | null, replayAskedAt: string | null, replayedAt: string | null, problems: Array<{ path: string, reason: string }>, content: { key: string | null, value: string | null, headers: Array<{ name: string, value: string }> } } | null };

export const StreamLetterView: Document<StreamLetterViewQuery, StreamLetterViewQueryVariables> = {
  name: "StreamLetterView",
  id: "sha256:2a45010e3d791fdd7b341a27d88e7746db9a3b732041c8415cc2b30924dd8424",
  text: "query StreamLetterView($id: ID!) {\n  streamDeadLetter(id: $id) {\n    id\n    topic\n    partition\n    offset\n    consumer\n    messageAt\n    receivedAt\n    size\n    problems { path reason }\n    publishedAt\n    replayAskedAt\n    replayedAt\n    content { key value headers { name value } }\n  }\n}",
};
