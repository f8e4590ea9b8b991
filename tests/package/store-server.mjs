// A worker over D1 that is kept in a folder, in a process of its own, to be killed:
// `node store-server.mjs ENTRY FOLDER` says where it listens.

import { startWorker } from "../../scripts/worker.mjs";

const [entry, folder] = process.argv.slice(2);
const stores = { d1Databases: { DB: "service" }, d1Persist: folder };
const { address } = await startWorker({ entry, stores });
console.log(address);
