// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Attributes of a data center; those left out are not touched. */
export type DataCenterChanges = {
  /** How much it can store, in terabytes. */
  capacityTb?: number | null | undefined;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** Where it stands, e.g. Frankfurt. */
  location?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name?: string | null | undefined;
  /** How much of that is used, in terabytes. */
  usedTb?: number | null | undefined;
};

export type UpdateDataCenterMutationVariables = Exact<{
  id: string;
  input: DataCenterChanges;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type UpdateDataCenterMutation = { updateDataCenter: { id: string, name: string } };

export const UpdateDataCenter: Document<UpdateDataCenterMutation, UpdateDataCenterMutationVariables> = {
  name: "UpdateDataCenter",
  id: "sha256:d9a4d3ad038615c54f464721b16e61cf0dc29f2d2c9a9874bd6d30c2c6897cd9",
  text: "mutation UpdateDataCenter($id: ID!, $input: DataCenterChanges!, $validFrom: DateTime, $reason: String) {\n  updateDataCenter(id: $id, input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
