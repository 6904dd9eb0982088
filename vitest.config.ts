import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["emulator/**/*.test.ts", "web/**/*.test.ts", "lessons/**/*.test.ts", "test/**/*.test.ts"],
    exclude: ["**/node_modules/**", "**/.cache/**", "test/e2e/**"],
    pool: "forks",
    testTimeout: 20_000,
  },
});
