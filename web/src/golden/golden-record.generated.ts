// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type GoldenRecordViewQueryVariables = Exact<{
  type: string;
  id: string;
  isCustomer: boolean;
  dataset: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type GoldenRecordViewQuery = { goldenRecord: { id: string, isDeleted: boolean, supersededCount: number, recordedCount: number, recordedAt: Array<string>, basis: { asOf: string, knownAt: string }, quality: { score: number, failed: Array<string> }, members: Array<{ system: string, key: string, since: string, reason: string, recordId: string }>, timeline: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string | null, isDeleted: boolean, attributes: Array<{ name: string, group: string, kind: string, value: string | null, rule: string | null, otherValues: Array<string>, provenance: { sourceSystem: string, sourceKey: string, receivedAt: string, validFrom: string, validFromAssumed: boolean, door: string, file: string | null, position: number | null, topic: string | null, partition: number | null, runId: string | null, actor: string | null, eventId: string } | null }>, carriedBy: { file: string, dataset: string, runId: string, writtenAt: string | null, load: { runId: string, loadedAt: string } | null } | null }>, supersededBeliefs: Array<{ systemFrom: string, systemTo: string | null, version: { number: number, validFrom: string, validTo: string | null, isDeleted: boolean, attributes: Array<{ name: string, value: string | null }>, carriedBy: { file: string, dataset: string, runId: string, writtenAt: string | null, load: { runId: string, loadedAt: string } | null } | null } | null }> } | null, dataset: { id: string } | null, customer?: { timeline: Array<{ systemFrom: string | null, message: { topic: string, partition: number, offset: number, at: string } | null, file: { dataset: string, path: string, row: number | null, runId: string, writtenAt: string | null } | null, load: { runId: string, loadedAt: string } | null }>, supersededBeliefs: Array<{ version: { systemFrom: string | null, message: { topic: string, partition: number, offset: number, at: string } | null, file: { dataset: string, path: string, row: number | null, runId: string, writtenAt: string | null } | null, load: { runId: string, loadedAt: string } | null } | null }> } | null };

export const GoldenRecordView: Document<GoldenRecordViewQuery, GoldenRecordViewQueryVariables> = {
  name: "GoldenRecordView",
  id: "sha256:d24fc2ee7d9e6ac411dd1b7a60955f245d3f7bbd291c30b17b796e2265fa5efe",
  text: "query GoldenRecordView($type: String!, $id: ID!, $isCustomer: Boolean!, $dataset: String!, $asOf: DateTime, $knownAt: DateTime) {\n  goldenRecord(entityType: $type, id: $id, asOf: $asOf, knownAt: $knownAt) {\n    id\n    basis { asOf knownAt }\n    isDeleted\n    quality { score failed }\n    members { system key since reason recordId }\n    supersededCount\n    recordedCount\n    recordedAt(first: 200)\n    timeline {\n      number\n      validFrom\n      validTo\n      systemFrom\n      isDeleted\n      attributes {\n        name\n        group\n        kind\n        value\n        rule\n        otherValues\n        provenance { sourceSystem sourceKey receivedAt validFrom validFromAssumed door file position topic partition runId actor eventId }\n      }\n      carriedBy { file dataset runId writtenAt load { runId loadedAt } }\n    }\n    supersededBeliefs(first: 100) {\n      systemFrom\n      systemTo\n      version {\n        number\n        validFrom\n        validTo\n        isDeleted\n        attributes { name value }\n        carriedBy { file dataset runId writtenAt load { runId loadedAt } }\n      }\n    }\n  }\n  dataset(namespace: \"goldthread\", name: $dataset) { id }\n  customer(id: $id, asOf: $asOf, knownAt: $knownAt) @include(if: $isCustomer) {\n    timeline {\n      systemFrom\n      message { topic partition offset at }\n      file { dataset path row runId writtenAt }\n      load { runId loadedAt }\n    }\n    supersededBeliefs(first: 100) {\n      version {\n        systemFrom\n        message { topic partition offset at }\n        file { dataset path row runId writtenAt }\n        load { runId loadedAt }\n      }\n    }\n  }\n}",
};
