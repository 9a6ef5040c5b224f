# shellcheck shell=bash
# The compiler. There is no rust-toolchain.toml: it would make rustup fetch the named toolchain although a fitting one
# of another name ("stable") is there. Cargo itself refuses a compiler older than rust-version in Cargo.toml.

# The same as rust-version there.
rust_version=1.95

# at_least WANTED HAVE, as versions.
at_least() {
  printf '%s\n%s\n' "$1" "$2" | sort -V -C
}

need_rust() {
  local purpose=$1 have component
  if ! command -v rustc >/dev/null || ! command -v cargo >/dev/null; then
    fail "Rust is missing." "Install Rust $rust_version or newer with rustup, then try again."
  fi
  have=$(rustc --version | cut -d' ' -f2)
  at_least "$rust_version" "$have" || fail "Rust $have is too old: this needs $rust_version or newer." \
    "Run 'rustup update stable', or set RUSTUP_TOOLCHAIN to a newer toolchain that you have."

  [[ $purpose == check ]] || return 0
  for component in clippy rustfmt; do
    command -v "cargo-${component/rustfmt/fmt}" >/dev/null && "cargo-${component/rustfmt/fmt}" --version >/dev/null 2>&1 && continue
    step "$component" "Installing $component (a few seconds)" \
      "Install the component $component of your toolchain by hand, then try again." rustup component add "$component"
  done
}
