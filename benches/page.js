// One call brings the job; each later one runs a pass, and says its milliseconds by the page's clock.

import { prepare, runPass } from "./runners.js";

window.prepare = prepare;
window.runPass = async (name) => {
  const started = performance.now();
  await runPass(name);
  return performance.now() - started;
};
