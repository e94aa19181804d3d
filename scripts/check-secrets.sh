#!/usr/bin/env bash
# Looks for what no log may hold in the logs of a test run: the tests' tokens and keys, words of the prompts, photos in base64.
#
#   scripts/check-secrets.sh FILE…

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

secrets=(canary-token AIza-canary 'You are a fashion cataloguer' 'Create one photorealistic photograph' /9j/4AAQSkZJRg)
found=0
for file in "$@"; do
    for secret in "${secrets[@]}"; do
        lines=$(grep -cF -- "$secret" "$file") || continue
        printf '%s: «%s» in %d lines, the first:\n    %.300s\n' "$file" "$secret" "$lines" "$(grep -m1 -F -- "$secret" "$file")"
        found=1
    done
done
[ "$found" = 0 ] || fail 'Secrets were logged.'
printf 'No secret in %d MB of logs\n' $(($(cat "$@" | wc -c) / 1000000))
