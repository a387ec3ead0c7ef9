import { Pause, Play } from "lucide-react";
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from "react";
import { Button, instantText } from "@/parts";
import { LABEL_WIDTH } from "./picture";
import styles from "./golden.module.css";

interface Props {
  /** The system instants at which something was recorded, oldest first. */
  recorded: readonly string[];
  /** The one that is chosen; null: all that is known now. */
  knownAt: string | null;
  width: number;
  onChoose: (at: string | null) => void;
}

const STEP_MILLISECONDS = 1100;

/** The other axis of time: a step for each instant at which we learned something, which can be played like a film. */
export function KnownDial({ recorded, knownAt, width, onChoose }: Props) {
  const track = useRef<HTMLDivElement>(null);
  const [playing, setPlaying] = useState(false);
  const last = recorded.length - 1;
  const place = knownAt === null ? last : Math.max(0, recorded.findLastIndex((at) => Date.parse(at) <= Date.parse(knownAt)));
  const choose = (index: number) => onChoose(index >= last ? null : (recorded[Math.max(0, index)] ?? null));
  const latest = useRef({ place, choose });
  useEffect(() => {
    latest.current = { place, choose };
  });
  useEffect(() => {
    if (!playing) return undefined;
    const timer = setInterval(() => {
      const { place: here, choose: go } = latest.current;
      if (here >= last) setPlaying(false);
      else go(here + 1);
    }, STEP_MILLISECONDS);
    return () => clearInterval(timer);
  }, [playing, last]);
  const play = () => {
    if (!playing && place >= last) choose(0);
    setPlaying(!playing);
  };
  const pick = (event: PointerEvent<HTMLDivElement>) => {
    const box = track.current?.getBoundingClientRect();
    if (box) choose(Math.round(((event.clientX - box.left) / box.width) * last));
  };
  const key = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, Home: -recorded.length, End: recorded.length }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(Math.max(0, Math.min(last, place + step)));
  };
  const share = last <= 0 ? 1 : place / last;
  return (
    <div className={styles["known"]} style={{ width }}>
      <div className={styles["knownTitle"]} style={{ width: LABEL_WIDTH }}>
        <span>What we knew</span>
        <Button small look="plain" disabled={last <= 0} icon={playing ? <Pause aria-hidden /> : <Play aria-hidden />} aria-label={playing ? "Pause" : "Play how we learned it"} onClick={play} />
      </div>
      <div
        ref={track}
        className={styles["track"]}
        role="slider"
        tabIndex={0}
        aria-label="Known at"
        aria-valuemin={0}
        aria-valuemax={Math.max(0, last)}
        aria-valuenow={Math.max(0, place)}
        aria-valuetext={`${instantText(recorded[place] ?? "", true)}, ${place + 1} of ${recorded.length}`}
        onKeyDown={key}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          pick(event);
        }}
        onPointerMove={(event) => event.buttons === 1 && pick(event)}
      >
        <span className={styles["groove"]} />
        <span className={styles["passed"]} style={{ width: `${share * 100}%` }} />
        {recorded.length <= 120 &&
          recorded.map((at, index) => (
            <span key={at} className={styles["beat"]} data-passed={index <= place} style={{ left: `${last <= 0 ? 100 : (index / last) * 100}%` }} title={instantText(at, true)} />
          ))}
        <span className={styles["knob"]} style={{ left: `${share * 100}%` }} />
      </div>
      <span className={styles["knownText"]}>
        {knownAt === null ? "all that is known now" : `as known at ${instantText(knownAt, true)}`}
        {recorded.length > 1 && <small>{` · ${place + 1} of ${recorded.length}`}</small>}
      </span>
    </div>
  );
}
