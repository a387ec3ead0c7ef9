// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type RetireDataWarehouseMutationVariables = Exact<{
  id: string;
  validFrom?: string | null | undefined;
  reason?: string | null | undefined;
}>;


export type RetireDataWarehouseMutation = { retireDataWarehouse: { id: string, name: string } };

export const RetireDataWarehouse: Document<RetireDataWarehouseMutation, RetireDataWarehouseMutationVariables> = {
  name: "RetireDataWarehouse",
  id: "sha256:f3a1e61e4abac260bbcc4d937cf4ce606a780e4235d6e427df97ecbcbd8bad5b",
  text: "mutation RetireDataWarehouse($id: ID!, $validFrom: DateTime, $reason: String) {\n  retireDataWarehouse(id: $id, validFrom: $validFrom, reason: $reason) { id name }\n}",
};
