// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type SurvivorshipViewQueryVariables = Exact<{
  type: string;
  id: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type SurvivorshipViewQuery = { survivorshipExplanations: Array<{ group: string, attributes: Array<string>, rule: string | null, strategies: Array<string>, candidates: Array<{ rank: number | null, reason: string, sourceRecord: { system: string, key: string }, values: Array<{ attribute: string, value: string, saidAt: string, isTaken: boolean }>, scores: Array<{ strategy: string, score: string }> }> }> };

export const SurvivorshipView: Document<SurvivorshipViewQuery, SurvivorshipViewQueryVariables> = {
  name: "SurvivorshipView",
  id: "sha256:79d58504f9fced59e48bd5b5b4c943ee2d8022fbed9d4c5c1c971e991b04dad7",
  text: "query SurvivorshipView($type: String!, $id: ID!, $asOf: DateTime, $knownAt: DateTime) {\n  survivorshipExplanations(entityType: $type, id: $id, asOf: $asOf, knownAt: $knownAt) {\n    group\n    attributes\n    rule\n    strategies\n    candidates {\n      sourceRecord { system key }\n      rank\n      reason\n      values { attribute value saidAt isTaken }\n      scores { strategy score }\n    }\n  }\n}",
};
