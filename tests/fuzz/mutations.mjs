// What a stranger can do to a token. Each mutation takes the source of randomness, a token and the
// tokens at hand, and answers a text that is mostly no token any more.

const BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const STRANGE = ["\ud800", "\udfff", "\u0000", "é", "€", "😀", "\u2028", "\ufeff", "%2e"];
const SPACE = [" ", "\n", "\r\n", "\t", "\u00a0", "Bearer ", '"', ","];

const ALGORITHMS = [
  '"HS256"', '"HS384"', '"HS512"', '"RS256"', '"PS256"', '"ES256"', '"ES384"', '"ES512"', '"EdDSA"',
  '"none"', '"None"', '"NONE"', '"nOnE"', '""', '"hs256"', '"HS256 "', '"HS1"', '"A128KW"', '"dir"',
  "null", "5", '["HS256"]', "{}",
];

/** Members that a header must not be believed about, or must not hold. */
const HEADER_MEMBERS = [
  '"jwk":{"kty":"oct","k":""}', '"jwk":{"kty":"oct","k":"AAAA"}', '"jku":"https://evil.example"',
  '"x5u":"https://evil.example"', '"x5c":["MIIB"]', '"crit":["exp"]', '"crit":[]', '"b64":false',
  '"kid":"off"', '"kid":"other"', '"kid":"../../dev/null"', '"kid":""', '"kid":5', '"zip":"DEF"',
  '"cty":"JWT"', '"typ":"JWT"', '"typ":5', '"alg":"none"', '"__proto__":{"alg":"none"}',
];

const CLAIMS = [
  '"exp":9999999999', '"exp":1e400', '"exp":-1', '"exp":"9999999999"', '"exp":null', '"exp":1.5',
  '"exp":1700000000000', '"nbf":0', '"nbf":9999999999', '"iat":[]', '"iat":0', '"sub":"admin"',
  '"sub":5', '"aud":"api"', '"aud":[]', '"aud":[5]', '"iss":"me"', '"iss":{}', '"jti":""',
  '"__proto__":{"admin":true}', '"constructor":1', '"\\u0065xp":1', '"toString":null', '"":""',
];

/** Pieces of JSON, and of what is none; in Latin 1, so that octets beyond UTF-8 are among them. */
const PIECES = [
  "{", "}", "[", "]", ",", ":", '"', "\\", "null", "true", "1e400", "-0", "1e", "01", "{}", "[]",
  '"\\ud800"', "\\u0000", "\xff", "\xc3", "\xef\xbb\xbf", "\x00", " ", "\n", "/**/", "NaN", "'a'",
  "[".repeat(70), '{"a":'.repeat(70), "[".repeat(3000), `"${"x".repeat(2000)}"`, "9".repeat(400),
  Array.from({ length: 600 }, (_, n) => `"${n}":${n}`).join(","),
];

/** Every mutation by its name. */
export const MUTATIONS = {
  "as it is": (_, token) => token,
  "a bit flipped": (random, token) => {
    const at = random.below(token.length);
    const flipped = token.charCodeAt(at) ^ (1 << random.below(7));
    return replaced(token, at, 1, String.fromCharCode(flipped));
  },
  "a character changed": (random, token) =>
    replaced(token, random.below(token.length), 1, random.pick(BASE64URL)),
  "a character put in": (random, token) =>
    replaced(token, random.below(token.length + 1), 0, random.pick(BASE64URL)),
  "a character left out": (random, token) => replaced(token, random.below(token.length), 1, ""),
  "a slice left out": (random, token) => replaced(token, ...slice(random, token), ""),
  "a slice said twice": (random, token) => {
    const [at, length] = slice(random, token);
    return replaced(token, at, 0, token.slice(at, at + length));
  },
  "cut short": (random, token) => token.slice(0, random.below(token.length)),
  // Not for ever, where several changes come together.
  "said many times": (random, token) =>
    token.length > 1 << 20 ? token : token.repeat(2 + random.below(40)),
  "strange characters": (random, token) =>
    replaced(token, random.below(token.length + 1), random.below(2), random.pick(STRANGE)),
  "white space": (random, token) => {
    const at = random.pick([0, token.length, token.indexOf("."), random.below(token.length)]);
    return replaced(token, Math.max(at, 0), 0, random.pick(SPACE));
  },
  "spare bits": (random, token) =>
    withPart(random, token, (part) => {
      const last = BASE64URL.indexOf(part.at(-1));
      return last < 0 ? part : part.slice(0, -1) + BASE64URL[last ^ (1 + random.below(3))];
    }),
  padding: (random, token) =>
    withPart(random, token, (part) => part + random.pick(["=", "==", "===", "A", "AA=="])),
  "the other alphabet": (_, token) => token.replaceAll("-", "+").replaceAll("_", "/"),
  "a part of another": (random, token, tokens) => {
    const other = random.pick(tokens).split(".");
    return withPart(random, token, () => random.pick(other));
  },
  "the same part of another": (random, token, tokens) => {
    const [parts, other] = [token.split("."), random.pick(tokens).split(".")];
    const at = random.below(3);
    return parts.map((part, n) => (n === at ? other[n] : part)).join(".");
  },
  "parts out of order": (random, token) => {
    const parts = token.split(".");
    return Array.from({ length: 1 + random.below(5) }, () => random.pick(parts)).join(".");
  },
  "a part left empty": (random, token) => withPart(random, token, () => ""),
  "another signature": (random, token) => {
    const octets = Buffer.alloc(random.pick([0, 1, 20, 32, 48, 64, 70, 96, 132, 256, 257]));
    const made = random.below(2) === 0 ? octets : octets.map(() => random.below(256));
    return signedWith(token, made.toString("base64url"));
  },
  "the signature in DER": (_, token) =>
    signedWith(token, der(fromBase64url(token.split(".").at(-1))).toString("base64url")),
  "another algorithm": (random, token) =>
    withJson(token, 0, (json) => json.replace(/"alg":"\w*"/, `"alg":${random.pick(ALGORITHMS)}`)),
  "another header": (random, token) => withJson(token, 0, member(random, HEADER_MEMBERS)),
  "other claims": (random, token) => withJson(token, 1, member(random, CLAIMS)),
  "header in pieces": (random, token) => withJson(token, 0, (json) => spliced(random, json)),
  "claims in pieces": (random, token) => withJson(token, 1, (json) => spliced(random, json)),
};

