// A worker that keeps workers, and starts one as a new isolate when asked.

const kept = new Map();

export default {
  async fetch(request, { LOADER }) {
    const { pathname, searchParams } = new URL(request.url);
    const file = searchParams.get("file");
    if (pathname === "/keep") {
      kept.set(file, modulesOf(await request.json()));
      return new Response("ok");
    }
    const code = { compatibilityDate: "2026-04-01", mainModule: "worker.js", modules: kept.get(file) };
    const worker = LOADER.get(searchParams.get("isolate"), () => code);
    const job = await request.text();
    return worker.getEntrypoint().fetch("http://started", { method: "POST", body: job });
  },
};

function modulesOf({ js, wasm }) {
  const files = Object.entries(wasm).map(([path, base64]) => {
    const octets = Uint8Array.from(atob(base64), (octet) => octet.charCodeAt(0));
    return [path, { wasm: octets.buffer }];
  });
  return { "worker.js": js, ...Object.fromEntries(files) };
}
