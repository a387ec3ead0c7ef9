/** The mark of Goldthread: a thread with one bead. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg viewBox="0 0 32 32" width={size} height={size} fill="none" stroke="var(--thread)" strokeWidth="3" strokeLinecap="round" aria-hidden>
      <path d="M4 23c6 0 6-14 12-14s6 14 12 14" />
      <circle cx="16" cy="9" r="4" fill="var(--card)" />
    </svg>
  );
}
