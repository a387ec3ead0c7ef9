// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
export type EntityTypesViewQueryVariables = Exact<{ [key: string]: never; }>;


export type EntityTypesViewQuery = { entityTypes: Array<{ name: string, description: string, attributes: Array<{ name: string, description: string, kind: string, group: string }> }> };

export const EntityTypesView: Document<EntityTypesViewQuery, EntityTypesViewQueryVariables> = {
  name: "EntityTypesView",
  id: "sha256:d57940d01c6df02df211c29a48e07d38a1aadd0cd99d734cd8b3c94791f72597",
  text: "query EntityTypesView {\n  entityTypes {\n    name\n    description\n    attributes { name description kind group }\n  }\n}",
};
