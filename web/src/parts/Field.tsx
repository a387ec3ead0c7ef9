import { useId, type InputHTMLAttributes, type ReactElement, type ReactNode, cloneElement } from "react";
import styles from "./parts.module.css";

interface Props {
  label: string;
  hint?: ReactNode;
  /** What is wrong with what was entered. */
  wrong?: string | undefined;
  /** The control; left out it is a text field, to which all other properties go. */
  children?: ReactElement<{ id?: string; className?: string; "aria-describedby"?: string; "aria-invalid"?: boolean }>;
  hideLabel?: boolean;
}

/** A label, a control, and what is to be said of it. */
export function Field({
  label,
  hint,
  wrong,
  children,
  hideLabel = false,
  ...rest
}: Props & Omit<InputHTMLAttributes<HTMLInputElement>, "children">) {
  const id = useId();
  const told = wrong ?? hint;
  const given = {
    id,
    className: styles["input"] ?? "",
    ...(told ? { "aria-describedby": `${id}-told` } : {}),
    ...(wrong ? { "aria-invalid": true } : {}),
  };
  return (
    <div className={styles["field"]}>
      <label className={hideLabel ? "unseen" : styles["label"]} htmlFor={id}>
        {label}
      </label>
      {children ? cloneElement(children, given) : <input type="text" {...rest} {...given} />}
      {told && (
        <div id={`${id}-told`} className={wrong ? styles["wrong"] : styles["hint"]}>
          {told}
        </div>
      )}
    </div>
  );
}
