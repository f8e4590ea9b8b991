// What has happened, in a table that both regions write to and the page reads on from. Holds names
// and codes, never a token or a secret.

import { json } from "edge-jwt/service";

const MOST = 100;

export async function makeEventTable(db) {
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS demo_events (number INTEGER PRIMARY KEY AUTOINCREMENT,
        at INTEGER NOT NULL, region TEXT NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL)`,
    )
    .run();
}

/** `kind`: "sign-in", "refusal", "revocation", "list" or "pair". */
export async function note({ db, region }, kind, text) {
  const insert = "INSERT INTO demo_events (at, region, kind, text) VALUES (?, ?, ?, ?)";
  await db.prepare(insert).bind(Date.now(), region, kind, text).run();
}

/** GET /api/events?after=7: what came after that one, the oldest first. */
export async function readEvents({ db }, { searchParams }) {
  const after = Number(searchParams.get("after")) || 0;
  const select = "SELECT * FROM demo_events WHERE number > ? ORDER BY number DESC LIMIT ?";
  const { results } = await db.prepare(select).bind(after, MOST).all();
  return json(200, { events: results.reverse() });
}
