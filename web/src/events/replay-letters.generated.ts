// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type ReplayLettersMutationVariables = Exact<{
  ids?: Array<string> | string | null | undefined;
  all?: boolean;
}>;


export type ReplayLettersMutation = { replayDeadLetters: { recorded: number, failed: number, results: Array<{ id: string, eventId: string | null, problems: Array<{ path: string, reason: string }> }> } };

export const ReplayLetters: Document<ReplayLettersMutation, ReplayLettersMutationVariables> = {
  name: "ReplayLetters",
  id: "sha256:cc2e1566b7498946a5116c486d7ec6943ad6d7a0de7da58c10c9f5036313c870",
  text: "mutation ReplayLetters($ids: [ID!], $all: Boolean! = false) {\n  replayDeadLetters(ids: $ids, all: $all) { recorded failed results { id eventId problems { path reason } } }\n}",
};
