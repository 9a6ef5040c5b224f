# shellcheck shell=bash
# What comes from Debian. Each is looked for by what it does, so that a machine that has it from elsewhere is content too.

missing_packages=()

# want PACKAGE TEST…: notes the package if the test fails.
want() {
  local package=$1
  shift
  "$@" >/dev/null 2>&1 || missing_packages+=("$package")
}

korean_font() {
  [[ -n $(fc-list :lang=ko 2>/dev/null) ]] || compgen -G '/usr/share/fonts/*/*/NotoSansCJK*'
}

# Debian keeps it out of the path of ordinary users.
nginx_program() {
  command -v nginx || command -v /usr/sbin/nginx
}

# Nothing that is installed here is to run for the whole machine: our scripts start what they need, and end it.
without_services() {
  local policy=/usr/sbin/policy-rc.d
  [[ ! -e $policy ]] || return 0
  printf '#!/bin/sh\nexit 101\n' >"$policy"
  chmod 755 "$policy"
  # shellcheck disable=SC2064 # its value now
  trap "rm -f $policy" EXIT
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  local get=(apt-get -o DPkg::Lock::Timeout=300 -y)
  without_services
  # A source of somebody else's that can't be reached is no reason to stop.
  "${get[@]}" update || echo "apt-get update did not reach every source; going on with what it has"
  if [[ " $* " == *" postgresql "* && ! -e /etc/postgresql-common/createcluster.conf ]]; then
    # We run clusters of our own; without this, the package makes and starts one for the whole machine.
    "${get[@]}" install --no-install-recommends postgresql-common
    printf '\ncreate_main_cluster = false\n' >>/etc/postgresql-common/createcluster.conf
  fi
  "${get[@]}" install --no-install-recommends "$@"
}

need_system_packages() {
  local purpose=$1 node_major
  missing_packages=()

  want gcc command -v cc
  want libc6-dev test -e /usr/include/stdio.h
  # The client of Kafka is a C library with a C++ one beside it, built by a makefile.
  want g++ command -v c++
  want make command -v make
  want nodejs command -v node
  want npm command -v npm
  if [[ $purpose == run || $purpose == test || $purpose == bench ]]; then
    want postgresql postgres_bin
  fi
  if [[ $purpose == check || $purpose == test ]]; then
    want python3-venv python3 -c 'import ensurepip, venv'
  fi
  if [[ $purpose == test ]]; then
    want chromium command -v chromium
    want fonts-noto-cjk korean_font
  fi
  if [[ $purpose == test || $purpose == bench ]]; then
    want nginx nginx_program
  fi
  if [[ $purpose == bench ]]; then
    want python3 command -v python3
    want siege command -v siege
    want wrk command -v wrk
  fi

  if ((${#missing_packages[@]} > 0)); then
    command -v apt-get >/dev/null || fail "Missing, under the names that Debian has for them: ${missing_packages[*]}" \
      "Install them and try again."
    local line="apt-get install -y --no-install-recommends ${missing_packages[*]}"
    if ((EUID != 0)); then
      fail "Missing from this machine: ${missing_packages[*]}" "Run this, then try again:" "" "  sudo $line"
    fi
    step system-packages "Installing from Debian: ${missing_packages[*]} (1 to 3 minutes)" \
      "Try '$line' by hand, mend what it complains of, then try again." apt_install "${missing_packages[@]}"
  fi

  node_major=$(node --version | sed -E 's/^v([0-9]+).*/\1/')
  local least=18
  [[ $purpose == build || $purpose == run ]] || least=20
  ((node_major >= least)) || fail "Node $(node --version) is too old: this needs $least or newer." \
    "Install a newer Node and put it first on PATH."
}
