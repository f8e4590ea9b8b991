//! The project's build tasks that need wasm-bindgen: `cargo xtask wasm`, `cargo xtask faults` and
//! `cargo xtask test`.
//!
//! wasm-bindgen's command and its test runner are linked in as a library, so their version is
//! pinned by Cargo.lock and nothing is installed by hand. Everything lands under `target/`.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};

const TARGET: &str = "wasm32-unknown-unknown";

/// The builds of the package: the folder of wasm and glue, from the project's root, the features of
/// the crate, and how LLVM is to link it.
const BUILDS: [(&str, &str, &[&str]); 2] = [
    ("target/wasm-bindgen", "", &["--", INLINE_LESS]),
    // RSA and ECDSA are 2 % slower with less put into their callers, and there is room.
    ("target/wasm-bindgen-full", "full", &[]),
];

/// What LLVM may put into its callers when it links: 2.0 KB gzipped less, for 2 % of the time that an
/// HS256 token takes.
const INLINE_LESS: &str = "-Cllvm-args=-inline-threshold=10 -inlinehint-threshold=100";

fn main() -> Result<()> {
    let mut args: Vec<OsString> = env::args_os().collect();
    let task = args.get(1).and_then(|task| task.to_str()).unwrap_or_default().to_owned();
    match task.as_str() {
        "wasm" => BUILDS
            .into_iter()
            .try_for_each(|(out_dir, features, linking)| build_wasm(out_dir, features, linking)),
        "faults" => build_faults(),
        "test" => test_wasm(&args.split_off(2)),
        "run-tests" => {
            args.remove(1);
            wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(args)
        }
        "wasm-bindgen" => {
            args.remove(1);
            wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)
        }
        _ => bail!(
            "usage: cargo xtask wasm | faults | test [cargo test's arguments] | wasm-bindgen ..."
        ),
    }
}

/// Builds the release wasm and the JavaScript glue for it.
fn build_wasm(out_dir: &str, features: &str, linking: &[&str]) -> Result<()> {
    let paths = format!("target.{TARGET}.rustflags=[{:?}]", remap_paths()?);
    // The cdylib alone: beside an rlib it would lose link-time optimisation.
    let cdylib = ["--lib", "--release", "--target", TARGET, "--crate-type", "cdylib"];
    let features = ["--features", features];
    let paths = ["rustc", "--config", paths.as_str()];
    cargo(&[&paths[..], &cdylib[..], &features[..], linking].concat())?;
    make_glue("release/edge_jwt.wasm", out_dir)
}

/// Builds the wasm that fails on demand, for the tests of containment alone: not optimised, but
/// with the same glue.
fn build_faults() -> Result<()> {
    cargo(&["build", "--package", "edge-jwt-faults", "--target", TARGET])?;
    make_glue("debug/edge_jwt_faults.wasm", "target/wasm-bindgen-faults")
}

/// Makes the JavaScript glue for a wasm, under the package's name whichever build it is. The names
/// of functions stay: `scripts/shrink.mjs` goes by them and takes them out.
fn make_glue(wasm: &str, out_dir: &str) -> Result<()> {
    let args: [OsString; 11] = [
        "wasm-bindgen".into(),
        root()?.join("target").join(TARGET).join(wasm).into(),
        "--target".into(),
        "web".into(),
        "--out-dir".into(),
        root()?.join(out_dir).into(),
        "--out-name".into(),
        "edge_jwt".into(),
        "--omit-default-module-path".into(),
        "--remove-producers-section".into(),
        // How the shell replaces an instance that trapped.
        "--experimental-reset-state-function".into(),
    ];
    wasm_bindgen_cli::wasm_bindgen::run_cli_with_args(args)
}

/// Keeps the builder's home out of the wasm, so that it is the same whoever builds it.
fn remap_paths() -> Result<String> {
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let home = home.context("finding cargo's home")?;
    Ok(format!("--remap-path-prefix={}=cargo", home.display()))
}

/// Runs the tests in wasm, in Node or in a browser as each test file says.
fn test_wasm(extra: &[OsString]) -> Result<()> {
    let runner = env::current_exe().context("finding this program")?;
    let runner = format!("target.{TARGET}.runner=[{:?}, \"run-tests\"]", runner.display());
    let mut args: Vec<OsString> =
        ["--config", &runner, "test", "--target", TARGET].map(OsString::from).to_vec();
    args.extend_from_slice(extra);
    cargo(&args)
}

fn cargo<A: AsRef<std::ffi::OsStr>>(args: &[A]) -> Result<()> {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let status = Command::new(program).args(args).current_dir(root()?).status()?;
    if !status.success() {
        bail!("cargo failed: {status}");
    }
    Ok(())
}

fn root() -> Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent();
    Ok(root.context("xtask stands in the project's root")?.to_path_buf())
}
