/** Who offered what of an attribute, and why the others lost; made from the explanation of survivorship. Pure. */
import type { SurvivorshipViewQuery } from "./survivorship.generated";

export type Explanation = SurvivorshipViewQuery["survivorshipExplanations"][number];
export type Candidate = Explanation["candidates"][number];

/** What a source record offers of one attribute; `value` null: nothing. */
export interface Offer {
  system: string;
  key: string;
  value: string | null;
  saidAt: string | null;
  isTaken: boolean;
  candidate: Candidate;
}

/** What every source record offers of an attribute, the best first. */
export function offersOf(explanation: Explanation | undefined, attribute: string): Offer[] {
  return (explanation?.candidates ?? []).map((candidate) => {
    const value = candidate.values.find((one) => one.attribute === attribute);
    return {
      system: candidate.sourceRecord.system,
      key: candidate.sourceRecord.key,
      value: value?.value ?? null,
      saidAt: value?.saidAt ?? null,
      isTaken: value?.isTaken ?? false,
      candidate,
    };
  });
}

/** The offers that were not taken and say something else than what was. */
export function losersOf(offers: readonly Offer[], taken: string | null): Offer[] {
  return offers.filter(({ isTaken, value }) => !isTaken && value !== null && value !== taken);
}

/** The explanation that an attribute is part of. */
export function explanationOf(all: readonly Explanation[], attribute: string): Explanation | undefined {
  return all.find(({ attributes }) => attributes.includes(attribute));
}

/** A rule in words. */
export function ruleWords(rule: string | null | undefined): string {
  return rule ? rule.replaceAll("_", " ") : "no choice";
}
