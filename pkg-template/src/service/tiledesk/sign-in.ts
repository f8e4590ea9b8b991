// Signing in: with a password (TD-32), as a guest (TD-31), and with a token that a project's own
// server has signed for its visitor (TD-20 to TD-22).
//
// A visitor gives himself no role (not so TD-23): the policy refuses the claim.

import { SetupError } from "../../errors.js";
import type { HttpAnswer } from "../../http.js";
import type { Issued } from "../../issue-types.js";
import { profile } from "../../profile.js";
import type { Claims, Code, Json } from "../../types.js";
import { inspect } from "../../verifier.js";
import { textOf } from "../fields.js";
import { found, foundById } from "../found.js";
import type { Asked, ServiceRoute } from "../types.js";
import { orRefused, readToken } from "./callers.js";
import type { Tokens } from "./tokens.js";
import type { TiledeskOptions } from "./types.js";

/** The routes under `/auth`. */
export function signInRoutes(options: TiledeskOptions, tokens: Tokens): ServiceRoute[] {
  return [
    {
      ...{ method: "POST", path: "/auth/signin", guesses: "counted" },
      answer: (asked) => signInWithPassword(options, tokens, asked),
    },
    {
      ...{ method: "POST", path: "/auth/signinAnonymously" },
      answer: (asked) => signInAnonymously(options, tokens, asked),
    },
    {
      ...{ method: "POST", path: "/auth/signinWithCustomToken" },
      answer: (asked) => signInWithToken(options, tokens, asked),
    },
  ];
}

async function signInWithPassword(
  { signIn, ttl }: TiledeskOptions,
  tokens: Tokens,
  { fields, request, now }: Asked,
): Promise<HttpAnswer> {
  const [email, password] = [textOf(fields, "email"), textOf(fields, "password")];
  if (email === null) return invalid("email");
  if (password === null) return invalid("password");
  const user = foundById(await signIn({ email, password }, request));
  if (user === null) return failed();
  const { id, email: address, firstname, lastname, emailVerified } = user;
  const facts = { id, email: address, firstname, lastname, emailVerified };
  const made = profile("tiledesk").claims("user", { ...facts, ...lifeOf(ttl), now });
  const issued = await tokens.sign(made, now);
  await tokens.keep(issued);
  return signedIn(issued);
}

async function signInAnonymously(
  options: TiledeskOptions,
  tokens: Tokens,
  { fields, now }: Asked,
): Promise<HttpAnswer> {
  const project = textOf(fields, "id_project");
  if (project === null) return invalid("id_project");
  const guest = await guestOf(tokens, fields, { ...lifeOf(options.ttl), now });
  if ("status" in guest) return guest;
  const denial = await denialOf(options, project, guest.issued.claims);
  if (denial !== null) return denial;
  await tokens.keep(guest.issued);
  return guest.answer;
}

async function signInWithToken(
  options: TiledeskOptions,
  tokens: Tokens,
  { fields, request, now }: Asked,
): Promise<HttpAnswer> {
  const read = readToken(request);
  if (!read.ok) return refused(read);
  const { token } = read;
  const fault = audienceFault(token);
  if (fault !== null) return refused(fault);
  const decision = await tokens.verify(token, now);
  if (!decision.ok) return refused(decision);
  const { claims, captured } = decision;
  // Before anything is kept: it may be more than an answer can hold.
  const answer = orRefused(() => welcomed(token, claims), "signin");
  if (answer.status !== 200) return answer;
  // TD-22: where the token names no project, the body may.
  const project = captured?.project ?? textOf(fields, "id_project");
  const denial = project === null ? null : await denialOf(options, project, claims);
  if (denial !== null) return denial;
  if (captured?.project !== undefined) await tokens.keepVisitor(token, claims, now);
  return answer;
}

/** Why somebody does not come into a project; nothing where they do. */
async function denialOf(
  { projects, admit }: TiledeskOptions,
  project: string,
  person: Claims,
): Promise<HttpAnswer | null> {
  if (found(await projects.find(project)) === null) return profile("tiledesk").respond("noProject");
  const isIn = admit === undefined || (await admit(project, person));
  // Nothing but true: an answer that was meant to be waited for lets nobody in.
  return isIn === true ? null : refused({ code: "wrong_subject" });
}

/**
 * A guest as a stranger describes one, with nothing of it kept: what a form, a token or an answer does
 * not take, the stranger hears of.
 */
async function guestOf(
  tokens: Tokens,
  { firstname, lastname, email, attributes }: Asked["fields"],
  { now, ...life }: { ttl?: number; now: number },
): Promise<{ issued: Issued; answer: HttpAnswer } | HttpAnswer> {
  try {
    const given = { firstname, lastname, email, attributes } as { firstname?: string };
    const made = profile("tiledesk").claims("guest", { ...given, ...life, now });
    const issued = await tokens.sign(made, now);
    return { issued, answer: signedIn(issued) };
  } catch (error) {
    if (SetupError.is(error) && GUESTS_OWN.includes(error.option)) return invalid(error.option);
    throw error;
  }
}

/** What a guest says; all of it together; and what the token would hold. */
const GUESTS_OWN = ["firstname", "lastname", "email", "attributes", "facts", "claims"];

/** TD-21: what is wrong with `aud` before any key is looked for. */
function audienceFault(token: string): { code: Code; claim?: string } | null {
  const seen = inspect(token);
  if (!seen.ok) return null;
  const { aud } = seen.claims;
  if (aud === undefined) return { code: "missing_claim", claim: "aud" };
  const lacksId = typeof aud === "string" && /^\w+:\/\/[^/]*\/(projects|subscriptions)\/?$/.test(aud);
  return lacksId ? { code: "wrong_audience" } : null;
}

function refused(refusal: { code: Code; claim?: string }): HttpAnswer {
  return profile("tiledesk").answer(refusal, "signin");
}

/** Not whether it was the address or the password. */
function failed(): HttpAnswer {
  return profile("tiledesk").respond("failed", { message: "Authentication failed." });
}

function invalid(param: string): HttpAnswer {
  const errors = [{ location: "body", param, msg: "Invalid value" }];
  return profile("tiledesk").respond("invalid", { errors });
}

function signedIn({ token, claims }: Issued): HttpAnswer {
  const { iss, aud, sub, jti, iat, exp, ...person } = claims;
  return welcomed(token, person);
}

function welcomed(token: string, person: Claims): HttpAnswer {
  const { _id: id, firstname = "", lastname = "" } = person;
  const fullName = `${textIn(firstname)} ${textIn(lastname)}`;
  const user = { ...person, id, fullName } as { [name: string]: Json };
  return profile("tiledesk").respond("signin", { token, user });
}

/** A visitor's server may have written anything. */
function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function lifeOf(ttl: number | undefined): { ttl?: number } {
  return ttl === undefined ? {} : { ttl };
}
