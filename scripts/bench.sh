# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The programs of benchmarks/, one per claim, in the oracle's environment, where the peers live.
# shellcheck shell=bash

LLAMA_CPP_PIN=benchmarks/llama_cpp.txt
LLAMA_CPP="$CACHE/llama.cpp-$(sed -n 's/^@[^ ]* \([^ ]*\).*/\1/p' "$LLAMA_CPP_PIN")"

CLAIMS=(train generate families memory load export swap import methods quantised studio gpu)

# llama.cpp's libraries, and what writes its files. Without npm the race goes on without it and says so.
ensure_llama_cpp() {
    local aside="$LLAMA_CPP.unpacking" package version sha512
    "$ORACLE/bin/python" -c 'import gguf' 2>/dev/null \
        || "$ORACLE/bin/python" -m pip install --quiet --no-deps --require-hashes \
            --requirement benchmarks/requirements.txt
    [[ -d "$LLAMA_CPP" ]] && return
    if ! command -v npm >/dev/null; then
        note "SKIP: llama.cpp is not raced, its libraries come by npm, which is not on this machine"
        return
    fi
    read -r package version sha512 < <(grep '^@' "$LLAMA_CPP_PIN")
    note "fetching llama.cpp's libraries: 11 MB, once"
    rm -rf "$aside"
    mkdir -p "$aside"
    (cd "$aside" && npm pack --silent "$package@$version" >/dev/null)
    [[ "$(cat "$aside"/*.tgz | sha512sum)" == "$sha512 "* ]] \
        || fail 3 "$package $version is not what $LLAMA_CPP_PIN pins" "Try again; nothing of it was used."
    tar -xzf "$aside"/*.tgz -C "$aside" --strip-components=3 --wildcards 'package/bins/*.so'
    tar -xzf "$aside"/*.tgz -C "$aside" --strip-components=1 package/LICENSE
    rm "$aside"/*.tgz
    mv "$aside" "$LLAMA_CPP"
}

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
    ensure_llama_cpp
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
