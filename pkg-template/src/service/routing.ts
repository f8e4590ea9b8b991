// Finding the route of a request. Routes are few and their order says nothing: a path that is
// written out wins over one with braces.

import { SetupError } from "../errors.js";
import type { HttpAnswer } from "../http.js";
import type { PartRoutes, ServiceRoute } from "./types.js";

/** A route, the part it is of, and what its braces stand for. */
export interface Found {
  route: ServiceRoute;
  part: PartRoutes;
  params: Record<string, string>;
}

/** What is there for a request; where there is a path but not for the method, the methods. */
export type Finding = Found | { methods: string[] };

interface Row {
  route: ServiceRoute;
  part: PartRoutes;
  segments: string[];
}

/** Finds routes. */
export type Router = (method: string, url: URL) => Finding;

/** The router of these parts. Two routes for the same requests are misuse. */
export function routerOf(parts: PartRoutes[]): Router {
  const rows = parts.flatMap((part) => part.routes.map((route) => rowOf(part, route)));
  rows.sort((one, two) => bracesOf(one) - bracesOf(two));
  refuseTwins(rows);
  return (method, url) => {
    const meant = rows.flatMap((row) => {
      const params = paramsOf(row, pathFor(row.part, url));
      return params === undefined ? [] : [{ route: row.route, part: row.part, params }];
    });
    const asked = method === "HEAD" ? "GET" : method;
    const found = meant.find(({ route }) => route.method === asked);
    return found ?? { methods: meant.map(({ route }) => route.method) };
  };
}

function rowOf(part: PartRoutes, route: ServiceRoute): Row {
  return { route, part, segments: ((part.base ?? "") + route.path).split("/") };
}

/** Whatever no other route could be meant by goes first. */
function bracesOf({ segments }: Row): number {
  return segments.filter((segment) => segment.startsWith("{")).length;
}

function refuseTwins(rows: Row[]): void {
  const seen = new Set<string>();
  for (const { route, segments } of rows) {
    const shape = segments.map((segment) => (segment.startsWith("{") ? "{}" : segment));
    const name = `${route.method} ${shape.join("/")}`;
    if (seen.has(name)) throw new SetupError("parts", `have two routes for ${name}`);
    seen.add(name);
  }
}

/** The path, or where the part says so the one that the query names. */
function pathFor({ base = "", routeQuery }: PartRoutes, url: URL): string {
  if (routeQuery === undefined || url.pathname.startsWith(`${base}/`)) return url.pathname;
  const [named, ...more] = url.searchParams.getAll(routeQuery);
  if (named === undefined || more.length > 0) return url.pathname;
  // A query is unescaped already: what looks like an escape by now is none.
  return base + named.split("/").map(encodeURIComponent).join("/");
}

function paramsOf({ segments }: Row, path: string): Record<string, string> | undefined {
  const given = path.split("/");
  if (given.length !== segments.length) return undefined;
  const params: Record<string, string> = {};
  for (const [place, segment] of segments.entries()) {
    const text = given[place] ?? "";
    if (!segment.startsWith("{")) {
      if (segment !== text) return undefined;
      continue;
    }
    const value = unescaped(text);
    if (value === undefined) return undefined;
    params[segment.slice(1, -1)] = value;
  }
  return params;
}

/** Nothing where it is empty, or no text at all. */
function unescaped(segment: string): string | undefined {
  try {
    const text = decodeURIComponent(segment);
    return text === "" || /\0/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

/** The answer where no route is, or not for the method (RFC 9110 sections 15.5.5 and 15.5.6). */
export function unrouted(methods: string[]): HttpAnswer {
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
  if (methods.length === 0) return { status: 404, headers, body: '{"error":"not_found"}' };
  return {
    status: 405,
    headers: { ...headers, Allow: allowed(methods) },
    body: '{"error":"method_not_allowed"}',
  };
}

/** Methods as a header lists them. */
export function allowed(methods: string[]): string {
  const all = methods.includes("GET") ? [...methods, "HEAD", "OPTIONS"] : [...methods, "OPTIONS"];
  return [...new Set(all)].join(", ");
}
