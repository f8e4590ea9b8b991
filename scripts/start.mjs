// `npm start`: builds everything and serves the demo. PORT chooses the port (default 8787).

import { build } from "./build.mjs";
import { Stop, main, step } from "./steps.mjs";

await main(async () => {
  await build();
  const port = Number(process.env.PORT ?? 8787);
  let demo;
  await step("starting the demo in workerd", "about 2 s", async () => {
    // Not imported before: its packages may only just have been installed.
    const { startDemo } = await import("./demo.mjs");
    demo = await startDemo({ port }).catch((error) => {
      throw new Stop(`The demo did not start on port ${port} (PORT=... chooses one): ${error.message}`);
    });
  });
  console.log(`\nThe demo listens at ${demo.address} — Ctrl-C stops it.`);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void demo.stop());
});
