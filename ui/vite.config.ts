import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  base: "./",
  resolve: {
    // The package's main entry brings every letter code of the older standards along; ours are all
    // number codes, and leaving the rest out halves the symbol code that the browser loads.
    alias: { "milsymbol/modules": here("./node_modules/milsymbol/index.mjs") },
  },
  build: {
    outDir: "../gateway/page",
    emptyOutDir: true,
    target: "es2022",
    chunkSizeWarningLimit: 1600,
  },
  test: { include: ["test/**/*.test.ts"] },
} as Parameters<typeof defineConfig>[0]);
