// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** The attributes of a data warehouse. */
export type DataWarehouseInput = {
  /** How to connect: a URL or key=value pairs; secrets are masked as ***. */
  connection: string;
  /** What it is for, in words. */
  description?: string | null | undefined;
  /** The name, unique among assets of its kind. */
  name: string;
};

export type CreateDataWarehouseMutationVariables = Exact<{
  input: DataWarehouseInput;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type CreateDataWarehouseMutation = { createDataWarehouse: { id: string, name: string } };

export const CreateDataWarehouse: Document<CreateDataWarehouseMutation, CreateDataWarehouseMutationVariables> = {
  name: "CreateDataWarehouse",
  id: "sha256:2b2c10472a2e874b97bb403bd0f92afb48439d7bda51e2a71319346162eafdca",
  text: "mutation CreateDataWarehouse($input: DataWarehouseInput!, $validFrom: DateTime, $reason: String) {\n  createDataWarehouse(input: $input, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
