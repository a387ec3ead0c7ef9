// Written by `npm run documents` from the .graphql file beside it; not to be edited.
import type { Document } from "@/asking/document";

/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
/** A kind of asset. */
export type AssetKind =
  /** A column of a dataset. */
  | 'COLUMN'
  /** A table, file or other set of data. */
  | 'DATASET'
  /** A data center. */
  | 'DATA_CENTER'
  /** A data lake. */
  | 'DATA_LAKE'
  /** A data warehouse. */
  | 'DATA_WAREHOUSE'
  /** A part of the business that answers for assets. */
  | 'DOMAIN'
  /** A kind of golden record. */
  | 'ENTITY_TYPE'
  /** A file that Goldthread wrote into the lake. */
  | 'FILE'
  /** A word of the business. */
  | 'GLOSSARY_TERM'
  /** A process that reads and writes datasets. */
  | 'JOB'
  /** A message broker. */
  | 'MESSAGE_BROKER'
  /** A data pipeline. */
  | 'PIPELINE'
  /** A dataset that is a topic of a message broker. */
  | 'TOPIC';

/** How column lineage is known. */
export type ColumnLineageKind =
  /** It was worked out from the SQL of the job. */
  | 'INFERRED'
  /** The producer of the events states it. */
  | 'STATED';

/** What an owner is. */
export type OwnerKind =
  /** A person. */
  | 'PERSON'
  /** A team. */
  | 'TEAM';

/** The state of a run; it follows from the times of its events, not from their order. */
export type RunState =
  /** It was stopped. */
  | 'ABORT'
  /** It ended well. */
  | 'COMPLETE'
  /** It failed; its outputs are attempts. */
  | 'FAIL'
  /** Only events without a state are known. */
  | 'OTHER'
  /** It goes on. */
  | 'RUNNING'
  /** It has begun. */
  | 'START'
  /** Nothing came from it itself: others name it as their parent or root. */
  | 'UNKNOWN';

/** Who says something of an asset. */
export type SaidBy =
  /** People, here; their word comes first. */
  | 'PEOPLE'
  /** The producers of its lineage events. */
  | 'PRODUCERS';

/** What happened to a column. */
export type SchemaChangeKind =
  /** It came. */
  | 'ADDED'
  /** It has another description. */
  | 'DESCRIBED'
  /** It went. */
  | 'REMOVED'
  /** It went, and one of the same type came at its place. */
  | 'RENAMED'
  /** It has another type. */
  | 'TYPE_CHANGED';

export type AssetViewQueryVariables = Exact<{
  id: string;
  asOf?: string | null | undefined;
  knownAt?: string | null | undefined;
}>;


export type AssetViewQuery = { asset:
    | { __typename: 'Column', dataType: string | null, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, dataset: { id: string, displayName: string, namespace: string }, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'DataCenter', id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'DataLake', storageLocation: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, readBy: Array<{ id: string, name: string, kind: AssetKind }>, writtenBy: Array<{ id: string, name: string, kind: AssetKind }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'DataPipeline', source: string, destination: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, reads: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, writes: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'DataWarehouse', connection: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, readBy: Array<{ id: string, name: string, kind: AssetKind }>, writtenBy: Array<{ id: string, name: string, kind: AssetKind }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'Dataset', namespace: string, displayName: string, schemaSince: string | null, facets: unknown, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, columns: Array<{ path: string, type: string | null, description: string | null, tags: Array<{ key: string, value: string | null }> }>, freshness: { lastWrittenAt: string | null, usualIntervalSeconds: number | null, expectedBy: string | null, isOverdue: boolean | null }, schemaHistory: { truncated: boolean, versions: Array<{ validFrom: string, validTo: string | null, isBreaking: boolean, columns: Array<{ path: string, type: string | null }>, changes: Array<{ kind: SchemaChangeKind, isBreaking: boolean, before: { path: string, type: string | null } | null, after: { path: string, type: string | null } | null }> }> }, quality: { nodes: Array<{ eventId: string, eventTime: string, failures: number, isOutput: boolean | null, runId: string | null, job: { namespace: string, name: string, displayName: string } | null, assertions: Array<{ assertion: string, success: boolean, column: string | null, severity: string | null, actual: string | null, expected: string | null }>, metrics: { rowCount: number | null, bytes: number | null, columns: Array<{ column: string, nullCount: number | null, distinctCount: number | null, min: number | null, max: number | null }> } | null }> }, volume: { nodes: Array<{ eventId: string, eventTime: string, isOutput: boolean | null, runId: string | null, volume: { rowCount: number | null, bytes: number | null, fileCount: number | null } }> }, dataVersions: { pageInfo: { hasNextPage: boolean }, nodes: Array<{ version: string, isStated: boolean, lifecycle: string | null, runId: string | null, writtenAt: string, schemaSince: string | null, job: { namespace: string, name: string, displayName: string } | null, run: { state: RunState, startedAt: string, durationSeconds: number | null } | null }> }, columnLineage: Array<{ column: string | null, fromColumn: string | null, kind: ColumnLineageKind, fromDataset: { namespace: string, name: string, displayName: string }, statedBy: { namespace: string, name: string, displayName: string } | null, transformations: Array<{ type: string | null, subtype: string | null, masking: boolean, description: string | null }> }>, formerNames: Array<{ namespace: string, name: string }>, aliases: Array<{ namespace: string, name: string }>, dataSource: { name: string | null, uri: string | null } | null, storage: { layer: string, fileFormat: string | null } | null, catalog: { framework: string, type: string, name: string } | null, lifecycle: { change: string, since: string } | null, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'Domain', id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'EntityType', id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'GlossaryTerm', definition: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'Job', namespace: string, displayName: string, facets: unknown, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, jobType: { integration: string | null, jobType: string | null, processingType: string } | null, inputs: Array<{ isDeclared: boolean, isObserved: boolean, dataset: { namespace: string, name: string, displayName: string } }>, outputs: Array<{ isDeclared: boolean, isObserved: boolean, dataset: { namespace: string, name: string, displayName: string } }>, partOf: { namespace: string, name: string, displayName: string } | null, parts: Array<{ namespace: string, name: string, displayName: string }>, runHistory: { total: { runs: number, complete: number, failed: number, aborted: number, goingOn: number, medianSeconds: number | null, p90Seconds: number | null }, days: Array<{ day: string, counts: { runs: number, complete: number, failed: number, aborted: number, goingOn: number, medianSeconds: number | null } }> }, sql: { query: string, dialect: string | null } | null, sourceCodeLocation: { url: string } | null, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'LakeFile', rows: number | null, size: number | null, writtenAt: string | null, runId: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, folder: string, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
    | { __typename: 'MessageBroker', connection: string, id: string, kind: AssetKind, name: string, qualifiedName: string, isRetired: boolean, description: string | null, versions: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, isRetired: boolean, attributes: unknown }>, readBy: Array<{ id: string, name: string, kind: AssetKind }>, writtenBy: Array<{ id: string, name: string, kind: AssetKind }>, basis: { asOf: string, knownAt: string }, descriptions: Array<{ text: string, saidBy: SaidBy }>, owners: Array<{ name: string, kind: OwnerKind | null, type: string | null, saidBy: SaidBy }>, tags: Array<{ key: string, value: string | null, saidBy: SaidBy, source: string | null }>, glossaryTerms: Array<{ id: string, name: string }>, domain: { id: string, name: string } | null, hostedIn: Array<{ id: string, name: string }>, storedIn: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, failsWith: Array<
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
        | { id: string, name: string, kind: AssetKind }
      >, annotationHistory: Array<{ number: number, validFrom: string, validTo: string | null, systemFrom: string, actor: string | null, reason: string | null, attributes: unknown }> }
   | null };

