// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DiscardLettersMutationVariables = Exact<{
  ids: Array<string> | string;
}>;


export type DiscardLettersMutation = { discardDeadLetters: number };

export const DiscardLetters: Document<DiscardLettersMutation, DiscardLettersMutationVariables> = {
  name: "DiscardLetters",
  id: "sha256:f99282304f4821562ac6aaf452cc7cb00a625a5390d3a8018992949a0eb17d69",
  text: "mutation DiscardLetters($ids: [ID!]!) {\n  discardDeadLetters(ids: $ids)\n}",
};
