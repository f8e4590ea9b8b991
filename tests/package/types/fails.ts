// Wrong use: every line under @ts-expect-error must be an error.

import { Gate, Issuer, KeyPairs, KeySet, Revocations, Verifier, listHistory, profile } from "edge-jwt";
import type { Decision, Gated, KeyPairRecord } from "edge-jwt";
import { entriesOfGlobalRevocation, entriesOfNotBefore } from "edge-jwt/events";
import { guard, guardNode } from "edge-jwt/handler";
import { guardHono } from "edge-jwt/hono";
import { miniorange, wordpress } from "edge-jwt/service";
import { MemoryStore, SqlStore } from "edge-jwt/store";
import { Session, SessionError } from "edge-jwt/widget";

declare const keys: KeySet;
declare const decision: Decision;
declare const pairs: KeyPairRecord[];

// @ts-expect-error: claims are there only once the decision is known to be good
decision.claims;
// @ts-expect-error: a code is there only once it is known to be bad
decision.code;
if (decision.ok) {
  // @ts-expect-error: a header is shared and frozen
  decision.header.kid = "x";
}
// @ts-expect-error: the issuer must be said
new Verifier({ keys, audience: null });
// @ts-expect-error: the audience must be said
new Verifier({ keys, issuer: null });
// @ts-expect-error: keys are a KeySet
new Verifier({ keys: [], issuer: null, audience: null });
// @ts-expect-error: there is no such option
new Verifier({ keys, issuer: null, audience: null, ignoreExpiration: true });
// @ts-expect-error: a claim is named by a JSON pointer
new Verifier({ keys, issuer: null, audience: null, required: ["jti"] });
// @ts-expect-error: the host's check answers a code or nothing
new Verifier({ keys, issuer: null, audience: null, customCheck: () => true });
// @ts-expect-error: a cache is described, not switched
new Verifier({ keys, issuer: null, audience: null, cache: true });
// @ts-expect-error: rules of a version are for a version
new Verifier({ keys, issuer: null, audience: null, versions: { claim: "/v", rules: [{}] } });
// @ts-expect-error: `none` cannot be expressed
new KeySet([{ alg: "none", secret: "" }]);
// @ts-expect-error: a key needs its algorithm
new KeySet([{ secret: "x" }]);
// @ts-expect-error: a secret goes with HMAC alone
new KeySet([{ alg: "RS256", secret: "x" }]);
// @ts-expect-error: an entry names what it throws out
new Revocations().revoke({ before: 1 });
// @ts-expect-error: the time of receipt must be said
entriesOfGlobalRevocation({}, {});
// @ts-expect-error: the realm's issuer must be said
entriesOfNotBefore({ action: "PUSH_NOT_BEFORE", notBefore: 1 }, {});
// @ts-expect-error: a length of time has one of five units
new Issuer({ keys }).issueSync({}, { ttl: "1 hour" });
// @ts-expect-error: kinds of tokens are a closed list
new Verifier({ keys, issuer: null, audience: null, kind: "id" });
// @ts-expect-error: where families are kept must be said
new Issuer({ keys }).refresh("", { verifier: new Verifier({ keys, issuer: null, audience: null }) });
declare const verifier: Verifier;
declare const gated: Gated;
// @ts-expect-error: a gate has a verifier
new Gate({ routes: [] });
// @ts-expect-error: a route says what it asks for
new Gate({ verifier, routes: [{ path: "/a" }] });
// @ts-expect-error: a list of roles is one of those that may or of those that may not
new Gate({ verifier, roles: { claim: "/role", allow: "a", deny: "b" } });
// @ts-expect-error: a role is named by a JSON pointer
new Gate({ verifier, roles: { claim: "role", allow: "a" } });
// @ts-expect-error: there are three kinds of access
new Gate({ verifier, access: "open" });
// @ts-expect-error: claims are there only where a token was
gated.claims;
// @ts-expect-error: an answer is there only where it is needed
gated.response;
if (!decision.ok) {
  // @ts-expect-error: codes are a closed list
  decision.code === "no_such_code";
}
// @ts-expect-error: how tokens name a pair must be said
new KeyPairs({ secret: "x" });
// @ts-expect-error: an owner's pairs are listed without their hashes
new KeyPairs({ secret: "x", tokensNameIt: "key" }).list(pairs)[0]?.hash;
// @ts-expect-error: whose records must be said
listHistory([], {});
// @ts-expect-error: nor does a query say it
listHistory([], { sub: "u" }, { sub: null });

