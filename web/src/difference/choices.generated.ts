// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DifferenceChoicesQueryVariables = Exact<{
  type: string;
  id: string;
}>;


export type DifferenceChoicesQuery = { goldenRecord: { id: string, recordedAt: Array<string>, basis: { asOf: string, knownAt: string }, attributes: Array<{ name: string, value: string | null }>, timeline: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string | null, isDeleted: boolean, attributes: Array<{ name: string, group: string, value: string | null }> }>, supersededBeliefs: Array<{ systemFrom: string, systemTo: string | null, version: { number: number, validFrom: string, validTo: string | null, isDeleted: boolean, attributes: Array<{ name: string, value: string | null }> } | null }> } | null };

export const DifferenceChoices: Document<DifferenceChoicesQuery, DifferenceChoicesQueryVariables> = {
  name: "DifferenceChoices",
  id: "sha256:adc5ed238b7e43ff382b8c582b58ae4ec4d2796c5ef5828c9d1b4b6a4b398de7",
  text: "query DifferenceChoices($type: String!, $id: ID!) {\n  goldenRecord(entityType: $type, id: $id) {\n    id\n    basis { asOf knownAt }\n    recordedAt(first: 200)\n    attributes { name value }\n    timeline { number validFrom validTo systemFrom isDeleted attributes { name group value } }\n    supersededBeliefs(first: 100) {\n      systemFrom\n      systemTo\n      version { number validFrom validTo isDeleted attributes { name value } }\n    }\n  }\n}",
};
