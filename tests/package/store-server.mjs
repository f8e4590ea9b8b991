// A worker over D1 and KV that are kept in a folder, in a process of its own, to be killed:
// `node store-server.mjs ENTRY FOLDER BINDINGS` says where it listens.

import { startWorker } from "../../scripts/worker.mjs";

const [entry, folder, bindings] = process.argv.slice(2);
const stores = {
  ...{ d1Databases: { DB: "service" }, d1Persist: folder },
  ...{ kvNamespaces: { LISTS: "lists" }, kvPersist: folder },
};
const { address } = await startWorker({ entry, bindings: JSON.parse(bindings), stores });
console.log(address);
