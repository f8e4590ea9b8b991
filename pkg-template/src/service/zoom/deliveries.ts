// Sending what is due: at least once, tried again ever less often until its time is over.
//
// A delivery that was taken is nobody else's while its lease holds. Whoever stops in the middle of it
// leaves it to the next, so a receiver may get it twice.

import type { Delivery, Deliveries, TakenDelivery } from "../../store/types.js";
import { type Apps, changeApp, findApp, openSecret } from "./apps.js";
import type { Endpoints } from "./endpoints.js";
import type { AppRecord } from "./types.js";

/** How many are taken in one round, and how many of them are sent at one time. */
const ROUND = 30;
const ABREAST = 6;

/** The most rounds of one call. */
const ROUNDS = 10;

/** Seconds in which a round is over, whatever endpoints do: each is asked and sent to within six. */
const LEASE = 60;

/** ZM-18: for how many seconds an endpoint need not show again that it is the app's. */
const VALIDATED = 72 * 3600;

/** The first wait before the next try, which doubles each time, and the longest, in seconds. */
const FIRST_WAIT = 15;
const LONGEST_WAIT = 3600;

/** What sending works with. */
export interface Post {
  deliveries: Deliveries;
  apps: Apps;
  endpoints: Endpoints;
}

/** Sends what is due. Rejects in the end if something went wrong within, which stops nothing else. */
export async function sendDue(post: Post, start: number): Promise<void> {
  const began = Date.now();
  const faults: unknown[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const now = start + (Date.now() - began) / 1000;
    if ((await sendRound(post, now, faults)) < ROUND) break;
  }
  if (faults.length > 0) throw faults[0];
}

/** Sends what one round takes, and answers how many that was. */
async function sendRound(post: Post, now: number, faults: unknown[]): Promise<number> {
  const taken = await post.deliveries.take(now, LEASE, ROUND);
  const validate = oncePerEndpoint(post, now);
  const attempt = (delivery: TakenDelivery) =>
    deliver(post, delivery, validate, now).catch((error: unknown) => faults.push(error));
  for (let first = 0; first < taken.length; first += ABREAST) {
    await Promise.all(taken.slice(first, first + ABREAST).map(attempt));
  }
  return taken.length;
}

type Validate = (app: AppRecord, url: string) => Promise<boolean>;

async function deliver(
  { deliveries, apps, endpoints }: Post,
  { id, url, body, app: key, taken }: TakenDelivery,
  validate: Validate,
  now: number,
): Promise<void> {
  const app = await findApp(apps, key);
  // Nobody wants it any more.
  if (app === null || !endpointsIn(app).has(url)) return void (await deliveries.settle(id));
  const send = async () =>
    endpoints.send({ url, body, id, now, secret: await openSecret(apps, app, "webhookSecret") });
  const isSent = app.state === "active" && (await validate(app, url)) && (await send());
  await (isSent ? deliveries.settle(id) : deliveries.retry(id, now + waitAfter(taken)));
}

/** Asks each endpoint once in a round, and not where it has lately answered. */
function oncePerEndpoint({ apps, endpoints }: Post, now: number): Validate {
  const asked = new Map<string, Promise<boolean>>();
  const ask: Validate = async (app, url) => {
    const at = Object.hasOwn(app.validated, url) ? app.validated[url] : undefined;
    if (at !== undefined && now < at + VALIDATED) return true;
    const secret = await openSecret(apps, app, "webhookSecret");
    if (!(await endpoints.validate({ url, secret, now }))) return false;
    await changeApp(apps, app.key, (app) => withValidated(app, url, now));
    return true;
  };
  return (app, url) => {
    const name = `${app.key} ${url}`;
    const outcome = asked.get(name) ?? ask(app, url);
    asked.set(name, outcome);
    return outcome;
  };
}

/** Forgets endpoints that are the app's no more. */
function withValidated(app: AppRecord, url: string, now: number): AppRecord {
  const all = Object.entries({ ...app.validated, [url]: Math.floor(now) });
  const own = endpointsIn(app);
  return { ...app, validated: Object.fromEntries(all.filter(([name]) => own.has(name))) };
}

function endpointsIn({ subscriptions }: AppRecord): Set<string> {
  return new Set(subscriptions.flatMap(({ development, production }) => [development, production]));
}

/** With jitter, so that what failed together does not come back together. */
function waitAfter(taken: number): number {
  const most = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (taken - 1));
  return most * (0.5 + Math.random() / 2);
}

/** A delivery for each subscription to an event, with a body of the same octets. */
export function deliveriesOf(
  app: AppRecord,
  event: string,
  { body, now, patience }: { body: string; now: number; patience: number },
): Delivery[] {
  const meant = app.subscriptions.filter(({ events }) => events.includes(event));
  return meant.map((subscription) => ({
    ...{ id: crypto.randomUUID(), app: app.key, url: subscription[app.environment] },
    ...{ body, due: now, until: now + patience },
  }));
}
