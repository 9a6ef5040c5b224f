# shellcheck shell=bash
# Schemathesis, which tries what the REST interface's description promises, in target/setup/schemathesis. For tests alone.

schemathesis_install() {
  rm -rf target/setup/schemathesis
  python3 -m venv target/setup/schemathesis
  target/setup/schemathesis/bin/pip install --disable-pip-version-check --require-hashes --only-binary :all: --requirement end2end/requirements.txt
}

need_schemathesis() {
  local wanted stamp=target/setup/schemathesis/.installed
  [[ $1 == test ]] || return 0
  wanted=$(sha256sum end2end/requirements.txt | cut -d' ' -f1)
  [[ -e $stamp && $(<"$stamp") == "$wanted" ]] && return 0
  step schemathesis "Installing schemathesis (half a minute)" \
    "Needed is Python 3.11 with venv and pip; mend what it complains of, then try again." schemathesis_install
  echo "$wanted" >"$stamp"
}
