// tests/vectors.json with its tokens made, by Node's own crypto and not by the code under test.

import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";

/** The vectors, each case with its `token`. */
export function readVectors() {
  const vectors = JSON.parse(readFileSync(new URL("../vectors.json", import.meta.url), "utf8"));
  const cases = vectors.cases.map((described) => ({ ...described, token: tokenOf(described) }));
  return { ...vectors, cases };
}

function tokenOf(described) {
  const { header = "", payload = "", mac = "HS256", secret = "", form = "{h}.{p}.{s}" } = described;
  if (described.repeat !== undefined) return described.repeat[0].repeat(described.repeat[1]);
  const [h, p] = [header, payload].map((text) => Buffer.from(text).toString("base64url"));
  const hash = mac.replace("HS", "sha");
  const s = createHmac(hash, secret).update(`${h}.${p}`).digest("base64url");
  return form.replace("{h}", h).replace("{p}", p).replace("{s}", s);
}
