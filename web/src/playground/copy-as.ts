import { Kind, parse } from "graphql";
import { parse as parseLoosely } from "jsonc-parser";

/** What is asked, where, and whether the server wants a key. The key itself is never copied: commands take it from the environment. */
export interface Asked {
  query: string;
  /** As the editor holds it: JSON, perhaps with comments; "" where there are none. */
  variables: string;
  /** The address of the endpoint. */
  url: string;
  hasKey: boolean;
}

/** The question as a command for a shell. */
export function asCurl(asked: Asked): string {
  const follows = isSubscription(asked.query);
  const lines = [
    `curl ${follows ? "-N " : ""}${quoted(asked.url)}`,
    "-H 'content-type: application/json'",
    ...(follows ? ["-H 'accept: text/event-stream'"] : []),
    ...(asked.hasKey ? ['-H "authorization: Bearer $GOLDTHREAD_API_KEY"'] : []),
    `-d ${quoted(body(asked))}`,
  ];
  return `${lines.join(" \\\n  ")}\n`;
}

/** The question as a Python program that needs nothing but Python. */
export function asPython(asked: Asked): string {
  const follows = isSubscription(asked.query);
  const headers = [
    '"content-type": "application/json"',
    ...(follows ? ['"accept": "text/event-stream"'] : []),
    ...(asked.hasKey ? ['"authorization": f"Bearer {os.environ[\'GOLDTHREAD_API_KEY\']}"'] : []),
  ];
  const answer = follows
    ? ["    for line in answer:", '        if line.startswith(b"data:"):', "            print(json.loads(line[5:]))"]
    : ["    print(json.dumps(json.load(answer), indent=2))"];
  return [
    "import json",
    ...(asked.hasKey ? ["import os"] : []),
    "import urllib.request",
    "",
    `query = ${text(asked.query)}`,
    `variables = json.loads(${text(JSON.stringify(variablesOf(asked)))})`,
    "",
    "request = urllib.request.Request(",
    `    ${text(asked.url)},`,
    '    data=json.dumps({"query": query, "variables": variables}).encode(),',
    `    headers={${headers.join(", ")}},`,
    ")",
    "with urllib.request.urlopen(request) as answer:",
    ...answer,
    "",
  ].join("\n");
}

function body(asked: Asked): string {
  const variables = variablesOf(asked);
  return JSON.stringify({ query: asked.query.trim(), ...(Object.keys(variables).length > 0 ? { variables } : {}) });
}

function variablesOf({ variables }: Asked): object {
  const read: unknown = variables.trim() === "" ? {} : parseLoosely(variables);
  return typeof read === "object" && read !== null ? read : {};
}

function isSubscription(query: string): boolean {
  try {
    return parse(query).definitions.some((one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === "subscription");
  } catch {
    return false; // the server says what is wrong with it
  }
}

/** A word for a POSIX shell, whatever it holds. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** A text as Python writes it: over several lines where it has some. */
function text(value: string): string {
  const trimmed = value.trim();
  if (!trimmed.includes("\n")) return JSON.stringify(trimmed);
  return `"""\n${trimmed.replaceAll("\\", "\\\\").replaceAll('"""', '\\"\\"\\"')}\n"""`;
}
