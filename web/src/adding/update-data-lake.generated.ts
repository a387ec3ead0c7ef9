// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Attributes of a data lake; those left out are not touched. */
export type DataLakeChanges = {
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name?: string | null | undefined;
  /** Where its files lie, e.g. s3://lake/raw; secrets are masked. */
  storageLocation?: string | null | undefined;
};

export type UpdateDataLakeMutationVariables = Exact<{
  id: string;
  input: DataLakeChanges;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type UpdateDataLakeMutation = { updateDataLake: { id: string, name: string } };

export const UpdateDataLake: Document<UpdateDataLakeMutation, UpdateDataLakeMutationVariables> = {
  name: "UpdateDataLake",
  id: "sha256:083ebdab08e42fc8ce3d2702f80fa2086c409ee0be9f80333ca3ec4110aed345",
  text: "mutation UpdateDataLake($id: ID!, $input: DataLakeChanges!, $validFrom: DateTime, $reason: String) {\n  updateDataLake(id: $id, input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
