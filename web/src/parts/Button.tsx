import clsx from "clsx";
import type { ButtonHTMLAttributes, ReactNode } from "react";
import styles from "./parts.module.css";

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** "main" once a screen at most; "plain" where many stand together. */
  look?: "main" | "plain" | "danger";
  small?: boolean;
  icon?: ReactNode;
  /** Whether the button is a switch that is on. */
  pressed?: boolean;
}

/** A button; one with an icon alone needs `aria-label`, which is its tip too. */
export function Button({ look, small, icon, pressed, className, children, ...rest }: Props) {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      title={rest["aria-label"]}
      {...rest}
      className={buttonClass({ look, small, alone: children === undefined }, className)}
    >
      {icon}
      {children}
    </button>
  );
}

/** The classes of a button, for links that look like one. */
export function buttonClass(
  { look, small, alone }: { look?: Props["look"] | undefined; small?: boolean | undefined; alone?: boolean } = {},
  className?: string,
): string {
  return clsx(
    styles["button"],
    look && styles[look],
    small && styles["smallButton"],
    alone && styles["iconOnly"],
    className,
  );
}
