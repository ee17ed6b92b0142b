#!/bin/sh
# Compares the keys of two charts' values.yaml. What is below `config` belongs to the
# application and may differ; everything else is the surface that operators know.
# A list counts as one key, whatever is in it.
#   scripts/values-parity.sh event-processor metrics-gateway
set -eu

keys() {
    yq '.. | path | map(select(tag != "!!int")) | join(".")' "charts/$1/values.yaml" |
        grep -v -e '^$' -e '^config\.' | sort -u
}

left=$(mktemp) right=$(mktemp)
trap 'rm -f "$left" "$right"' EXIT
keys "$1" >"$left"
keys "$2" >"$right"
diff -u --label "$1" --label "$2" "$left" "$right"
