import { Monitor, Moon, Sun } from "lucide-react";
import { Button } from "@/parts";
import { useTheme, type Theme } from "./theme";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICONS = { system: Monitor, light: Sun, dark: Moon };
const NAMES: Record<Theme, string> = { system: "as the system", light: "light", dark: "dark" };

/** Goes from the system's colours to light, to dark, and back. */
export function ThemeSwitch() {
  const { theme, choose } = useTheme();
  const Icon = ICONS[theme];
  return (
    <Button
      look="plain"
      icon={<Icon aria-hidden />}
      aria-label={`Colours: ${NAMES[theme]}. Change to ${NAMES[NEXT[theme]]}`}
      onClick={() => choose(NEXT[theme])}
    />
  );
}