const NAMES = Object.keys(MUTATIONS);
const CONTENT = ["another header", "other claims", "header in pieces", "claims in pieces"];

/** A token changed once or a few times, and what was done to it. */
export function mutate(random, tokens) {
  const times = random.pick([1, 1, 1, 1, 2, 2, 3, 5]);
  const names = Array.from({ length: times }, () => random.pick(NAMES));
  const change = (text, name) => (text === "" ? text : MUTATIONS[name](random, text, tokens));
  return { text: names.reduce(change, random.pick(tokens)), names };
}

/** Other claims or another header, for whoever can sign them: header and payload as octets. */
export function mutateContent(random, tokens) {
  const name = random.pick(CONTENT);
  const parts = MUTATIONS[name](random, random.pick(tokens)).split(".");
  const [header, payload] = parts.map(fromBase64url);
  return { header, payload, names: [name, "signed"] };
}

function replaced(text, at, length, by) {
  return text.slice(0, at) + by + text.slice(at + length);
}

function slice(random, text) {
  return [random.below(text.length), 1 + random.below(20)];
}

function withPart(random, token, change) {
  const parts = token.split(".");
  const at = random.below(parts.length);
  return parts.map((part, n) => (n === at ? change(part) : part)).join(".");
}

function signedWith(token, signature) {
  return `${token.slice(0, token.lastIndexOf(".") + 1)}${signature}`;
}

/** The two halves as ECDSA's other spelling has them (RFC 3279 section 2.2.3). */
function der(octets) {
  const halves = [octets.subarray(0, octets.length >> 1), octets.subarray(octets.length >> 1)];
  const integers = halves.map((half) => {
    const digits = half.subarray(Math.max(half.findIndex((octet) => octet !== 0), 0));
    const number = digits[0] >= 128 ? Buffer.from([0, ...digits]) : digits;
    return Buffer.concat([Buffer.from([2, number.length]), number]);
  });
  const content = Buffer.concat(integers);
  const length = content.length < 128 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([0x30, ...length]), content]);
}

/** The token with the JSON text of a part changed; octets stand as Latin 1. */
export function withJson(token, at, change) {
  const parts = token.split(".");
  const json = fromBase64url(parts[at] ?? "").toString("latin1");
  parts[at] = Buffer.from(change(json), "latin1").toString("base64url");
  return parts.join(".");
}

/** Puts a member in at the beginning or at the end, beside or instead of what stands there. */
export function member(random, members) {
  const made = random.pick(members);
  const name = made.slice(0, made.indexOf(":"));
  const [instead, first] = [random.below(2) === 0, random.below(2) === 0];
  const old = new RegExp(`,?${name}:("[^"]*"|[\\d.]+|\\[[^\\]]*\\]|\\{[^{}]*\\})`);
  return (json) => {
    const left = instead ? json.replace(old, "") : json;
    return first ? left.replace("{", `{${made},`) : left.replace(/}$/, `,${made}}`);
  };
}

function spliced(random, json) {
  const [at, length] = slice(random, `${json} `);
  return replaced(json, at, random.pick([0, 1, length]), random.pick(PIECES));
}

function fromBase64url(part) {
  return Buffer.from(part, "base64url");
}
