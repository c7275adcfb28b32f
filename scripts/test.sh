# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The tiers of tests: the fast ones, one label alone, the sanitizers, the oracle.
# shellcheck shell=bash

FAST_LABELS='unit|gui|engine|e2e|fault'

run_tests() {
    local tier="${1:-fast}"
    case "$tier" in
        fast) test_labels release "$FAST_LABELS" "the fast tiers" ;;
        asan) test_labels asan unit "unit tests under the address and undefined-behaviour sanitizers" ;;
        oracle) test_labels release oracle "against live transformers and PEFT" ;;
        unit | gui | engine | e2e | fault) test_labels release "$tier" "label $tier" ;;
        gpu) test_labels cuda gpu "the CUDA plug-in against the CPU" ;;
        fuzz) run_fuzz all 300 ;;
        deps) test_clean_roots ;;
        *) fail 2 "there is no test tier '$tier'" \
            "Valid are: oracle, asan, fuzz, gpu, deps, the labels unit, gui, engine, e2e and fault, or nothing for the fast ones." ;;
    esac
}

# test_labels PRESET LABELS DESCRIPTION: set-up, build, and the tests whose label matches.
test_labels() {
    local preset="$1" labels="$2" description="$3"
    if [[ "$labels" == oracle ]]; then
        ensure_everything oracle
        ensure_oracle
        export LORA_ORACLE_PYTHON="$ORACLE/bin/python"
    else
        ensure_everything
    fi
    if [[ "$preset" == cuda ]]; then
        ensure_cuda
    fi
    build_preset "$preset"
    step "Tests: $description"
    ctest --preset "$preset" --label-regex "^($labels)\$" --no-tests=error --parallel "$(nproc)" \
        | readable_results "build/$preset/Testing/Temporary/LastTest.log"
}

# Of a failed test only what is not PASS; and the reasons of skipped ones, which ctest leaves in its log, before its
# closing lines.
readable_results() {
    local log="$1" line closing=()
    while IFS= read -r line; do
        if ((${#closing[@]} > 0)) || [[ "$line" =~ tests\ passed,\ [0-9]+\ tests\ failed ]]; then
            closing+=("$line")
        elif [[ "$line" != "PASS   : "* ]]; then
            printf '%s\n' "$line"
        fi
    done
    if grep -q '^SKIP   : ' "$log"; then
        printf '\nSkipped:\n'
        sed -n 's/^SKIP   : /  /p' "$log" | sort -u
        printf '\n'
    fi
    printf '%s\n' "${closing[@]}"
}
