// Writes `NAME.generated.ts` beside each `NAME.graphql` below src/: its operations with their types, read from the schema.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codegen } from "@graphql-codegen/core";
import * as operations from "@graphql-codegen/typescript-operations";
import { buildSchema, parse, printSchema, validate } from "graphql";

const source = fileURLToPath(new URL("../src", import.meta.url));
const schemaFile = fileURLToPath(new URL("../../service/schema.graphql", import.meta.url));
const schema = buildSchema(readFileSync(schemaFile, "utf8"));
const schemaNode = parse(printSchema(schema));
const CONFIG = {
  skipTypename: true,
  enumType: "string-literal",
  defaultScalarType: "unknown",
  scalars: { DateTime: "string", Date: "string", ID: "string", JSON: "unknown", Long: "number", UUID: "string", Decimal: "string" },
};

const files = readdirSync(source, { recursive: true })
  .map(String)
  .filter((name) => name.endsWith(".graphql"))
  .sort();
const wanted = new Set();
for (const name of files) {
  const file = join(source, name);
  const text = readFileSync(file, "utf8");
  const document = parse(text);
  const wrong = validate(schema, document);
  if (wrong.length > 0) throw new Error(`${name}: ${wrong.map((error) => error.message).join("; ")}`);
  const written = file.replace(/\.graphql$/, ".generated.ts");
  wanted.add(written);
  await write(written, document, text);
}
for (const name of readdirSync(source, { recursive: true }).map(String)) {
  const file = join(source, name);
  if (name.endsWith(".generated.ts") && !wanted.has(file)) rmSync(file);
}

async function write(written, document, text) {
  const types = await codegen({
    schema: schemaNode,
    schemaAst: schema,
    documents: [{ location: basename(written), document }],
    filename: basename(written),
    config: CONFIG,
    plugins: [{ operations: {} }],
    pluginMap: { operations },
  });
  const named = document.definitions.filter((one) => one.kind === "OperationDefinition");
  if (named.length !== 1 || !named[0].name) throw new Error(`${basename(written)}: a file holds one named operation`);
  const name = named[0].name.value;
  const kind = { query: "Query", mutation: "Mutation", subscription: "Subscription" }[named[0].operation];
  const id = `sha256:${createHash("sha256").update(text.trim()).digest("hex")}`;
  const content = [
    "// Written by `npm run documents` from the .graphql file beside it; not to be edited.",
    'import type { Document } from "@/asking/document";',
    "",
    types.trim(),
    "",
    `export const ${name}: Document<${name}${kind}, ${name}${kind}Variables> = {`,
    `  name: ${JSON.stringify(name)},`,
    `  id: ${JSON.stringify(id)},`,
    `  text: ${JSON.stringify(text.trim())},`,
    "};",
    "",
  ].join("\n");
  if (!existsSync(written) || readFileSync(written, "utf8") !== content) writeFileSync(written, content);
}
