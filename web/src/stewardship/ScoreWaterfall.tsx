import { bitsText, waterfall, type Step } from "./waterfall";
import styles from "./stewardship.module.css";

const LABEL = 132;
const BITS = 44;
const WIDTH = 520;
const ROW = 25;

/** How the weight of a match comes about, as bars that stand on each other's ends. */
export function ScoreWaterfall({ prior, steps, weight }: { prior: number; steps: readonly Step[]; weight: number }) {
  const { beams, least, most } = waterfall(prior, steps, weight);
  const room = WIDTH - LABEL - 2 * BITS;
  const x = (bits: number) => LABEL + BITS + ((bits - least) / (most - least || 1)) * room;
  const height = beams.length * ROW + 6;
  return (
    <svg className={styles["waterfall"]} viewBox={`0 0 ${WIDTH} ${height}`} role="img" aria-label={`Weight ${bitsText(weight)} bits: ${beams.map(({ title, bits }) => `${title} ${bitsText(bits)}`).join(", ")}`}>
      <line className={styles["zero"]} x1={x(0)} x2={x(0)} y1={0} y2={height} />
      {beams.map((beam, place) => {
        const y = place * ROW + 4;
        const [left, right] = [x(Math.min(beam.from, beam.to)), x(Math.max(beam.from, beam.to))];
        const isRight = beam.bits >= 0;
        return (
          <g key={place} data-kind={beam.kind}>
            <text x={LABEL} y={y + 12} textAnchor="end" className={styles["beamTitle"]}>
              {beam.title}
            </text>
            {place > 0 && place < beams.length - 1 && <line className={styles["step"]} x1={x(beam.from)} x2={x(beam.from)} y1={y - ROW + 17} y2={y + 17} />}
            <rect x={left} y={y} width={Math.max(2, right - left)} height={17} rx={3} />
            <text x={isRight ? right + 6 : left - 6} y={y + 12.5} textAnchor={isRight ? "start" : "end"} className={styles["beamBits"]}>
              {bitsText(beam.bits)}
            </text>
            <title>{`${beam.title}: ${beam.detail}, ${bitsText(beam.bits)} bits`}</title>
          </g>
        );
      })}
    </svg>
  );
}
