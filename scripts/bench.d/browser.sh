# shellcheck shell=bash
# What people with a phone feel: Lighthouse's marks, how soon a press is answered, and whether anything jumps.

data=$folder/browser
mkdir -p "$data"
chmod 755 "$data"
echo
(
  cd end2end
  node bench/lighthouse.mjs "$binary" "$data" "$port"
  echo
  node bench/interaction.mjs "$binary" "$data" "$port"
)
