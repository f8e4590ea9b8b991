// A request either brings the job or runs one pass over it.

import { prepare, runPass } from "./runners.js";

export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/job") await prepare(await request.json());
    else await runPass(searchParams.get("name"));
    return new Response("ok");
  },
};