// @ts-expect-error: there is no such vendor
profile("zooom");
// @ts-expect-error: a vendor has its own kinds
profile("zoom").policy("access", { site: "s" });
// @ts-expect-error: what must be said must be
profile("zoom").policy("api");
// @ts-expect-error: and be of its type
profile("zoom").claims("meeting", { apiKey: "K", meeting: "1", role: 2 });
// @ts-expect-error: a misspelt fact is none
profile("tiledesk").claims("guest", { firstName: "A" });
// @ts-expect-error: a pitfall is named, not switched off
profile("wp-jwt-auth").issuer({ site: "s", reuseRefreshTokens: false });
// @ts-expect-error: a vendor has its own places
profile("zoom").answer({ code: "expired" }, "validate");
// @ts-expect-error: codes are a closed list there too
profile("zoom").answer({ code: "no_such_code" });
// @ts-expect-error: this vendor makes its tokens itself
profile("hubspot").issuer();
// @ts-expect-error: a key must be named where the vendor asks for one
profile("zendesk").issuer();

declare const gate: Gate;
declare const store: MemoryStore;

// @ts-expect-error: claims are there only once the token is known to be good
guard(gate, (request, gated) => Response.json(gated.claims));
// @ts-expect-error: a handler answers
guard(gate, () => {});
// @ts-expect-error: a guard needs a gate, not a verifier
guard(new Verifier({ keys, issuer: null, audience: null }), () => new Response());
// @ts-expect-error: a guard of Node's needs a listener
guardNode(gate);
// @ts-expect-error: a gate is made of an environment, not of a text
guardHono("secret");
// @ts-expect-error: the record that is replaced must be said, or null
store.pairs.put(pairs[0]!);
// @ts-expect-error: an entry names what is thrown out
store.revocations.add({ exp: 1700000000 });
// @ts-expect-error: a token's record has an id
store.tokens.add({ jti: "a" });
// @ts-expect-error: what to forget goes by a time that is said
store.prune();
// @ts-expect-error: a database needs its driver
new SqlStore({ prepare() {} });

declare const secrets: KeyPairs;
const site = "https://example.org";
// @ts-expect-error: who may edit whom must be said
wordpress({ keys, site, pairs: secrets, user: () => null });
// @ts-expect-error: a user has an e-mail
wordpress({ keys, site, pairs: secrets, mayEdit: () => false, user: () => ({ login: "a" }) });
// @ts-expect-error: whether users are asked for must be said
miniorange({ keys, signIn: () => null });
// @ts-expect-error: a user has a number
miniorange({ keys, signIn: () => ({ id: "1", name: "a" }), isUser: null });

declare const session: Session;
const supplier = () => "a.b.c";
// @ts-expect-error: a session has a supplier
new Session({ name: "chat" });
// @ts-expect-error: which is no token
new Session({ token: "a.b.c" });
// @ts-expect-error: and answers one
new Session({ token: () => 5 });
// @ts-expect-error: no secret belongs in a page
new Session({ token: supplier, secret: "x" });
// @ts-expect-error: a verifier is one, not its keys
new Session({ token: supplier, verifier: keys });
// @ts-expect-error: what is kept on disk is not offered
new Session({ token: supplier, keep: "localStorage" });
// @ts-expect-error: two values, no switch
new Session({ token: supplier, tabs: false });
// @ts-expect-error: facts have names
session.signIn("ada");
// @ts-expect-error: there are four events
session.on("signedIn", () => {});
// @ts-expect-error: each with its own members
session.on("renewed", ({ state }) => state);
// @ts-expect-error: states are a closed list
session.state === "loggedIn";
// @ts-expect-error: the state is what came about, and not set
session.state = "signedIn";
// @ts-expect-error: there may be no claims
session.claims.sub;
// @ts-expect-error: this package alone makes them
new SessionError("refused", "no");
