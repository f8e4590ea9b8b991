// What stands before the regions: hands a request on to the region that its path names first, as a
// network would by distance. All else is a file of the page. Decides nothing about tokens; but what
// another site's page sends goes no further, because the operator's side stands open.

export default {
  async fetch(request, env) {
    const url = new URL(request.url);
    const [, name, path] = url.pathname.match(/^\/(helsinki|sydney)(\/.*)$/) ?? [];
    if (name === undefined) return env.ASSETS.fetch(request);
    const origin = request.headers.get("origin");
    if (origin !== null && origin !== url.origin) return new Response("", { status: 403 });
    const there = new URL(path + url.search, url);
    const answer = await env[name.toUpperCase()].fetch(new Request(there, request));
    const fresh = new Response(answer.body, answer);
    // The next start of the demo has other lists under the same names.
    fresh.headers.set("cache-control", "no-store");
    return fresh;
  },
};
