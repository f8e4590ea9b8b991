// The page's way to the regions. A token goes along only where it is handed over.

import { announce } from "./dom.js";

export const REGIONS = ["helsinki", "sydney"];

export const titleOf = (region) => region[0].toUpperCase() + region.slice(1);

export async function get(region, path, token) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await fetch(`/${region}/api/${path}`, { headers });
  if (!response.ok) throw new Error(`${path} was answered ${response.status}`);
  return response.json();
}

/** Answers the body, or undefined where it failed; then that has been announced. */
export async function post(region, path, body = {}) {
  const response = await send(region, path, body).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.ok) return answer;
  const reason = answer?.message ?? answer?.error_description ?? "the worker does not answer";
  announce(`That failed: ${reason}`);
  return undefined;
}

export function send(region, path, body = {}, more = {}) {
  const headers = { "content-type": "application/json" };
  return fetch(`/${region}/api/${path}`, { method: "POST", headers, body: JSON.stringify(body), ...more });
}
