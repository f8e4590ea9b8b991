// A page's surroundings as a test has them: a clock that goes only when told to, chance, other
// tabs with their locks and channels, a server. What is used up is counted, so that a test can see
// that nothing is left.

const ORIGIN = "https://chat.example";
export const START = 1_700_000_000_000;

/** An unsigned token: the widget reads what it says and believes nothing. */
export function tokenOf(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({ alg: "ES256" })}.${part(claims)}.c2ln`;
}

/** A browser with any number of tabs of one origin. */
export function makeWorld() {
  const world = { now: START, timers: new Map(), channels: new Set(), locks: makeLocks(), made: 0 };
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise((done) => setImmediate(done));
  };
  /** Lets time pass, timer by timer. */
  const pass = async (milliseconds) => {
    const end = world.now + milliseconds;
    await settle();
    for (;;) {
      const [next] = [...world.timers].filter(([, { at }]) => at <= end).sort((a, b) => a[1].at - b[1].at);
      if (next === undefined) break;
      world.timers.delete(next[0]);
      world.now = Math.max(world.now, next[1].at);
      next[1].step();
      await settle();
    }
    world.now = end;
    await settle();
  };

  /** What one tab offers a session; `changes` is what it does otherwise. */
  const tab = (changes = {}) => {
    const stored = new Map();
    const page = { online: true, chance: 0, wakers: new Set(), stored, reports: [], ahead: 0 };
    const host = {
      now: () => world.now + page.ahead,
      random: () => page.chance,
      setTimeout: (step, wait) => {
        world.made += 1;
        world.timers.set(world.made, { step, at: world.now + wait });
        return world.made;
      },
      clearTimeout: (timer) => void world.timers.delete(timer),
      fetch: async () => new Response("ok"),
      origin: ORIGIN,
      isOnline: () => page.online,
      onWake: (listener) => {
        page.wakers.add(listener);
        return () => page.wakers.delete(listener);
      },
      locks: world.locks,
      openChannel: (name) => openChannel(world.channels, name),
      storage: {
        getItem: (name) => stored.get(name) ?? null,
        setItem: (name, text) => void stored.set(name, text),
        removeItem: (name) => void stored.delete(name),
      },
      report: (error) => page.reports.push(error),
      ...changes,
    };
    const wake = (cause) => page.wakers.forEach((listener) => listener(cause));
    const goOnline = (online) => {
      page.online = online;
      if (online) wake("online");
    };
    return { page, host, wake, goOnline };
  };
  return { world, tab, pass, settle };
}

function openChannel(channels, name) {
  const channel = {
    onmessage: null,
    postMessage: (message) => {
      const data = structuredClone(message);
      for (const other of channels) {
        if (other.name === name && other !== channel) queueMicrotask(() => other.onmessage?.({ data }));
      }
    },
    close: () => {
      channel.onmessage = null;
      channels.delete(channel);
    },
    name,
  };
  channels.add(channel);
  return channel;
}

/** The Web Locks API as far as it is used: exclusive locks, `ifAvailable`, `signal`. */
function makeLocks() {
  const queues = new Map();
  const next = (name) => {
    const queue = queues.get(name);
    if (queue.length === 0) return queues.delete(name);
    const { grant } = queue[0];
    grant();
  };
  const request = (name, { ifAvailable, signal }, step) =>
    new Promise((resolve, reject) => {
      const queue = queues.get(name) ?? [];
      if (ifAvailable && queue.length > 0) return resolve(step(null));
      const entry = {
        grant: async () => {
          entry.granted = true;
          try {
            resolve(await step({ name }));
          } catch (error) {
            reject(error);
          }
          queue.shift();
          next(name);
        },
      };
      signal?.addEventListener("abort", () => {
        if (entry.granted) return;
        queue.splice(queue.indexOf(entry), 1);
        reject(signal.reason);
      });
      queues.set(name, queue);
      queue.push(entry);
      if (queue.length === 1) queueMicrotask(entry.grant);
    });
  return { request, held: queues };
}
