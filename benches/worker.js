// One request, one pass.

import { runPass } from "./runners.js";

export default {
  async fetch(request) {
    await runPass(await request.json());
    return new Response("ok");
  },
};
