# shellcheck shell=bash
# The compiler target for the browser. First rustup; where that can't download, the standard library is built from the
# source package that Debian has of exactly the same compiler version.
# DULLE_WASM_STD=debian leaves rustup out.

wasm_target=wasm32-unknown-unknown

# Where Debian may hold that version: it moves from the newest suite to older ones as releases are made.
rust_src_suites=(trixie-backports sid forky trixie bookworm-backports testing stable-backports)

has_wasm_target() {
  local lib
  lib=$(rustc --print target-libdir --target "$wasm_target")
  compgen -G "$lib/libstd-*.rlib" >/dev/null || return 1
  # What we built ourselves serves no other compiler that has since taken the place of the one it was built by.
  [[ ! -e $lib/.built-by ]] || [[ $(<"$lib/.built-by") == "$(rustc --version)" ]]
}

wasm_target_by_rustup() {
  command -v rustup >/dev/null || { echo "there is no rustup here"; return 1; }
  # Without network, rustup retries for minutes. It picks the toolchain that `rustc` is, also by RUSTUP_TOOLCHAIN.
  timeout 180 rustup target add "$wasm_target"
}

# Debian mirror from the machine's own apt configuration.
debian_mirror() {
  # shellcheck disable=SC2016 # apt's variables, not ours
  apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
    awk '$1 ~ /debian\/?$/ && $2 !~ /security/ { print $1; exit }'
}

# fetch_rust_src VERSION FOLDER: leaves the unpacked package in FOLDER/unpacked. apt verifies signature and checksum.
fetch_rust_src() {
  local version=$1 work=$2 mirror suite found
  mirror=$(debian_mirror)
  [[ -n $mirror ]] || { echo "no Debian mirror in apt's configuration"; return 1; }
  mkdir -p "$work"/{lists,archives}/partial "$work/packages"
  local apt=(-q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=/dev/null
    -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work" -o "APT::Sandbox::User=$(id -un)")
  for suite in "${rust_src_suites[@]}"; do
    echo "looking into $suite"
    echo "deb $mirror $suite main" >"$work/sources.list"
    apt-get "${apt[@]}" update || continue
    found=$(apt-cache "${apt[@]}" madison rust-src | awk -v wanted="$version" '
      { split($3, part, /[+~-]/); if (part[1] == wanted) { print $3; exit } }')
    [[ -n $found ]] || continue
    echo "rust-src $found is in $suite"
    (cd "$work/packages" && apt-get "${apt[@]}" download "rust-src=$found")
    # The package holds the whole compiler's source, too; only this part is wanted.
    mkdir -p "$work/unpacked"
    dpkg-deb --fsys-tarfile "$work"/packages/rust-src_*.deb | tar -x -C "$work/unpacked" --wildcards './usr/src/rustc-*/library/*'
    return 0
  done
  echo "no suite of the mirror holds rust-src $version: ${rust_src_suites[*]}"
  return 1
}

wasm_target_by_debian() {
  local version sysroot work source stub
  for tool in apt-get apt-cache dpkg-deb; do
    command -v "$tool" >/dev/null || { echo "$tool is missing: this is not a Debian machine"; return 1; }
  done
  version=$(rustc --version | cut -d' ' -f2)
  sysroot=$(rustc --print sysroot)
  work=$root/target/setup/wasm-std
  rm -rf "$work"
  fetch_rust_src "$version" "$work"

  source=$(compgen -G "$work/unpacked/usr/src/*/library")
  # -Zbuild-std looks for the source there. If rustup put some there already, it is of this version too.
  if [[ ! -e $sysroot/lib/rustlib/manifest-rust-src ]]; then
    rm -rf "$sysroot/lib/rustlib/src/rust"
    mkdir -p "$sysroot/lib/rustlib/src/rust"
    cp -r "$source" "$sysroot/lib/rustlib/src/rust/library"
  fi

  stub=$work/stub
  mkdir -p "$stub/src"
  echo '#![no_std]' >"$stub/src/lib.rs"
  printf '%s\n' '[package]' 'name = "wasm_std_stub"' 'version = "0.0.0"' 'edition = "2021"' \
    '[workspace]' '[profile.release]' 'panic = "abort"' >"$stub/Cargo.toml"
  (
    cd "$stub"
    unset RUSTFLAGS
    RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR="$work/target" cargo build --release --target "$wasm_target" \
      -Zbuild-std=std,panic_abort,panic_unwind,proc_macro
  )
  local destination="$sysroot/lib/rustlib/$wasm_target/lib"
  rm -rf "$destination"
  mkdir -p "$destination"
  find "$work/target/$wasm_target/release/deps" -name 'lib*.rlib' ! -name 'libwasm_std_stub*' -exec cp -t "$destination" {} +
  rustc --version >"$destination/.built-by"
  [[ -e $sysroot/lib/rustlib/manifest-rust-src ]] || rm -rf "$sysroot/lib/rustlib/src/rust"
  rm -rf "$work"
}

wasm_target_somehow() {
  if [[ ${DULLE_WASM_STD:-} != debian ]]; then
    wasm_target_by_rustup && has_wasm_target && return 0
    echo "rustup could not; trying with Debian's rust-src"
  fi
  wasm_target_by_debian
  has_wasm_target
}

need_wasm_target() {
  has_wasm_target && return 0
  step wasm-target "Adding the compiler target $wasm_target (half a minute, at most 5)" \
    "Add it by hand (rustup target add $wasm_target), or move to a compiler version that your Debian mirror has the package rust-src of." \
    wasm_target_somehow
}
