# shellcheck shell=bash
# cargo-leptos and wasm-bindgen, compiled here. Their release profiles ask for more optimisation than the tools need.

# 0.3.11 needs a newer compiler than ours.
cargo_leptos_version=0.3.10

wasm_bindgen_version() {
  awk '$1 == "name" { name = $3 } $1 == "version" && name == "\"wasm-bindgen\"" { gsub(/"/, "", $3); print $3; exit }' Cargo.lock
}

# has_tool VERSION COMMAND…: whether the command says that it is of that version.
has_tool() {
  local wanted=$1 said
  shift
  said=$("$@" --version 2>/dev/null) && [[ " $said " == *" $wanted "* ]]
}

# need_tool NAME VERSION CRATE HOW-LONG OPTION…
need_tool() {
  local name=$1 version=$2 crate=$3 time=$4
  shift 4
  has_tool "$version" "$name" && return
  step "$name" "Compiling $name $version ($time on 2 cores, only this once)" \
    "Look into the log; run the same command again to go on where it stopped." \
    cargo_install "$crate" --version "$version" "$@"
  has_tool "$version" "$name" || fail "$name $version was installed into $cargo_bin, but the one found is $(command -v "$name")." \
    "Remove that one, or put $cargo_bin before it on PATH."
}

cargo_install() {
  # The flags of the project's own builds are none of the tools' business.
  unset RUSTFLAGS
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
    cargo install --target-dir target/setup/cargo-tools "$@"
}

need_cargo_tools() {
  local bindgen
  [[ -e Cargo.lock ]] || fail "Cargo.lock is missing." "It is part of the project: 'git checkout Cargo.lock'."
  bindgen=$(wasm_bindgen_version)
  [[ -n $bindgen ]] || fail "Cargo.lock names no wasm-bindgen." "It is part of the project: 'git checkout Cargo.lock'."

  need_tool cargo-leptos "$cargo_leptos_version" cargo-leptos "about 10 minutes" --locked
  # Must be of the very version of the crate. Without --locked: the lock file in the package names a version that is gone.
  need_tool wasm-bindgen "$bindgen" wasm-bindgen-cli "about 2 minutes"
  rm -rf target/setup/cargo-tools
}
