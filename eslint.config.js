import js from "@eslint/js";
import ts from "typescript-eslint";

/** What each room may import: imports flow one way (docs/ARCHITECTURE.md). */
const ROOMS = {
  protocol: [],
  bindings: [],
  kernels: ["protocol"],
  da: ["protocol"],
  engine: ["protocol", "kernels"],
  service: ["protocol", "bindings"],
  node: ["protocol", "kernels", "engine", "da", "service", "bindings"],
  batcher: ["protocol", "da", "service", "bindings"],
  proposer: ["protocol", "kernels", "engine", "da", "node", "service", "bindings"],
  challenger: ["protocol", "kernels", "engine", "da", "node", "service", "bindings"],
  sdk: ["protocol", "bindings"],
};

const directions = Object.entries(ROOMS).map(([room, allowed]) => ({
  files: [`packages/${room}/src/**/*.ts`],
  rules: {
    "no-restricted-imports": [
      "error",
      {
        patterns: [
          {
            regex: `^@lakh/(?!(${allowed.length > 0 ? allowed.join("|") : "none"})(/|$))`,
            message: `Imports flow one way: ${room} may import ${allowed.join(", ") || "no other room"}.`,
          },
        ],
      },
    ],
  },
}));

export default ts.config(
  {
    ignores: ["**/node_modules", "**/dist", "**/generated", "artifacts", "cache", "coverage"],
  },
  js.configs.recommended,
  ...ts.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { arguments: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      eqeqeq: "error",
      "prefer-const": "error",
    },
  },
  {
    // chai's assertions are expressions.
    files: ["test/**/*.ts", "packages/*/test/**/*.ts"],
    rules: { "@typescript-eslint/no-unused-expressions": "off" },
  },
  {
    // Nothing that decides state reads the clock, randomness or the locale.
    files: ["packages/{protocol,kernels,engine}/src/**/*.ts", "packages/node/src/derivation/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Math", property: "random", message: "State never depends on randomness." },
        { object: "Date", property: "now", message: "State never depends on the clock." },
        { object: "performance", property: "now", message: "State never depends on the clock." },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "NewExpression[callee.name='Date']", message: "State never depends on the clock." },
        {
          selector: "CallExpression[callee.property.name='toLocaleString']",
          message: "State never depends on the locale.",
        },
      ],
    },
  },
  {
    files: ["**/*.{js,mjs}"],
    languageOptions: { globals: { process: "readonly", console: "readonly", URL: "readonly" } },
  },
  ...directions,
);
