// Who may sign in: names, and passwords as PBKDF2 hashes with a salt of their own, in D1. A site with
// a user table of its own asks that instead.

/** What a worker allows at most. */
const ROUNDS = 100_000;

const TABLE = `CREATE TABLE IF NOT EXISTS users (
  name TEXT PRIMARY KEY,
  salt TEXT NOT NULL,
  hash TEXT NOT NULL
)`;

/** Adds somebody, or changes their password. */
export async function addUser(db, name, password) {
  await db.prepare(TABLE).run();
  const salt = hex(crypto.getRandomValues(new Uint8Array(16)));
  const sql = "INSERT OR REPLACE INTO users (name, salt, hash) VALUES (?, ?, ?)";
  await db.prepare(sql).bind(name, salt, await hashOf(password, salt)).run();
}

/** An unknown name takes as long as a wrong password. */
export async function isPassword(db, name, password) {
  await db.prepare(TABLE).run();
  const row = await db.prepare("SELECT salt, hash FROM users WHERE name = ?").bind(name).first();
  const hash = await hashOf(password, row?.salt ?? "");
  return hash === row?.hash;
}

async function hashOf(password, salt) {
  const encode = (text) => new TextEncoder().encode(text);
  const key = await crypto.subtle.importKey("raw", encode(password), "PBKDF2", false, ["deriveBits"]);
  const terms = { name: "PBKDF2", hash: "SHA-256", salt: encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(terms, key, 256)));
}

function hex(octets) {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join("");
}
