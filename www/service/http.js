// The few words of HTTP that the routes share.

export function json(status, body, headers = {}) {
  return Response.json(body, { status, headers: { "cache-control": "no-store", ...headers } });
}

/** The members of a JSON body, of nothing else: other sites' forms cannot send that type unasked. */
export async function readJson(request) {
  if (!request.headers.get("content-type")?.startsWith("application/json")) return {};
  return Object(await request.json().catch(() => ({})));
}

export function bearerOf(request) {
  return request.headers.get("authorization")?.match(/^Bearer (.+)$/i)?.[1];
}

export function cookieOf(request, name) {
  const cookies = (request.headers.get("cookie") ?? "").split("; ");
  return cookies.find((cookie) => cookie.startsWith(`${name}=`))?.slice(name.length + 1);
}
