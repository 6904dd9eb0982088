import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

export default defineConfig({
  // State modules of the page are written in runes.
  plugins: [svelte({ configFile: "web/svelte.config.js" })],
  test: {
    include: ["emulator/**/*.test.ts", "web/**/*.test.ts", "lessons/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.cache/**", "test/e2e/**"],
    pool: "forks",
    // Tests that boot a machine share two cores with each other: patience, never a measure.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
