import { EXAMPLES, type Example } from "./examples";
import type { Theme } from "../shell/theme";

interface Props {
  theme: Theme;
  onTheme: (theme: Theme) => void;
  onExample: (example: Example) => void;
}

const THEMES: readonly [Theme, string][] = [
  ["system", "Auto"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** The bar above GraphiQL. */
export function Header({ theme, onTheme, onExample }: Props) {
  return (
    <header>
      <a className="brand" href="/">
        <Mark />
        <span>Goldthread</span>
      </a>
      <h1>playground</h1>
      {EXAMPLES.length > 0 && (
        <select
          aria-label="Open an example"
          value=""
          onChange={(event) => {
            const example = EXAMPLES.find(({ id }) => id === event.target.value);
            if (example) onExample(example);
          }}
        >
          <option value="">Examples</option>
          {EXAMPLES.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      )}
      <nav>
        <a href="/">Home</a>
        <a href="/metrics">Metrics</a>
        <a href="/readyz">Readiness</a>
      </nav>
      <div className="themes" role="group" aria-label="Colours">
        {THEMES.map(([value, label]) => (
          <button key={value} type="button" aria-pressed={theme === value} onClick={() => onTheme(value)}>
            {label}
          </button>
        ))}
      </div>
    </header>
  );
}

function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path className="thread" d="M4 23c6 0 6-14 12-14s6 14 12 14" />
      <circle className="bead" cx="16" cy="9" r="4" />
    </svg>
  );
}
