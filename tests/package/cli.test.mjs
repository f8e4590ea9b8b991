// The command line of the packed package, run as npm puts it there: every command, with what is
// good and what is not, by files and by pipes; lists that it makes are read by the library, and the
// other way round. After every run, whatever it was: no stack trace, and nothing secret.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHmac, generateKeyPairSync } from "node:crypto";
import * as fs from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

import { installInto } from "./install.mjs";

const folder = installInto("cli");
const root = join(folder, "node_modules/edge-jwt");
const { bin, version } = JSON.parse(fs.readFileSync(join(root, "package.json"), "utf8"));
const program = join(root, bin["edge-jwt"]);
const library = await import(pathToFileURL(join(root, "lib/hosts/node.js")).href);
const { Issuer, KeySet, RevocationBuilder, Revocations, Verifier } = library;

const NOW = 1790000000;
const AT = ["--now", String(NOW)];
const COMMANDS = [
  ...["keygen", "issue", "verify", "inspect"],
  ...["build", "show", "check", "diff"].map((name) => `revocations ${name}`),
];

/** What must never be seen on standard error, and but for keygen and issue nowhere at all. */
const secrets = new Set();

const path = (name) => join(folder, name);
const put = (name, content) => (fs.writeFileSync(path(name), content), path(name));
const read = (name) => fs.readFileSync(path(name));

/** Runs the command line, and looks at what no run may show. */
function edge(args, { input = "", env = {}, shows = [] } = {}) {
  const words = Array.isArray(args) ? args : args.split(" ");
  const options = { input, cwd: folder, env: { ...process.env, ...env }, encoding: "utf8" };
  const run = spawnSync(process.execPath, [program, ...words], { maxBuffer: 1 << 26, ...options });
  inspectRun(words, run, shows);
  return run;
}

function inspectRun(words, { status, stdout, stderr }, shows = []) {
  const what = `${words.slice(0, 2).join(" ")}: ${stderr}`;
  assert.ok([0, 1, 2].includes(status), `${what} ended with ${status}`);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|\.js:\d+|Warning/m, what);
  for (const secret of secrets) {
    assert.ok(!stderr.includes(secret), what);
    assert.ok(shows.includes(secret) || !stdout.includes(secret), what);
  }
}

/** The standard output of a run that must be good. */
function good(args, options) {
  const { status, stdout, stderr } = edge(args, options);
  assert.equal(status, 0, stderr);
  return stdout;
}

/** The decision of a run that must be refused; one line says so too. */
function refused(args, options) {
  const { status, stdout, stderr } = edge(args, options);
  assert.equal(status, 1, stderr);
  assert.match(stderr, /^edge-jwt: [^\n]+\n$/);
  assert.equal(stdout.trim().split("\n").length, 1, stdout);
  return JSON.parse(stdout);
}

/** The one line of a run that must be misuse. */
function misused(args, options) {
  const { status, stdout, stderr } = edge(args, options);
  assert.equal(status, 2, stderr);
  assert.equal(stdout, "");
  const [, line] = stderr.match(/^edge-jwt: ([^\n]+); see edge-jwt [a-z ]*--help\n$/) ?? [];
  assert.ok(line !== undefined, stderr);
  return line;
}

const json = (args, options) => JSON.parse(good(`${args} --json`.split(" "), options));

function makeKey(name, alg) {
  good(`keygen --alg ${alg} --kid ${name} --out ${name}.json`);
  const jwk = JSON.parse(read(`${name}.json`));
  for (const member of ["d", "k"]) if (jwk[member] !== undefined) secrets.add(jwk[member]);
  return jwk;
}

const jwk = makeKey("signer", "ES256");
const keys = new KeySet([{ jwk }]);
makeKey("stranger", "ES256");
makeKey("secret", "HS256");
put("jwks.json", JSON.stringify(keys.toJwks()));

/** A token of the library, which is not to be seen again. */
async function tokenOf(claims, options = {}) {
  const issuer = new Issuer({ keys, issuer: "me" });
  const { token } = await issuer.issue(claims, { now: NOW, ...options });
  secrets.add(token);
  return token;
}

const ndjson = (rows) => `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`;

const BUILD = [
  ...["revocations", "build", "--issuer", "me", "--exp", "30d", "--key", "signer.json"],
  ...AT,
];

/** A list of rows, by the command line. */
function build(out, rows, ...more) {
  return good([...BUILD, "--out", out, ...more, "-"], { input: ndjson(rows) });
}

/** A list in the library, read from files that the command line has made. */
async function load(name, { now = NOW } = {}) {
  const list = new Revocations({ keys, issuer: "me" });
  const body = new Uint8Array(read(`${name}/list.bin`));
  const loaded = await list.load(read(`${name}/list.jwt`).toString(), body, { now });
  assert.ok(loaded.ok, JSON.stringify(loaded));
  return list;
}

const isWindows = process.platform === "win32";

