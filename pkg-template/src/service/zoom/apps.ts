// Apps in the store: key pairs that hold more, their secrets sealed.

import { MAX_LOOKS } from "../../families.js";
import { toBase64url } from "../../host.js";
import type { KeyPairChange, KeyPairRecord, KeyPairs } from "../../keypairs.js";
import type { KeyPairRecords } from "../../store/types.js";
import type { Ground } from "../types.js";
import type { Seal } from "./seal.js";
import type { AppRecord } from "./types.js";

/** What apps are made, kept and thrown out with. */
export interface Apps {
  ground: Ground;
  pairs: KeyPairs;
  seal: Seal;
}

/** The secrets of an app: that of its tokens, and that of what is sent to it. */
export type SecretName = keyof AppRecord["sealed"];

/** The app of that key. */
export async function findApp(apps: Apps, key: string): Promise<AppRecord | null> {
  const record = await recordsOf(apps).byKey(key);
  return record !== null && isApp(record) ? record : null;
}

/** An owner's apps, newest first. */
export async function listApps(apps: Apps, owner: string): Promise<Omit<AppRecord, "hash">[]> {
  const records = await recordsOf(apps).ofOwner(owner);
  return apps.pairs.list(records.filter(isApp));
}

/** A new app, and its secrets, which are nowhere else to be seen. */
export async function createApp(
  apps: Apps,
  owner: string,
  { name, now }: { name: string; now: number },
): Promise<{ app: AppRecord; secrets: Record<SecretName, string> }> {
  const { secret, record } = apps.pairs.create({ owner, name, now });
  const secrets = { secret, webhookSecret: randomSecret() };
  const sealed = {
    secret: await seal(apps, record.key, "secret", secrets.secret),
    webhookSecret: await seal(apps, record.key, "webhookSecret", secrets.webhookSecret),
  };
  const environment = "development";
  const app: AppRecord = { ...record, owner, sealed, environment, subscriptions: [], validated: {} };
  if (!(await recordsOf(apps).put(app, null))) throw new Error("a pair of that key is kept already");
  return { app, secrets };
}

/** A secret of an app's, for as long as it is needed. */
export function openSecret({ seal }: Apps, app: AppRecord, name: SecretName): Promise<string> {
  return seal.open(app.sealed[name], purposeOf(app.key, name));
}

/** Puts a new secret in place of the old one, and answers it; null where the app is gone. */
export async function renewSecret(
  apps: Apps,
  key: string,
  { name, now }: { name: SecretName; now: number },
): Promise<string | null> {
  let fresh = "";
  const changed = await changeApp(apps, key, async (app) => {
    const { secret, record } = name === "secret" ? regenerated(apps, app, now) : rewired(app);
    fresh = secret;
    return { ...record, sealed: { ...app.sealed, [name]: await seal(apps, key, name, secret) } };
  });
  return changed && fresh;
}

/** Switches an app off or on (ZM-11), and tells the lists. */
export async function putApp(
  apps: Apps,
  key: string,
  state: AppRecord["state"],
): Promise<AppRecord | null> {
  const { pairs, ground } = apps;
  let change: KeyPairChange<AppRecord> | undefined;
  const changed = await changeApp(apps, key, (app) => {
    change = state === "active" ? pairs.reactivate(app) : pairs.deactivate(app);
    return change.record;
  });
  await ground.revoke(change?.entries ?? []);
  await ground.unrevoke(change?.unrevoke ?? []);
  return changed;
}

/** Changes an app by a step that may be taken again, because somebody else was first. */
export async function changeApp(
  apps: Apps,
  key: string,
  step: (app: AppRecord) => AppRecord | Promise<AppRecord>,
): Promise<AppRecord | null> {
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const app = await findApp(apps, key);
    if (app === null) return null;
    const next = await step(app);
    if (await recordsOf(apps).put(next, app)) return next;
  }
  throw new Error("an app changed each time that it was read");
}

/** A secret, and the record but for it. */
interface Renewed {
  secret: string;
  record: AppRecord;
}

/**
 * The new secret alone ends the tokens of the old one (ZM-10). The entry that is there for it is left
 * out: it would end the new tokens too, for none of them says when it was made (ZM-4).
 */
function regenerated({ pairs }: Apps, app: AppRecord, now: number): Renewed {
  return pairs.regenerate(app, { now });
}

/** Endpoints have to show that they know the new one. */
function rewired(app: AppRecord): Renewed {
  return { secret: randomSecret(), record: { ...app, validated: {} } };
}

function recordsOf({ ground }: Apps): KeyPairRecords<AppRecord> {
  return ground.store.pairs as unknown as KeyPairRecords<AppRecord>;
}

/** The store may hold pairs of other parts. */
function isApp(record: KeyPairRecord): record is AppRecord {
  return "sealed" in record;
}

function seal({ seal }: Apps, key: string, name: SecretName, secret: string): Promise<string> {
  return seal.close(secret, purposeOf(key, name));
}

function purposeOf(key: string, name: SecretName): string {
  return `edge-jwt app 1 ${name} ${key}`;
}

function randomSecret(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}
