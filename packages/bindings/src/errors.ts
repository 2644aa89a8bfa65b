/** A parameters or deployment file that cannot be used, with the field at fault. */
export class ConfigError extends Error {
  readonly code: "LAKH_BAD_PARAMETERS" | "LAKH_BAD_DEPLOYMENT";
  readonly field: string;
  constructor(code: ConfigError["code"], field: string, message: string) {
    super(`${field}: ${message}`);
    this.name = "ConfigError";
    this.code = code;
    this.field = field;
  }
}
