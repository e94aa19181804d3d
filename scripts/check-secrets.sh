#!/usr/bin/env bash
# Looks for what no log may hold in the logs of a test run: the tests' tokens and keys, words of the prompts, photos in base64.
#
#   scripts/check-secrets.sh FILE…

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

[ $# -gt 0 ] || fail 'There are no logs to look through.'

# Every token and key of a test has one of these in it: sdk-canary-token, edge-canary-token…
canaries=(canary-token canary-key AIza-canary)
prompts=('You are a fashion cataloguer' 'Create one photorealistic photograph')
# How a JPEG and a PNG begin.
photos=(/9j/4AAQSkZJRg iVBORw0KGgo)

for words in "${prompts[@]}"; do
    grep -rqF -- "$words" src/pipeline || fail "No prompt says «$words» any more: name words of it in $0."
done
found=0
for file in "$@"; do
    [ -r "$file" ] || fail "$file cannot be read."
    for secret in "${canaries[@]}" "${prompts[@]}" "${photos[@]}"; do
        lines=$(grep -acF -- "$secret" "$file") || continue
        printf '%s: «%s» in %d lines, the first:\n    %.300s\n' "$file" "$secret" "$lines" "$(grep -a -m1 -F -- "$secret" "$file")"
        found=1
    done
done
[ "$found" = 0 ] || fail 'Secrets were logged.'
# scripts/test.sh counts this line.
printf 'No secret in %d logs of %d kB\n' $# $(($(cat "$@" | wc -c) / 1000))
