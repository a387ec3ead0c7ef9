/** How a match weight comes about: each comparison adds or takes bits, one bar after the other. Pure. */

export interface Step {
  comparison: string;
  level?: string | null;
  bits: number;
}

export interface Beam {
  title: string;
  detail: string;
  bits: number;
  /** Where the bar begins and ends on the axis of bits. */
  from: number;
  to: number;
  kind: "prior" | "for" | "against" | "nothing" | "total";
}

export interface Waterfall {
  beams: Beam[];
  least: number;
  most: number;
}

/** The bars of a weight, in order: what is true of any two, each comparison, and the sum. */
export function waterfall(prior: number, steps: readonly Step[], total: number): Waterfall {
  let sum = prior;
  const beams: Beam[] = [{ title: "any two records", detail: "before anything is compared", bits: prior, from: 0, to: prior, kind: "prior" }];
  for (const step of steps) {
    const from = sum;
    sum += step.bits;
    beams.push({
      title: step.comparison.replaceAll("_", " "),
      detail: step.level ? levelWords(step.level) : "not known of both",
      bits: step.bits,
      from,
      to: sum,
      kind: step.bits > 0 ? "for" : step.bits < 0 ? "against" : "nothing",
    });
  }
  beams.push({ title: "weight", detail: "what the model says", bits: total, from: 0, to: total, kind: "total" });
  const ends = beams.flatMap(({ from, to }) => [from, to]);
  return { beams, least: Math.min(0, ...ends), most: Math.max(0, ...ends) };
}

/** A level of a comparison in words: "equal(street, postal_code)" → "equal street, postal code". */
export function levelWords(level: string): string {
  if (level === "else") return "different";
  const found = /^(\w+)\((.*)\)$/.exec(level);
  if (!found) return level.replaceAll("_", " ");
  const [, kind = "", inside = ""] = found;
  const names = inside.split(",").map((one) => one.trim()).filter((one) => !/^[\d.]+$/.test(one));
  const told = { damerau: "a typing error apart in", jaro_winkler: "nearly equal", prefix: "one begins the other:", start: "same beginning of", any_equal: "equal", swapped: "swapped", local_part_equal: "equal before the @:", day_month_swapped: "day and month swapped in" }[kind];
  return `${told ?? kind.replaceAll("_", " ")} ${names.join(", ").replaceAll("_", " ")}`;
}

/** Bits with their sign, as they are written beside a bar. */
export function bitsText(bits: number): string {
  const size = Math.abs(bits) < 0.05 ? "0" : Math.abs(bits).toFixed(1);
  return size === "0" ? "0" : `${bits > 0 ? "+" : "−"}${size}`;
}
