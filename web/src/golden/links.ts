/** Where other screens show what belongs to a golden record. */

/** The dataset in which the golden records of a type are the columns that lineage follows. */
export function datasetOf(type: string): string {
  return `golden_records.${type}`;
}

/** Where the lineage of an attribute is shown; null where no dataset of its type is known to lineage. */
export function lineageOf(datasetId: string | null, attribute: string): { to: string; search: Record<string, string> } | null {
  return datasetId === null ? null : { to: `/lineage/${datasetId}`, search: { column: attribute } };
}
