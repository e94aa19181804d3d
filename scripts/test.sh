#!/usr/bin/env bash
# Everything that `make test` runs, stage after stage, and what came out of it in numbers.
#
#   scripts/test.sh                all stages
#   scripts/test.sh rust browser   these
#
# A stage that fails does not stop the others. After tests comes the stage `secrets`, whatever became of them: it looks through all that
# was logged. The last line sums up the tests as their runners counted them; a stage that failed without a failed test (a lint, a build)
# counts as one failure.

# shellcheck source=scripts/lib/common.sh
. "$(dirname "$0")/lib/common.sh"

lint() { scripts/lint.sh; }
# Unit tests, black-box tests over sockets, doc tests. --no-fail-fast: the count is of all.
# Whatever any library says on the way is written down.
rust() {
    PRIMERKA_TRACE_LOG=$PWD/$logs/trace.log cargo test --no-fail-fast --no-default-features --features native,embedded-gateway,otel
}
# As a browser gets it, and within its size.
build() { scripts/build.sh && scripts/check-size.sh; }
edge() { scripts/test-edge.sh; }
# The embedded gateway, as Google's own SDKs see it.
sdk() { scripts/test-sdk.sh; }
# Against the release build, as it is served.
browser() { scripts/build.sh && (cd end2end && playwright test); }
# No token, key, prompt or photo is in any log. What a failed stage has printed is left out: where a test fails, its runner quotes it.
secrets() {
    local file name files=()
    for file in "$logs"/*.log; do
        name=$(basename "$file" .log)
        case " secrets ${failed_stages[*]:-} " in
            *" $name "*) ;;
            *) files+=("$file") ;;
        esac
    done
    scripts/check-secrets.sh ${files[@]+"${files[@]}"}
}

# count LOG passed|failed: the sum over the closing lines of cargo test, Node's test runner, Playwright, Python's unittest and
# check-secrets.sh.
count() {
    sed $'s/\x1b\\[[0-9;]*m//g' "$1" | awk -v what="$2" '
        /^test result:/ { for (i = 2; i <= NF; i++) if ($i ~ "^" what) sum += $(i - 1) }
        /^[^a-zA-Z0-9]* *pass [0-9]+$/ { if (what == "passed") sum += $NF }
        /^[^a-zA-Z0-9]* *fail [0-9]+$/ { if (what == "failed") sum += $NF }
        /^ +[0-9]+ passed( \(.*\))?$/ { if (what == "passed") sum += $1 }
        /^ +[0-9]+ (failed|flaky|interrupted)$/ { if (what == "failed") sum += $1 }
        /^No secret in [0-9]+ logs/ { if (what == "passed") sum += 1 }
        # Python says how many ran, then how many of them failed. Failed subtests may be more than the tests they are in.
        /^Ran [0-9]+ tests? in / { ran = $2 }
        /^(OK|FAILED)( \(.*\))?$/ && ran != "" {
            bad = 0
            for (i = 1; i <= split($0, words, /[^a-z0-9]+/); i++) if (words[i] ~ /^(failures|errors)$/) bad += words[i + 1]
            if (bad > ran) bad = ran
            sum += (what == "passed") ? ran - bad : bad
            ran = ""
        }
        END { print sum + 0 }
    '
}

logs=target/test-logs
mkdir -p "$logs"
passed=0
failed=0
failed_stages=()
summary=()

[ $# -gt 0 ] || set -- lint rust build edge sdk browser
case " $* " in
    *' secrets '*) ;;
    *' rust '* | *' edge '* | *' sdk '* | *' browser '*)
        # What lies there is of this run alone.
        rm -f "$logs"/*.log
        set -- "$@" secrets
        ;;
esac
for stage in "$@"; do
    started=$SECONDS
    printf '\n######## %s\n' "$stage"
    outcome=passed
    ("$stage") 2>&1 </dev/null | tee "$logs/$stage.log" || outcome=FAILED
    [ "$outcome" = passed ] || failed_stages+=("$stage")
    stage_passed=$(count "$logs/$stage.log" passed)
    stage_failed=$(count "$logs/$stage.log" failed)
    if [ "$outcome" = FAILED ] && [ "$stage_failed" = 0 ]; then stage_failed=1; fi
    passed=$((passed + stage_passed))
    failed=$((failed + stage_failed))
    summary+=("$(printf '%-8s %-6s %6d s %6d tests passed' "$stage" "$outcome" $((SECONDS - started)) "$stage_passed")")
done

printf '\n######## summary\n'
printf '%s\n' "${summary[@]}"
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" = 0 ]
