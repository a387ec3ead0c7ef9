declare module "prettier/esm/standalone.mjs" {
  export { format } from "prettier/standalone";
}
