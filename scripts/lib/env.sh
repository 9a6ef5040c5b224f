# shellcheck shell=bash
# Sourced by every script: where things are and what builds are run with.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
cd "$root"

# One target folder, so that no two commands build the same thing twice.
export CARGO_TARGET_DIR="$root/target"

cargo_bin=${CARGO_HOME:-$HOME/.cargo}/bin
case ":$PATH:" in
  *":$cargo_bin:"*) ;;
  *) PATH="$PATH:$cargo_bin" ;;
esac
# First, because a wasm-opt from elsewhere may be one that miscompiles.
export PATH="$root/end2end/node_modules/.bin:$PATH"

# Folder of the Postgres server's programs; fails where there is none.
postgres_bin() {
  local initdb newest=''
  if initdb=$(command -v initdb); then
    dirname "$(readlink -f "$initdb")"
    return
  fi
  while IFS= read -r initdb; do
    newest=$initdb
  done < <(compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V)
  [[ -n $newest ]] && dirname "$newest"
}

# One number for the contents of all files below the given paths that exist, apart from what is never an input.
fingerprint() {
  local path existing=()
  for path in "$@"; do
    [[ -e $path ]] && existing+=("$path")
  done
  find "${existing[@]}" \( -name .git -o -name node_modules -o -path ./target -o -path ./.data \) -prune \
    -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1
}
