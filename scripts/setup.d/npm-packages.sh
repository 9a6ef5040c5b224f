# shellcheck shell=bash
# end2end/: wasm-opt for builds; Playwright and its companions for tests. Installed again when the lock file changed.

npm_install() {
  # Playwright would otherwise fetch a browser of its own; the tests use Debian's.
  cd end2end
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund "$@"
}

need_npm_packages() {
  local purpose=$1 wanted stamp=end2end/node_modules/.installed extent=all options=()
  case $purpose in build | run) extent=build options=(--omit=dev) ;; esac
  wanted=$(cat end2end/package.json end2end/package-lock.json end2end/.npmrc | sha256sum | cut -d' ' -f1)
  # What was installed for tests has what a build needs.
  if [[ -e $stamp ]] && { [[ $(<"$stamp") == "$wanted all" ]] || [[ $(<"$stamp") == "$wanted $extent" ]]; }; then
    return 0
  fi
  step npm-packages "Installing npm packages into end2end/node_modules (up to 1 minute)" \
    "Try 'npm ci' in end2end/ by hand, mend what it complains of, then try again." npm_install "${options[@]}"
  echo "$wanted $extent" >"$stamp"
}
