// Apps in the store: key pairs that hold more, their secrets sealed.

import { MAX_LOOKS } from "../../families.js";
import type { KeyPairChange, KeyPairRecord, KeyPairs } from "../../keypairs.js";
import { toBase64url } from "../../host.js";
import type { KeyPairRecords } from "../../store/types.js";
import type { Ground } from "../types.js";
import type { Seal } from "./seal.js";
import type { AppRecord } from "./types.js";

/** The secrets of an app: that of its tokens, and that of what is sent to it. */
export type SecretName = keyof AppRecord["sealed"];

/** The apps of a service. */
export interface Apps {
  find(key: string): Promise<AppRecord | null>;
  /** Newest first. */
  ofOwner(owner: string): Promise<AppRecord[]>;
  create(owner: string, name: string, now: number): Promise<{ app: AppRecord; secrets: Record<SecretName, string> }>;
  secretOf(app: AppRecord, name: SecretName): Promise<string>;
  /** Puts a new secret in place of the old one, and answers it; null where the app is gone. */
  renew(key: string, name: SecretName, now: number): Promise<string | null>;
  /** Switches an app off or on (ZM-11), and tells the lists. */
  put(key: string, state: AppRecord["state"]): Promise<AppRecord | null>;
  /** Changes an app by a step that may be taken again, because somebody else was first. */
  change(key: string, step: (app: AppRecord) => AppRecord | Promise<AppRecord>): Promise<AppRecord | null>;
}

/** Apps on a ground. */
export function appsOf({ store, revoke, unrevoke }: Ground, pairs: KeyPairs, seal: Seal): Apps {
  const records = store.pairs as unknown as KeyPairRecords<AppRecord>;
  const purposeOf = (key: string, name: SecretName) => `edge-jwt app 1 ${name} ${key}`;
  const sealed = (key: string, name: SecretName, secret: string) =>
    seal.close(secret, purposeOf(key, name));

  const apps: Apps = {
    async find(key) {
      const record = await records.byKey(key);
      return record !== null && isApp(record) ? record : null;
    },
    async ofOwner(owner) {
      const own = (await records.ofOwner(owner)).filter(isApp);
      return pairs.list(own) as AppRecord[];
    },
    async create(owner, name, now) {
      const { secret, record } = pairs.create({ owner, name, now });
      const secrets = { secret, webhookSecret: randomSecret() };
      const app: AppRecord = {
        ...{ ...record, owner },
        sealed: {
          secret: await sealed(record.key, "secret", secrets.secret),
          webhookSecret: await sealed(record.key, "webhookSecret", secrets.webhookSecret),
        },
        ...{ environment: "development", subscriptions: [], validated: {} },
      };
      if (!(await records.put(app, null))) throw new Error("a pair of that key is kept already");
      return { app, secrets };
    },
    secretOf: (app, name) => seal.open(app.sealed[name], purposeOf(app.key, name)),
    async renew(key, name, now) {
      let fresh = "";
      const changed = await apps.change(key, async (app) => {
        // The new secret alone ends the tokens of the old one (ZM-10). A cut-off in a list would end
        // the new ones too, for none of them says when it was made (ZM-4).
        const { secret, record } =
          name === "secret" ? pairs.regenerate(app, { now }) : { secret: randomSecret(), record: app };
        fresh = secret;
        // Endpoints have to show that they know the new one.
        const validated = name === "secret" ? app.validated : {};
        return { ...record, validated, sealed: { ...app.sealed, [name]: await sealed(key, name, secret) } };
      });
      return changed && fresh;
    },
    async put(key, state) {
      let change: KeyPairChange<AppRecord> | undefined;
      const changed = await apps.change(key, (app) => {
        change = state === "active" ? pairs.reactivate(app) : pairs.deactivate(app);
        return change.record;
      });
      if (changed === null || change === undefined) return null;
      await revoke(change.entries);
      await unrevoke(change.unrevoke);
      return changed;
    },
    async change(key, step) {
      for (let look = 0; look < MAX_LOOKS; look += 1) {
        const app = await apps.find(key);
        if (app === null) return null;
        const next = await step(app);
        if (await records.put(next, app)) return next;
      }
      throw new Error("an app changed each time that it was read");
    },
  };
  return apps;
}

/** The store may hold pairs of other parts. */
function isApp(record: KeyPairRecord): record is AppRecord {
  return "sealed" in record;
}

function randomSecret(): string {
  return toBase64url(crypto.getRandomValues(new Uint8Array(32)));
}
