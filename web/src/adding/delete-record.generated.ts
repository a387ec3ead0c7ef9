// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type DeleteRecordMutationVariables = Exact<{
  type: string;
  id: string;
  validFrom?: string | null | undefined;
}>;


export type DeleteRecordMutation = { deleteEntity: { id: string } };

export const DeleteRecord: Document<DeleteRecordMutation, DeleteRecordMutationVariables> = {
  name: "DeleteRecord",
  id: "sha256:497ad58f293d605757d2ca13330208427069b51413badf38bc5fed755a6ebe02",
  text: "mutation DeleteRecord($type: String!, $id: ID!, $validFrom: DateTime) {\n  deleteEntity(entityType: $type, id: $id, validFrom: $validFrom) { id }\n}",
};