test("npm puts the command where it can be run by its name", { skip: isWindows }, () => {
  const { stdout, status } = spawnSync(path("node_modules/.bin/edge-jwt"), ["--version"], {
    encoding: "utf8",
  });
  assert.deepEqual([stdout, status], [`${version}\n`, 0]);
});

test("nothing of the library imports the command line, and it is there once", () => {
  const names = fs.readdirSync(root, { recursive: true });
  const ours = names.filter((name) => /(^|\/)cli\//.test(name));
  assert.deepEqual(ours, ["lib/cli/main.js"]);
  for (const name of names.filter((name) => name.endsWith(".js") && !ours.includes(name))) {
    assert.doesNotMatch(fs.readFileSync(join(root, name), "utf8"), /["'/]cli\//, name);
  }
});

test("every command says what it takes, and the overview names every command", () => {
  const overview = good("--help");
  for (const name of COMMANDS) {
    assert.match(overview, new RegExp(`^  ${name}  `, "m"));
    for (const flag of ["--help", "-h"]) {
      const help = good(`${name} ${flag}`);
      assert.ok(help.startsWith(`edge-jwt ${name}: `), help);
      assert.match(help, /^  --json  +\S/m);
      assert.match(help, /Exit codes: 0 good; 1 /);
      assert.ok(help.split("\n").every((line) => line.length <= 100), help);
      // What the line of use names is explained below it.
      const [, , use] = help.split("\n");
      for (const [flag] of use.matchAll(/--[a-z-]+/g)) {
        assert.match(help, new RegExp(`^  ${flag}[ \\n]`, "m"), `${name} ${flag}`);
      }
    }
  }
  assert.match(good("revocations --help"), /revocations diff/);
  assert.doesNotMatch(good("revocations --help"), /keygen/);
  assert.equal(good("--version"), `${version}\n`);
});

test("misuse is one line that names the option, and says how to get help", () => {
  const token = "eyJhbGciOiJFUzI1NiJ9.eyJqdGkiOiJhIn0.AAAA";
  for (const [name, manifest] of [["no-list", "a.b.c"], ["empty", "e30.e30.AAAA"]]) {
    put(`${name}.jwt`, manifest);
    put(`${name}.bin`, "");
  }
  secrets.add(token);
  const build = "revocations build --issuer me --seq 1 --exp 1d --key signer.json --out misused";
  for (const [args, line] of [
    ["", "COMMAND: is none that there is"],
    [token, "COMMAND: is none that there is"],
    ["revocations", "revocations: needs the name of what to do"],
    [`revocations ${token}`, "revocations: needs the name of what to do"],
    ["keygen", "--alg: is missing"],
    ["keygen --alg", "--alg: needs a value"],
    ["keygen --alg=", "--alg: needs a value"],
    ["keygen --alg --json", "--alg: needs a value"],
    ["keygen --alg ES256 --alg ES384", "--alg: is there twice"],
    ["keygen --alg none", "--alg: is not a supported algorithm"],
    ["keygen --alg ES256 --json=yes", "--json: takes no value"],
    ["keygen --alg ES256 --public", "--public: goes with --out, for the private half"],
    ["keygen --alg HS256 --public --out no.json", "--public: is not for a secret"],
    ["keygen --alg ES256 --out nowhere/k.json", "--out: is no file that is there"],
    ["keygen --alg ES256 extra", "arguments: are too many for this command"],
    ["keygen --alg RS256 --bits 12.5", "--bits: is not a whole number"],
    ["keygen --constructor", "--constructor: is no option of this command"],
    ["keygen --__proto__=x", "--__proto__: is no option of this command"],
    ["keygen -x", "-x: is no option of this command"],
    [`keygen --${token.replaceAll(".", "")}`, "(...): is no option of this command"],
    ["issue", "--key: is missing: name a file with a key"],
    ["issue --key nowhere.json", "--key: is no file that is there"],
    [`issue --key ${folder}`, "--key: is a folder"],
    ["issue --key jwks.json", "--key: holds no key that can sign"],
    ["issue --key signer.json --kid other", "--kid: names no active key of the set that can sign"],
    ["issue --key signer.json --ttl 1y", "--ttl: is no span of time: seconds, or 15m, 12h, 30d"],
    ["issue --key signer.json --ttl 0", "--ttl: is not a positive number of seconds, nor such as 60m"],
    [`issue --key signer.json --claims ${token}`, "--claims: is not a JSON object"],
    ["issue --key signer.json --claims [1]", "--claims: is not a JSON object"],
    ["issue --key signer.json --claims @nowhere", "--claims: is no file that is there"],
    ["verify --key signer.json --issuer me", "TOKEN: is missing"],
    ["verify --key signer.json --issuer me -", "--audience: is missing: say a value, or any"],
    ["verify --key signer.json --audience me -", "--issuer: is missing: say a value, or any"],
    [`verify --issuer any --audience any ${token}`, "--key: is missing: name a file with a key"],
    [
      `verify --key signer.json --jwks jwks.json --issuer any --audience any ${token}`,
      "--jwks: is there beside --key: one of them is enough",
    ],
    [
      `verify --key signer.json --list-key signer.json --issuer any --audience any ${token}`,
      "--list-key: goes with --revocations",
    ],
    [
      `verify --key signer.json --revocations nowhere --issuer any --audience any ${token}`,
      "--revocations: is no file that is there",
    ],
    ["inspect", "TOKEN: is missing"],
    [`inspect ${token} ${token}`, "arguments: are too many for this command"],
    [`inspect ${token} --now soon`, "--now: is not a whole number"],
    [build, "ROWS: is missing"],
    [`${build} nowhere.ndjson`, "ROWS: is no file that is there"],
    [`${build} ${folder}`, "ROWS: is a folder"],
    [`${build.replace("--seq 1", "")} -`, "--seq: is missing: the number of the list"],
    [`${build.replace("--seq 1", "--seq -1")} -`, "--seq: needs a value"],
    [`${build.replace("--exp 1d", "")} -`, "--exp: is missing: how long the list is relied on"],
    [`${build.replace("--exp 1d", "--exp tomorrow")} -`, /^--exp: is no span of time/],
    [`${build.replace("--issuer me", "")} -`, "--issuer: is missing"],
    [`${build.replace("--out misused", "")} -`, "--out: is missing"],
    [`${build.replace("signer.json", "jwks.json")} -`, "--key: holds no key that can sign"],
    [`${build} --partition 1 -`, /^--partition: is not/],
    [`${build} --max-entries 0 -`, /^--max-entries: is not/],
    [`${build} --keep-previous -`, "--keep-previous: goes with --previous"],
    [`${build} --previous nowhere -`, "--previous: is no file that is there"],
    [`${build} --previous no-list.jwt -`, "--previous: is not the manifest of a list"],
    [`${build} --previous empty.jwt -`, "--previous: is not the manifest of a list"],
    ["revocations show nowhere", "LIST: is no file that is there"],
    [`revocations check nowhere ${token}`, "--key: is missing: name a file with a key"],
    ["revocations diff nowhere", "NEWER: is missing"],
    ["revocations diff nowhere nowhere", "OLDER: is no file that is there"],
  ]) {
    const found = misused(args.split(" ").filter((word) => word !== "" || args === ""));
    if (typeof line === "string") assert.equal(found, line, args);
    else assert.match(found, line, args);
  }
  assert.ok(!fs.existsSync(path("misused")), "a list was written");
});

test("a key is written for its owner alone, and over nothing", () => {
  const { mode } = fs.statSync(path("signer.json"));
  if (!isWindows) assert.equal(mode & 0o777, 0o600);
  const before = read("signer.json");
  assert.equal(
    misused("keygen --alg ES256 --out signer.json"),
    "--out: is there already, and is not overwritten",
  );
  assert.deepEqual(read("signer.json"), before);
});

test("keygen makes keys for the algorithm it is asked for, and publishes their public half", () => {
  for (const alg of ["ES256", "ES384", "EdDSA", "RS256", "PS256", "HS512"]) {
    const made = JSON.parse(good(`keygen --alg ${alg} --kid k1`));
    assert.deepEqual([made.alg, made.kid], [alg, "k1"]);
    assert.ok(new KeySet([{ jwk: made }]));
  }
  const jwks = JSON.parse(good("keygen --alg ES384 --kid k2 --out k2.json --public"));
  const { d, ...made } = JSON.parse(read("k2.json"));
  secrets.add(d);
  const [{ use, ...published }] = jwks.keys;
  assert.deepEqual({ use, published }, { use: "sig", published: made });
  const rsa = JSON.parse(good("keygen --alg RS256 --bits 3072"));
  assert.equal(Buffer.from(rsa.n, "base64url").length, 384);
});

test("a token is issued as it is asked for, and the library takes it", async () => {
  const claims = '{"sub":"u1","ünïcødé":["✓"],"__proto__":{"a":1}}';
  const call = ["issue", "--key", "signer.json", "--issuer", "me", "--audience", "a", ...AT];
  const verifier = new Verifier({ keys, issuer: "me", audience: "a" });
  const from = [claims, `@${put("claims.json", claims)}`, "@-"];
  for (const said of from) {
    const more = ["--audience", "b", "--ttl", "15m", "--typ", "at+jwt", "--jti", "j1"];
    const out = good([...call, ...more, "--claims", said], { input: claims });
    const decision = await verifier.verify(out.trim(), { now: NOW });
    assert.ok(decision.ok, decision.code);
    const registered = `"iss":"me","aud":["a","b"],"iat":${NOW},"exp":${NOW + 900},"jti":"j1"`;
    const expected = JSON.parse(`{${registered},${claims.slice(1)}`);
    assert.deepEqual(JSON.parse(JSON.stringify(decision.claims)), expected);
    assert.deepEqual([decision.header.typ, decision.kid], ["at+jwt", "signer"]);
  }
  const issued = JSON.parse(good([...call, "--json"]));
  assert.deepEqual(Object.keys(issued), ["token", "claims", "record"]);
  assert.equal(issued.claims.exp, NOW + 3600);
});

test("keys come as a JWK, as a set, as PEM, and by the environment", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" });
  const publicPem = put("public.pem", publicKey.export({ type: "spki", format: "pem" }));
  secrets.add(pem.split("\n")[1]);
  put("private.pem", pem);
  put("set.json", JSON.stringify({ keys: [jwk, JSON.parse(read("secret.json"))] }));
  const { kid: _, ...nameless } = jwk;
  put("nameless.json", JSON.stringify(nameless));
  put("bare.json", JSON.stringify({ kty: "oct", k: JSON.parse(read("secret.json")).k }));
  const env = { SIGNING_KEY: pem };
  for (const [signWith, checkWith, kid] of [
    ["private.pem --kid p", `${publicPem}`, "p"],
    ["env:SIGNING_KEY --kid p", `${publicPem}`, "p"],
    ["set.json --kid signer", "jwks.json", "signer"],
    ["set.json", "secret.json", "secret"],
    ["nameless.json --kid mine", "jwks.json", "mine"],
    ["bare.json --alg HS256 --kid k", "bare.json --alg HS256", "k"],
  ]) {
    const token = good(`issue --key ${signWith}`, { env }).trim();
    const call = `verify --key ${checkWith} --issuer any --audience any ${token}`;
    const { status, stdout } = edge(`${call} --json`, { env });
    const decision = JSON.parse(stdout);
    // A published key that has a name of its own is not another's.
    const expected = kid === "mine" ? [1, "unknown_key"] : [0, kid];
    assert.deepEqual([status, decision.ok ? decision.kid : decision.code], expected, signWith);
  }
  assert.equal(misused("issue --key env:NOT_THERE"), "--key: names nothing in the environment");
  assert.equal(misused("issue --key bare.json"), "--key: alg must be said for this key");
  const short = "--key: is shorter than its algorithm's hash";
  assert.equal(misused("issue --key bare.json --alg HS384"), short);
});

test("what is wrong with a key says nothing of what is in it", () => {
  secrets.add("s3cr3t-of-mine");
  for (const content of [
    "s3cr3t-of-mine",
    '{"k":"s3cr3t-of-mine"',
    '"s3cr3t-of-mine"',
    '{"kty":"oct","k":"s3cr3t-of-mine"}',
    '{"kty":"s3cr3t-of-mine"}',
    '{"keys":"s3cr3t-of-mine"}',
    '{"keys":[{"kty":"oct","alg":"HS256","k":"s3cr3t-of-mine"}]}',
    "-----BEGIN PRIVATE KEY-----\ns3cr3t-of-mine\n-----END PRIVATE KEY-----",
    "[]",
    "null",
    "",
  ]) {
    put("wrong.json", content);
    assert.match(misused("issue --key wrong.json"), /^--key: /, content);
    assert.match(misused(`verify --issuer any --audience any --jwks wrong.json -`), /^--jwks: /);
  }
  for (const written of ['{"kty":"oct","k":"s3cr3t-of-mine"}', "s3cr3t-of-mine"]) {
    assert.match(misused(["issue", `--key=${written}`]), /^--key: is no file/);
  }
});

test("verify decides as the library does, and ends accordingly", async () => {
  const token = await tokenOf({ sub: "u1", aud: "api" });
  const old = await tokenOf({ sub: "u1" }, { now: NOW - 7200 });
  const forged = `${token.slice(0, -8)}AAAAAAAA`;
  const crossed = createHmac("sha256", "k").update(token).digest("base64url");
  for (const [given, policy] of [
    [token, { issuer: "me", audience: "api" }],
    [token, { issuer: "me", audience: null }],
    [token, { issuer: ["other", "me"], audience: ["web", "api"] }],
    [token, { issuer: "other", audience: null }],
    [token, { issuer: null, audience: "web" }],
    [old, { issuer: null, audience: null }],
    [forged, { issuer: null, audience: null }],
    [`${token}.`, { issuer: null, audience: null }],
    [crossed, { issuer: null, audience: null }],
    ["", { issuer: null, audience: null }],
    ["a".repeat(20000), { issuer: null, audience: null }],
  ]) {
    const expected = await new Verifier({ keys, ...policy }).verify(given, { now: NOW });
    const flags = Object.entries(policy).flatMap(([name, value]) => {
      return [value ?? "any"].flat().flatMap((one) => [`--${name}`, one]);
    });
    const call = ["verify", "--jwks", "jwks.json", ...flags, ...AT, "--json"];
    const run = edge([...call, "-"], { input: ` ${given}\n` });
    assert.deepEqual(JSON.parse(run.stdout), JSON.parse(JSON.stringify(expected)));
    assert.equal(run.status, expected.ok ? 0 : 1);
    if (given !== "") assert.equal(edge([...call, given]).stdout, run.stdout);
  }
  const flags = ["--issuer", "me", "--audience", "any", ...AT];
  const text = good(["verify", "--key", "signer.json", ...flags, token]);
  assert.match(text, /^good\nheader \{\n/);
  assert.match(text, /^exp +2026-09-21T15:13:20\.000Z \(in 60 min\)$/m);
});

test("inspect shows what stands in a token, and a terminal takes none of it for orders", async () => {
  const nasty = "\u001b[31m\u009b\u202e\u2028\u{e0041}\n\r\u0007";
  const token = await tokenOf({ sub: "u1", [nasty]: nasty });
  const text = good(["inspect", token]);
  assert.match(text, /^not verified: anybody can have written this\n/);
  assert.match(text, /"sub": "u1"/);
  for (const out of [text, good(["inspect", token, "--json"])]) {
    assert.doesNotMatch(out.replaceAll("\n", ""), /\p{C}/u);
  }
  const { claims } = JSON.parse(good(["inspect", "-", "--json"], { input: token }));
  assert.equal(claims[nasty], nasty);
  assert.equal(refused(["inspect", "no token"]).code, "malformed_token");
  assert.equal(refused(["inspect", "-"]).code, "missing_token");
});

test("the library reads a list that the command line made", async () => {
  const rows = [
    { jti: "t1", exp: NOW + 3600 },
    { sub: "u1", before: NOW * 1000 },
    { client: "c1" },
    { kid: "old", issuer: null },
  ];
  assert.match(build("made", rows, "--seq", "7", "--epoch", "3", "--ttl", "5m"), /^rows +4$/m);
  assert.deepEqual(fs.readdirSync(path("made")).sort(), ["list.bin", "list.jwt"]);
  const list = await load("made");
  const { entries, published } = list.stats(NOW + 300);
  assert.deepEqual([entries, published.epoch, published.seq, published.due], [4, 3, 7, true]);
  const says = (claims, header) => list.check({ iss: "me", iat: NOW, ...claims }, header, NOW).by;
  assert.equal(says({ jti: "t1" }), "jti");
  assert.equal(says({ sub: "u1", iat: NOW - 1 }), "sub");
  assert.equal(says({ sub: "u1" }), undefined);
  assert.equal(says({ client_id: "c1" }), "client");
  assert.equal(says({ iss: "other" }, { kid: "old" }), "kid");
  const late = await new Revocations({ keys, issuer: "me" }).load(
    read("made/list.jwt").toString(),
    new Uint8Array(read("made/list.bin")),
    { now: NOW + 30 * 86400 },
  );
  assert.equal(late.code, "expired_list");
});

test("the command line reads a list that the library made", async () => {
  const settings = { issuer: "me", seq: 1, exp: NOW + 86400, maxEntries: 100 };
  const builder = new RevocationBuilder(settings);
  builder.addJson(Array.from({ length: 1000 }, (_, place) => ({ jti: `t${place}` })));
  builder.add({ client: "c1" });
  builder.add({ sub: "u1", before: NOW * 1000 + 1 });
  const { manifest, body, shards } = await builder.build({ signWith: keys, now: NOW });
  assert.ok(shards.length > 1);
  fs.mkdirSync(path("library"));
  put("library/list.jwt", manifest);
  put("library/list.bin", body);
  shards.forEach((octets, place) => put(`library/shard-${place}.bin`, octets));
  const shown = json(`revocations show --key jwks.json library ${AT.join(" ")}`);
  assert.deepEqual([shown.signature, shown.entries, shown.shards], ["good", 1002, shards.length]);
  assert.equal(shown.bytes, body.length + shards.reduce((sum, { length }) => sum + length, 0));
  const call = ["revocations", "check", "library", "--key", "jwks.json", ...AT];
  for (const [claims, status] of [
    [{ jti: "t999" }, { status: "revoked", by: "jti" }],
    [{ client_id: "c1" }, { status: "suspended", by: "client" }],
    [{ sub: "u1" }, { status: "revoked", by: "sub" }],
    [{ jti: "t1000", sub: "u2" }, { status: "good" }],
  ]) {
    const { jti = null, ...rest } = claims;
    const token = await tokenOf(rest, { jti });
    const isGood = status.status === "good";
    const found = isGood ? JSON.parse(good([...call, token, "--json"])) : refused([...call, token]);
    assert.deepEqual(found, status);
    const piped = edge([...call, "-"], { input: token });
    assert.equal(piped.status, isGood ? 0 : 1);
    const verify = ["verify", "--key", "jwks.json", "--issuer", "me", "--audience", "any", ...AT];
    const decided = edge([...verify, "--revocations", "library", token, "--json"]);
    assert.equal(JSON.parse(decided.stdout).ok, isGood);
  }
  fs.rmSync(path("library/shard-0.bin"));
  assert.equal(misused("revocations show library"), "LIST, shard 0: is no file that is there");
});

test("check refuses a list that is not to be relied on, and what is no token", async () => {
  build("checked", [{ jti: "t1" }], "--seq", "1");
  const token = await tokenOf({ sub: "u1" }, { jti: "t2" });
  const call = (more) => ["revocations", "check", "checked", ...more, token];
  const key = ["--key", "jwks.json"];
  assert.equal(good([...call(key), ...AT]), "good\n");
  assert.equal(refused([...call(["--key", "stranger.json"]), ...AT]).code, "unknown_key");
  assert.equal(refused([...call(key), "--now", String(NOW + 31 * 86400)]).code, "expired");
  assert.equal(refused([...call(key), "--now", String(NOW - 61)]).code, "issued_in_future");
  assert.equal(refused(["revocations", "check", "checked", ...key, "x"]).code, "malformed_token");
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const bent = `${part({ alg: "ES256" })}.${part({ iss: "me", jti: 7 })}.AAAA`;
  const wrong = refused(["revocations", "check", "checked", ...key, ...AT, bent]);
  assert.equal(wrong.code, "invalid_claim");
  const octets = read("checked/list.bin");
  octets[octets.length - 1] ^= 1;
  put("checked/list.bin", octets);
  for (const args of [call(key), ["revocations", "show", "checked"]]) {
    assert.equal(refused([...args, ...AT]).code, "wrong_digest");
  }
  const verify = ["verify", ...key, "--issuer", "me", "--audience", "any", ...AT, token];
  assert.equal(refused([...verify, "--revocations", "checked"]).code, "wrong_digest");
});

test("verify takes the list's key apart from the token's", async () => {
  const publish = BUILD.map((word) => (word === "signer.json" ? "stranger.json" : word));
  const rows = { input: '{"sub":"u1"}' };
  good([...publish, "--seq", "1", "--out", "apart", "-"], rows);
  const token = await tokenOf({ sub: "u1" });
  const policy = ["--issuer", "me", "--audience", "any", ...AT];
  const call = ["verify", "--key", "jwks.json", ...policy, token];
  assert.equal(refused([...call, "--revocations", "apart"]).code, "unknown_key");
  const more = ["--revocations", "apart", "--list-key", "stranger.json"];
  assert.equal(refused([...call, ...more]).code, "revoked_subject");
  assert.equal(good(call).split("\n")[0], "good");
});

test("the same rows at the same time make the same octets, in whatever order and form", () => {
  const rows = Array.from({ length: 500 }, (_, place) => ({
    jti: `t${place}`,
    ...(place % 3 > 0 && { exp: NOW + place * 3600 }),
  }));
  const spread = put("spread.json", JSON.stringify(rows, null, 2));
  const lines = put("rows.ndjson", ndjson(rows));
  const crlf = put("crlf.ndjson", ndjson(rows).replaceAll("\n", "\r\n\r\n"));
  const made = [
    [lines, ""],
    [spread, ""],
    [crlf, ""],
    ["-", ndjson([...rows].reverse()).trimEnd()],
    ["-", ` \n${JSON.stringify(rows)}\n\n`],
  ].map(([source, input], place) => {
    const out = good([...BUILD, "--seq", "1", "--out", `same${place}`, source], { input });
    if (source !== crlf) assert.match(out, /^rows +500$/m);
    return read(`same${place}/list.bin`);
  });
  for (const octets of made) assert.ok(octets.equals(made[0]));
  good([...BUILD, "--seq", "2", "--out", "other", lines]);
  assert.ok(!read("other/list.bin").equals(made[0]));
});

test("an array that comes in pieces is the same array, wherever they end", async () => {
  const rows = [
    ...[{ jti: 'a"]},\\"{[' }, { sub: "ü✓", before: NOW * 1000 }],
    ...[{ jti: "b", exp: NOW + 5 }],
  ];
  const spread = rows.map((row) => JSON.stringify(row, null, 1));
  const text = Buffer.from(` [ ${spread.join("\n,\t")} ] \n`);
  build("whole", rows, "--seq", "1");
  const sizes = [1, 7, 1000];
  const runs = sizes.map(async (size) => {
    const args = [...BUILD, "--seq", "1", "--out", `pieces${size}`, "-"];
    const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: "pipe" });
    const ended = new Promise((resolve) => child.on("close", resolve));
    for (let at = 0; at < text.length; at += size) {
      child.stdin.write(text.subarray(at, at + size));
      await new Promise((resolve) => setImmediate(resolve));
    }
    child.stdin.end();
    assert.equal(await ended, 0);
  });
  await Promise.all(runs);
  const whole = read("whole/list.bin");
  for (const size of sizes) assert.ok(read(`pieces${size}/list.bin`).equals(whole));
  for (const input of [" [ ] ", "", "\n"]) {
    const out = good([...BUILD, "--seq", "1", "--out", "none", "--json", "-"], { input });
    assert.equal(JSON.parse(out).files["list.bin"], 32);
  }
});

test("wrong rows are told by their place, without what is in them, and no list is made", () => {
  secrets.add("s3cr3t-row");
  const line = '{"jti":"a"}';
  for (const [input, said] of [
    [`${line}\nno JSON s3cr3t-row`, "ROWS: line 2: is not one strict JSON object"],
    [`${line}\n\n{"jti":5}\n`, "ROWS: line 3: jti: is not a string"],
    [`{"token":"s3cr3t-row"}`, /^ROWS: line 1: token: is neither a token nor/],
    [`{"jti":"s3cr3t-row","sub":"s3cr3t-row"}`, /^ROWS: line 1: entry: names not just one/],
    [`{"jti":"s3cr3t-row","exp":"soon"}`, "ROWS: line 1: exp: is not a number"],
    [`{"${"x".repeat(60)}":1}`, /^ROWS: line 1: /],
    [`[${line}`, "ROWS: are no whole array: it ends in entry 1"],
    ["[", "ROWS: are no whole array: it ends in entry 0"],
    [`[${line},`, "ROWS: are no whole array: it ends in entry 1"],
    [`[${line},]`, "ROWS: are no array of objects: wrong after entry 1"],
    [`[,${line}]`, "ROWS: are no array of objects: wrong after entry 0"],
    [`[${line}${line}]`, "ROWS: are no array of objects: wrong after entry 1"],
    [`[${line}] s3cr3t-row`, "ROWS: are no array of objects: wrong after entry 1"],
    [`[${line}, "s3cr3t-row"]`, "ROWS: are no array of objects: wrong after entry 1"],
    [`[${line}, {"jti":7}]`, "ROWS: entry 2: jti: is not a string"],
    [`[${line}, {"jti":"a\nb"}]`, "ROWS: entry 2: is not one strict JSON object"],
    [`[${line}, {"jti":"a"]]`, "ROWS: entry 2: is not one strict JSON object"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "ROWS: line 1: is not one strict JSON object"],
    [`{"jti":"${"x".repeat(70000)}"}`, /^ROWS: line 1: is too long/],
  ]) {
    const found = misused([...BUILD, "--seq", "1", "--out", "wrong", "-"], { input });
    if (typeof said === "string") assert.equal(found, said);
    else assert.match(found, said);
  }
  assert.ok(!fs.existsSync(path("wrong")), "a list was written");
});

test("a hundred thousand rows stream by, and are told on the way if asked for", async () => {
  const row = (place) => ({ jti: `t${place}`, exp: NOW + 3600 });
  const input = ndjson(Array.from({ length: 100_000 }, (_, place) => row(place)));
  const quiet = edge([...BUILD, "--seq", "1", "--out", "large", "-"], { input });
  assert.deepEqual([quiet.status, quiet.stderr], [0, ""]);
  const args = [...BUILD, "--seq", "1", "--out", "told", "--progress", "--json", "-"];
  const { stdout, stderr } = edge(args, { input });
  assert.match(stderr, /^(\d+ rows, \d+ a second\n)*100000 rows, \d+ a second\n$/);
  const { rows: told, files } = JSON.parse(stdout);
  assert.equal(told, 100_000);
  assert.equal(files["list.bin"], read("told/list.bin").length);
  assert.ok(read("told/list.bin").equals(read("large/list.bin")));
  const list = await load("large");
  assert.equal(list.stats(NOW).entries, 100_000);
  const statuses = [0, 99_999, 100_000].map((place) => {
    return list.check({ iss: "me", jti: `t${place}` }, {}, NOW).status;
  });
  assert.deepEqual(statuses, ["revoked", "revoked", "good"]);
});

test("lists follow one another in one folder, and readers follow by deltas", async () => {
  build("line", [{ jti: "a" }, { jti: "b" }, { sub: "u1" }], "--seq", "4", "--epoch", "2");
  fs.cpSync(path("line"), path("line4"), { recursive: true });
  const list = await load("line");
  const next = ["--previous", "line"];
  const at = (seq, epoch) => [...(seq ? ["--seq", seq] : []), ...(epoch ? ["--epoch", epoch] : [])];
  const call = (more) => [...BUILD, "--out", "line", ...next, ...more, "-"];
  assert.equal(misused(call(at("6"))), "--seq: is not 5, which follows the list before");
  assert.equal(misused(call(at("5", "3"))), "--epoch: is not 2, that of the list before");
  assert.match(build("line", [{ jti: "b" }, { jti: "c" }], ...next), /^list +epoch 2, number 5$/m);
  const files = ["delta.bin", "delta.jwt", "list.bin", "list.jwt"];
  assert.deepEqual(fs.readdirSync(path("line")).sort(), files);
  const delta = new Uint8Array(read("line/delta.bin"));
  const applied = await list.apply(read("line/delta.jwt").toString(), delta, { now: NOW });
  assert.deepEqual(applied, { ok: true, epoch: 2, seq: 5 });
  const says = (claims) => list.check({ iss: "me", iat: NOW, ...claims }, {}, NOW).status;
  const all = [{ jti: "a" }, { jti: "b" }, { jti: "c" }, { sub: "u1" }];
  assert.deepEqual(all.map(says), ["good", "revoked", "revoked", "good"]);
  const named = ["--previous", "line/list.jwt", "--keep-previous"];
  build("line", [{ jti: "d" }], ...named, "--max-entries", "2");
  const shards = ["shard-0.bin", "shard-1.bin"];
  assert.deepEqual(fs.readdirSync(path("line")).sort(), [...files, ...shards]);
  const shown = json("revocations show line");
  assert.deepEqual([shown.seq, shown.entries, shown.shards], [6, 3, 2]);
  build("line", [], "--seq", "9");
  assert.deepEqual(fs.readdirSync(path("line")).sort(), ["list.bin", "list.jwt"]);
});

test("diff counts what was added, removed and changed, and says which list follows which", () => {
  const day = 86400;
  build("from", [
    ...[{ jti: "stays" }, { jti: "goes", exp: NOW + day }, { jti: "longer", exp: NOW + day }],
    ...[{ sub: "later", before: NOW * 1000 }, { sub: "wholly", before: NOW * 1000 }],
    ...[{ sub: "earlier", before: NOW * 1000 }, { tenant: "gone" }],
  ], "--seq", "1");
  const rows = [
    ...[{ jti: "stays" }, { jti: "new" }, { jti: "longer", exp: NOW + 9 * day }],
    ...[{ sub: "later", before: NOW * 1000 + 5 }, { sub: "wholly" }],
    ...[{ sub: "earlier", before: NOW * 1000 - 5 }, { kid: "new" }, { client: "new" }],
  ];
  build("to", rows, "--previous", "from");
  const counts = { before: 7, after: 8, added: 3, removed: 2, changed: 4 };
  const places = (older, newer) => ({
    older: { epoch: 1, seq: older },
    newer: { epoch: 1, seq: newer },
  });
  const diff = (...lists) => json(`revocations diff --key jwks.json ${lists.join(" ")}`);
  const forth = diff("from", "to");
  assert.deepEqual(forth, { ...places(1, 2), follows: true, deltaFits: true, ...counts });
  const back = { before: 8, after: 7, added: 2, removed: 3, changed: 4 };
  const expected = { ...places(2, 1), follows: false, deltaFits: null, ...back };
  assert.deepEqual(diff("to", "from"), expected);
  // The same, where entries are spread over shards and the ends are rounded up otherwise.
  build("shards", rows, "--seq", "4", "--max-entries", "1", "--partition", "1h");
  const { follows, deltaFits, added, removed } = diff("from", "shards");
  assert.deepEqual([follows, deltaFits, added, removed], [false, null, 3, 2]);
  assert.equal(diff("to", "to").changed, 0);
  const text = good("revocations diff from to");
  assert.match(text, /^order +newer follows older$/m);
  assert.match(text, /^delta +from older to newer$/m);
  assert.match(good("revocations diff from shards"), /newer does not follow older: 2 between$/m);
  assert.equal(refused("revocations diff --key stranger.json from to").code, "unknown_key");
});

test("show tells what nobody has signed from what nobody has checked", async () => {
  build("shown", [{ jti: "a" }], "--seq", "1", "--ttl", "1h");
  const call = (list) => good(["revocations", "show", list, "--now", String(NOW + 40 * 86400)]);
  assert.match(call("shown"), /^signature +not checked$/m);
  assert.match(call("shown"), /^expires +2026-10-21T14:13:20\.000Z \(10 d ago\)$/m);
  assert.match(call("shown"), /^look again +after 60 min$/m);
  const builder = new RevocationBuilder({ issuer: "\u001b[31m", seq: 1, exp: NOW + 60 });
  builder.add({ jti: "a" });
  const { manifest, body } = await builder.build({ now: NOW });
  fs.mkdirSync(path("unsigned"));
  put("unsigned/list.jwt", manifest);
  put("unsigned/list.bin", body);
  assert.match(call("unsigned"), /^signature +none$/m);
  assert.match(call("unsigned"), /^issuer +\\u001b\[31m$/m);
  assert.equal(refused("revocations show unsigned --key jwks.json").code, "malformed_token");
});

test("a reader that goes away ends nothing but the output", async () => {
  const args = ["inspect", await tokenOf({ text: "x".repeat(9000) })];
  const child = spawn(process.execPath, [program, ...args], { cwd: folder, stdio: "pipe" });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (piece) => (stderr += piece));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.deepEqual([status, stderr], [0, ""]);
});

test("output that cannot be written is an error", { skip: !fs.existsSync("/dev/full") }, () => {
  const full = fs.openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [program, "--help"], {
    stdio: ["ignore", full, "pipe"],
    encoding: "utf8",
  });
  fs.closeSync(full);
  assert.deepEqual([status, stderr], [2, "edge-jwt: standard output: cannot be written\n"]);
});

test("what cannot be written is misuse of --out, and a list stays as it was", () => {
  build("kept", [{ jti: "a" }], "--seq", "1");
  const before = read("kept/list.bin");
  put("taken", "a file");
  assert.match(
    misused([...BUILD, "--seq", "1", "--out", "taken", "-"], { input: "" }),
    /^--out: /,
  );
  assert.match(misused([...BUILD, "--seq", "2", "--out", "kept", "-"], { input: "{" }), /^ROWS: /);
  assert.deepEqual(read("kept/list.bin"), before);
  assert.deepEqual(fs.readdirSync(path("kept")).sort(), ["list.bin", "list.jwt"]);
});
