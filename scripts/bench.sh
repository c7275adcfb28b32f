# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The programs of benchmarks/, one per claim, in the oracle's environment, where the peers live.
# shellcheck shell=bash

CLAIMS=(train generate load export swap import studio gpu)

# run_benchmarks [NAME [OPTION...]]: one claim with its options, or all of them.
run_benchmarks() {
    local names=("${CLAIMS[@]}") name failed=()
    if (($# > 0)); then
        printf '%s\n' "${CLAIMS[@]}" | grep -qxF -- "$1" \
            || fail 2 "there is no benchmark '$1'" "Valid are: ${CLAIMS[*]}"
        names=("$1")
        shift
    fi
    ensure_everything oracle
    ensure_oracle
    build_preset release
    ninja -C build/release -j "$(parallel_compilers)" benchmarks
    for name in "${names[@]}"; do
        step "Benchmark: $name"
        with_engine_of "$name" "$ORACLE/bin/python" "benchmarks/$name.py" "$@" || failed+=("$name")
    done
    ((${#failed[@]} == 0)) || fail 1 "without a result: ${failed[*]}" "What went wrong stands in its table."
}

# with_engine_of NAME COMMAND...: on a GPU the engine of the preset `cuda`, built only where there is NVIDIA's driver.
with_engine_of() {
    local name="$1"
    shift
    if [[ "$name" != gpu ]] || ! wants_cuda_libraries; then
        "$@"
        return
    fi
    ensure_cuda
    build_preset cuda
    LORA_ENGINE="${LORA_ENGINE:-build/cuda/bin/lora-engine}" "$@"
}
