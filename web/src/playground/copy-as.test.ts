import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";
import { asCurl, asPython, type Asked } from "./copy-as";

const HOSTILE: Asked = {
  query: 'query Who($name: String!) {\n  customers(search: $name) { nodes { id } } # it\'s "quoted" \\ $HOME `id`\n}\n',
  variables: '{"name": "O\'Hara \\"x\\" $(id) \\n ü", /* a comment */ "n": 1}',
  url: "http://localhost:8000/graphql",
  hasKey: true,
};

it("writes a command whose words are exactly the question, whatever it holds", () => {
  const printed = execFileSync("sh", ["-c", asCurl(HOSTILE).replace(/^curl/, "printf '%s\\0'")], { env: { GOLDTHREAD_API_KEY: "k" } }).toString();
  const words = printed.split("\0");
  expect(words[0]).toBe(HOSTILE.url);
  expect(words).toContain("authorization: Bearer k");
  expect(JSON.parse(words[words.indexOf("-d") + 1]!)).toEqual({ query: HOSTILE.query.trim(), variables: { name: 'O\'Hara "x" $(id) \n ü', n: 1 } });
});

it("writes a program that holds exactly the question", () => {
  const told = "import sys; sys.stdout.write(json.dumps([query.strip(), variables]))";
  const program = asPython(HOSTILE).replace(/\nrequest = [\s\S]*/, `\n${told}\n`);
  const printed = execFileSync("python3", ["-c", program]).toString();
  expect(JSON.parse(printed)).toEqual([HOSTILE.query.trim(), { name: 'O\'Hara "x" $(id) \n ü', n: 1 }]);
});

it("follows subscriptions as server-sent events and leaves the key out where none is asked for", () => {
  const asked = { query: "subscription { runChanged { id } }", variables: "", url: "http://h/graphql", hasKey: false };
  expect(asCurl(asked)).toContain("-H 'accept: text/event-stream'");
  expect(asCurl(asked)).toContain("curl -N");
  expect(asCurl(asked)).not.toContain("authorization");
  expect(asPython(asked)).toContain('if line.startswith(b"data:")');
  expect(asCurl({ ...asked, query: "{ nothing" })).not.toContain("event-stream");
});
