// What the build makes and TypeScript cannot see.

declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}

declare module "*/edge_jwt.inline.js" {
  export const base64: string;
}