export const AssetView: Document<AssetViewQuery, AssetViewQueryVariables> = {
  name: "AssetView",
  id: "sha256:1818a5507e8b75d707c2c4fd5e679213c3c8044175488aae8de8fb4b1dd990c9",
  text: "query AssetView($id: ID!, $asOf: DateTime, $knownAt: DateTime) {\n  asset(id: $id, asOf: $asOf, knownAt: $knownAt) {\n    __typename\n    id\n    kind\n    name\n    qualifiedName\n    isRetired\n    basis { asOf knownAt }\n    description\n    descriptions { text saidBy }\n    owners { name kind type saidBy }\n    tags { key value saidBy source }\n    glossaryTerms { id name }\n    domain { id name }\n    hostedIn { id name }\n    storedIn { id name kind }\n    failsWith { id name kind }\n    annotationHistory { number validFrom validTo systemFrom actor reason attributes }\n    ... on Dataset {\n      namespace\n      displayName\n      columns { path type description tags { key value } }\n      freshness { lastWrittenAt usualIntervalSeconds expectedBy isOverdue }\n      schemaSince\n      schemaHistory(first: 20) {\n        truncated\n        versions {\n          validFrom\n          validTo\n          isBreaking\n          columns { path type }\n          changes { kind isBreaking before { path type } after { path type } }\n        }\n      }\n      quality(first: 30) {\n        nodes {\n          eventId\n          eventTime\n          failures\n          isOutput\n          runId\n          job { namespace name displayName }\n          assertions { assertion success column severity actual expected }\n          metrics { rowCount bytes columns { column nullCount distinctCount min max } }\n        }\n      }\n      volume(first: 60) { nodes { eventId eventTime isOutput runId volume { rowCount bytes fileCount } } }\n      dataVersions(first: 60) {\n        pageInfo { hasNextPage }\n        nodes {\n          version\n          isStated\n          lifecycle\n          runId\n          writtenAt\n          schemaSince\n          job { namespace name displayName }\n          run { state startedAt durationSeconds }\n        }\n      }\n      columnLineage {\n        column\n        fromDataset { namespace name displayName }\n        fromColumn\n        kind\n        statedBy { namespace name displayName }\n        transformations { type subtype masking description }\n      }\n      formerNames { namespace name }\n      aliases { namespace name }\n      dataSource { name uri }\n      storage { layer fileFormat }\n      catalog { framework type name }\n      lifecycle { change since }\n      facets\n    }\n    ... on Job {\n      namespace\n      displayName\n      jobType { integration jobType processingType }\n      inputs { dataset { namespace name displayName } isDeclared isObserved }\n      outputs { dataset { namespace name displayName } isDeclared isObserved }\n      partOf { namespace name displayName }\n      parts { namespace name displayName }\n      runHistory(days: 30) {\n        total { runs complete failed aborted goingOn medianSeconds p90Seconds }\n        days { day counts { runs complete failed aborted goingOn medianSeconds } }\n      }\n      sql { query dialect }\n      sourceCodeLocation { url }\n      facets\n    }\n    ... on LakeFile { folder: dataset rows size writtenAt runId }\n    ... on Column { dataType dataset { id displayName namespace } }\n    ... on KeptAsset { versions { number validFrom validTo systemFrom actor reason isRetired attributes } }\n    ... on DataPipeline { source destination reads { id name kind } writes { id name kind } }\n    ... on DataLake { storageLocation readBy { id name kind } writtenBy { id name kind } }\n    ... on DataWarehouse { connection readBy { id name kind } writtenBy { id name kind } }\n    ... on MessageBroker { connection readBy { id name kind } writtenBy { id name kind } }\n    ... on GlossaryTerm { definition }\n  }\n}",
};
