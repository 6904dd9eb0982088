import js from "@eslint/js";
import svelte from "eslint-plugin-svelte";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "node_modules/",
      ".cache/",
      "dist/",
      "public/",
      "**/*.generated.ts",
      "**/testdata/",
      "test/conformance/*.mjs",
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { console: "readonly", process: "readonly", URL: "readonly", setTimeout: "readonly" } },
    rules: {
      "no-undef": "off",
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      "@typescript-eslint/consistent-type-imports": "error",
      eqeqeq: ["error", "always"],
      "svelte/no-at-html-tags": "error",
      // State classes keep plain maps for what is not shown; what is shown is declared with $state.
      "svelte/prefer-svelte-reactivity": "off",
      // It does not see `this.#field ??= …`; the compiler reports unused private members.
      "no-unused-private-class-members": "off",
    },
  },
  { files: ["**/*.svelte", "**/*.svelte.ts"], languageOptions: { parserOptions: { parser: tseslint.parser } } },
);
