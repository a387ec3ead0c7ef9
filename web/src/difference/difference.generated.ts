// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DifferenceViewQueryVariables = Exact<{
  type: string;
  id: string;
  leftAsOf: string;
  leftKnownAt: string;
  rightAsOf: string;
  rightKnownAt: string;
  withReasons: boolean;
}>;


export type DifferenceViewQuery = { left: { id: string, isDeleted: boolean, basis: { asOf: string, knownAt: string }, version: { number: number, validFrom: string, validTo: string | null, systemFrom: string | null }, attributes: Array<{ name: string, group: string, value: string | null, rule: string | null, provenance: { sourceSystem: string, sourceKey: string, receivedAt: string, validFrom: string, door: string, file: string | null, position: number | null, runId: string | null, actor: string | null, eventId: string } | null }>, members: Array<{ system: string, key: string }> } | null, right: { id: string, isDeleted: boolean, basis: { asOf: string, knownAt: string }, version: { number: number, validFrom: string, validTo: string | null, systemFrom: string | null }, attributes: Array<{ name: string, group: string, value: string | null, rule: string | null, provenance: { sourceSystem: string, sourceKey: string, receivedAt: string, validFrom: string, door: string, file: string | null, position: number | null, runId: string | null, actor: string | null, eventId: string } | null }>, members: Array<{ system: string, key: string }> } | null, leftReasons?: Array<{ group: string, attributes: Array<string>, candidates: Array<{ rank: number | null, reason: string, sourceRecord: { system: string, key: string }, values: Array<{ attribute: string, value: string, isTaken: boolean }> }> }>, rightReasons?: Array<{ group: string, attributes: Array<string>, candidates: Array<{ rank: number | null, reason: string, sourceRecord: { system: string, key: string }, values: Array<{ attribute: string, value: string, isTaken: boolean }> }> }> };

export const DifferenceView: Document<DifferenceViewQuery, DifferenceViewQueryVariables> = {
  name: "DifferenceView",
  id: "sha256:9d5b05ab54e56335c3db8be8af9d2b797dffb0244dc96acac994540b18c59957",
  text: "query DifferenceView(\n  $type: String!\n  $id: ID!\n  $leftAsOf: DateTime!\n  $leftKnownAt: DateTime!\n  $rightAsOf: DateTime!\n  $rightKnownAt: DateTime!\n  $withReasons: Boolean!\n) {\n  left: goldenRecord(entityType: $type, id: $id, asOf: $leftAsOf, knownAt: $leftKnownAt) {\n    id\n    basis { asOf knownAt }\n    isDeleted\n    version { number validFrom validTo systemFrom }\n    attributes { name group value rule provenance { sourceSystem sourceKey receivedAt validFrom door file position runId actor eventId } }\n    members { system key }\n  }\n  right: goldenRecord(entityType: $type, id: $id, asOf: $rightAsOf, knownAt: $rightKnownAt) {\n    id\n    basis { asOf knownAt }\n    isDeleted\n    version { number validFrom validTo systemFrom }\n    attributes { name group value rule provenance { sourceSystem sourceKey receivedAt validFrom door file position runId actor eventId } }\n    members { system key }\n  }\n  leftReasons: survivorshipExplanations(entityType: $type, id: $id, asOf: $leftAsOf, knownAt: $leftKnownAt) @include(if: $withReasons) {\n    group\n    attributes\n    candidates { sourceRecord { system key } rank reason values { attribute value isTaken } }\n  }\n  rightReasons: survivorshipExplanations(entityType: $type, id: $id, asOf: $rightAsOf, knownAt: $rightKnownAt) @include(if: $withReasons) {\n    group\n    attributes\n    candidates { sourceRecord { system key } rank reason values { attribute value isTaken } }\n  }\n}",
};
