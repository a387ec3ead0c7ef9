import { useEffect, useState, useSyncExternalStore } from "react";

/** How the page looks; "system" follows the operating system. */
export type Theme = "system" | "light" | "dark";
export type Shade = "light" | "dark";

const STORED = "goldthread.theme";
const DARK = matchMedia("(prefers-color-scheme: dark)");

/** The user's choice, the shade it means right now, and the way to choose another; kept across visits. */
export function useTheme(): { theme: Theme; shade: Shade; choose: (theme: Theme) => void } {
  const [theme, setTheme] = useState(stored);
  const systemIsDark = useSyncExternalStore(listenToSystem, () => DARK.matches);
  const shade = theme === "system" ? (systemIsDark ? "dark" : "light") : theme;
  useEffect(() => {
    localStorage.setItem(STORED, theme);
    document.documentElement.dataset["shade"] = shade;
  }, [theme, shade]);
  return { theme, shade, choose: setTheme };
}

function stored(): Theme {
  const value = localStorage.getItem(STORED);
  return value === "light" || value === "dark" ? value : "system";
}

function listenToSystem(listener: () => void): () => void {
  DARK.addEventListener("change", listener);
  return () => DARK.removeEventListener("change", listener);
}
