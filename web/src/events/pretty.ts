/**
 * JSON set out by lines without reading its values, so that long numbers, repeated names and the spelling stay as they
 * came; null where it is no JSON.
 */
export function pretty(text: string): string | null {
  try {
    JSON.parse(text);
  } catch {
    return null;
  }
  const parts: string[] = [];
  let depth = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+/g)) {
    const open = token === "{" || token === "[";
    const close = token === "}" || token === "]";
    const last = parts.at(-1);
    if (close) {
      depth -= 1;
      if (last !== undefined && /[{[]\n *$/.test(last)) parts[parts.length - 1] = last.trimEnd();
      else parts.push(line(depth));
    }
    if (open) parts.push(token + line(++depth));
    else if (token === ",") parts.push(token + line(depth));
    else parts.push(token === ":" ? ": " : token);
  }
  return parts.join("");
}

function line(depth: number): string {
  return `\n${"  ".repeat(depth)}`;
}
