// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ReplayStreamLettersMutationVariables = Exact<{
  ids: Array<string> | string;
}>;


export type ReplayStreamLettersMutation = { replayStreamDeadLetters: Array<{ id: string, replayAskedAt: string | null, replayedAt: string | null }> };

export const ReplayStreamLetters: Document<ReplayStreamLettersMutation, ReplayStreamLettersMutationVariables> = {
  name: "ReplayStreamLetters",
  id: "sha256:aec80991cefe23e4eb0d13812ea479b29d943cc5f2c62028eead21180a2f9505",
  text: "mutation ReplayStreamLetters($ids: [ID!]!) {\n  replayStreamDeadLetters(ids: $ids) { id replayAskedAt replayedAt }\n}",
};
