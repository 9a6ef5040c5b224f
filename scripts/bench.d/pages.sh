# shellcheck shell=bash
# Reading: the page of a demo course against the same written by hand, and what is measured with a browser or by starting the program.

data=$folder/pages
serve "$data" 1
# shellcheck disable=SC2016 # the quoted is JavaScript
course=$(ORIGIN=$origin node --input-type=module -e '
  for (;;) {
    const { items } = await (await fetch(`${process.env.ORIGIN}/api/v1/viewpages?limit=100`)).json();
    const six = items.find((item) => item.path.length === 6);
    if (six) { console.log(six.course_id); break; }
  }')
by_hand "$data" "$course"

heading 'viewpage, 6 stops'
for connections in 1 16 64; do
  read -r rate p50 p99 worst errors < <(load "$connections" "$origin/courses/$course")
  row product "$connections" "$rate" "$p50" "$p99" "$worst" "$errors"
done
against_by_hand "$course"
# drawn for each request, and read with what is one's own; decision 23
session=$(cd end2end && node --input-type=module -e 'import { someone } from "./bench/serving.mjs"; console.log((await someone(process.argv[1])).token)' "$origin")
read -r rate p50 p99 worst errors < <(load 16 "$origin/courses/$course")
row 'product, signed in' 16 "$rate" "$p50" "$p99" "$worst" "$errors"
session=
end_all
echo
(cd end2end && node bench/measure.mjs "$binary" "$data" "$port")
