// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type UpdateRecordMutationVariables = Exact<{
  type: string;
  id: string;
  attributes: unknown;
  validFrom?: string | null | undefined;
}>;


export type UpdateRecordMutation = { updateEntity: { id: string } };

export const UpdateRecord: Document<UpdateRecordMutation, UpdateRecordMutationVariables> = {
  name: "UpdateRecord",
  id: "sha256:929c87ea8c4830ec54a89290517753388771bb0c14fe82580d63adbd5954d999",
  text: "mutation UpdateRecord($type: String!, $id: ID!, $attributes: JSON!, $validFrom: DateTime) {\n  updateEntity(entityType: $type, id: $id, attributes: $attributes, validFrom: $validFrom) { id }\n}",
};
