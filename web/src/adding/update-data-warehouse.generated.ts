// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** Attributes of a data warehouse; those left out are not touched. */
export type DataWarehouseChanges = {
  /** How to connect: a URL or key=value pairs; secrets are masked as ***. */
  connection?: string | null | undefined;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name?: string | null | undefined;
};

export type UpdateDataWarehouseMutationVariables = Exact<{
  id: string;
  input: DataWarehouseChanges;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type UpdateDataWarehouseMutation = { updateDataWarehouse: { id: string, name: string } };

export const UpdateDataWarehouse: Document<UpdateDataWarehouseMutation, UpdateDataWarehouseMutationVariables> = {
  name: "UpdateDataWarehouse",
  id: "sha256:44748e469aa3699f3e4c4b558fc2b9196cc8c5f5c53b8afd900ed22cc5a61c34",
  text: "mutation UpdateDataWarehouse($id: ID!, $input: DataWarehouseChanges!, $validFrom: DateTime, $reason: String) {\n  updateDataWarehouse(id: $id, input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
