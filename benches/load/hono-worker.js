// The worker behind `hono/jwt`, which checks signature and times and knows of no revocation.

import { verify } from "hono/jwt";

import { answer } from "./answer.js";

export default {
  async fetch(request, { SECRET, ISSUER }) {
    const [, token = ""] = request.headers.get("authorization")?.split(" ") ?? [];
    try {
      const { sub } = await verify(token, SECRET, { alg: "HS256", iss: ISSUER });
      return answer(sub);
    } catch {
      return new Response("Unauthorized", { status: 401 });
    }
  },
};
