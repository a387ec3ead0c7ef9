// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type CreateRecordMutationVariables = Exact<{
  type: string;
  attributes: unknown;
  validFrom?: string | null | undefined;
}>;


export type CreateRecordMutation = { createEntity: { id: string } };

export const CreateRecord: Document<CreateRecordMutation, CreateRecordMutationVariables> = {
  name: "CreateRecord",
  id: "sha256:37f8563f170dd8d35b6d3d8572acb9d49e1875b19bd32054156b733a66880341",
  text: "mutation CreateRecord($type: String!, $attributes: JSON!, $validFrom: DateTime) {\n  createEntity(entityType: $type, attributes: $attributes, validFrom: $validFrom) { id }\n}",
};
