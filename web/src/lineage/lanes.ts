import type { Lane } from "@/parts";

/** The lanes in the order in which data passes them; jobs stand between them. */
export const LANES: readonly Lane[] = ["source", "stream", "lake", "golden", "warehouse", "mart"];

const SCHEMES: readonly [RegExp, Lane][] = [
  [/^(kafka|pulsar|pubsub|kinesis|rabbitmq|amqp|eventhubs?|nats)\b/i, "stream"],
  [/^(file|s3[an]?|gs|gcs|abfss?|wasbs?|hdfs|dbfs|adl|oss|cos|minio|iceberg|delta|hudi)\b/i, "lake"],
  [/^goldthread\b/i, "golden"],
  [/^(looker|tableau|superset|powerbi|metabase|mode|sigma|redash)\b/i, "mart"],
  [/^(postgres(ql)?|mysql|snowflake|bigquery|redshift|trino|presto|hive|duckdb|sqlserver|mssql|oracle|databricks|unitycatalog|clickhouse|synapse|athena|awsathena|teradata|vertica|spanner|cassandra|sqlite)\b/i, "warehouse"],
];

/** The lane of a dataset or job, by what its namespace says of where it is. */
export function laneOf(kind: "DATASET" | "JOB", namespace: string): Lane {
  if (kind === "JOB") return "job";
  return SCHEMES.find(([scheme]) => scheme.test(namespace))?.[1] ?? "source";
}

/** What a lane is called above its columns. */
export const LANE_NAMES: Readonly<Record<Lane, string>> = {
  source: "Sources",
  stream: "Streams",
  lake: "Lake",
  job: "Jobs",
  golden: "Golden records",
  warehouse: "Warehouse",
  mart: "Reports",
  place: "Places",
};
