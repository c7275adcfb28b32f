# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# The main job on the sample, in the studio: fine-tune, loss before and after, the same questions to base and adapter,
# merged export. With a display one watches; without one the studio draws into memory and saves the loss chart.
# shellcheck shell=bash

ENGINE=build/release/bin/lora-engine
SAMPLE=resources/samples
DEMO_QUESTIONS=3

run_demo() {
    local started=$SECONDS out run
    ensure_everything
    build_preset release
    out="build/demo/$(date +%Y-%m-%d_%H%M%S)"
    mkdir -p "$out"

    step "What you will see"
    note "A tiny language model, made for this project, answers questions in plain words."
    note "LoRA teaches it to answer like a pirate: it trains a few small matrices beside"
    note "the frozen weights, from $(wc -l <"$SAMPLE/pirate.jsonl") examples. Everything is kept in $out/."

    step "Fine-tuning"
    train_in_studio "$out/studio"
    run=$(find "$out/studio/runs" -mindepth 1 -maxdepth 1 -type d | sort | tail -n 1)
    if [[ ! -e "$run/manifest.json" ]]; then
        note "The run has not come to its end, and nothing of it is lost. To see how it goes on:"
        note "  ./studio run --data-dir $out/studio"
        return
    fi

    step "Loss before and after"
    local before after
    before=$(sample_loss)
    after=$(sample_loss --adapter "$run/output/adapter")
    note "base model          $before"
    note "with the adapter    $after"
    note "${DIM}mean over the answer tokens of the sample data; lower is better$PLAIN"

    step "The same questions, without and with the adapter"
    local questions question base adapted
    mapfile -t questions < <(sample_questions)
    for question in "${questions[@]:0:DEMO_QUESTIONS}"; do
        base=$(answer "$question")
        adapted=$(answer "$question" --adapter "$run/output/adapter")
        printf '\n  %s%s%s\n' "$BOLD" "$question" "$PLAIN"
        note "base      $base"
        note "adapter   $adapted"
    done

    step "Exporting the merged model"
    show_and_run export --format merged --model "$SAMPLE/model" --adapter "$run/output/adapter" \
        --out "$out/merged"

    step "Done after $(duration $((SECONDS - started)))"
    note "adapter        $run/output/adapter/   (PEFT format)"
    note "merged model   $out/merged/   (opens in transformers and everything that reads its folders)"
    note "the run        $run/   (settings, journal, metrics, checkpoints)"
    printf '\n  Ask it something yourself:\n'
    note "  ./studio run --data-dir $out/studio    (the Playground)"
    note "  $ENGINE generate --model $out/merged --prompt 'Which animal says woof?'"
    printf '  Train on your own model and data (--help shows every verb and option):\n'
    note "  $ENGINE train --model DIR --data FILE --method lora --out RUN"
}

# train_in_studio FOLDER: presses Home's button in a studio that keeps its data there.
train_in_studio() {
    local studio=(build/release/bin/lora-studio --demo --data-dir "$1")
    if [[ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" && "${QT_QPA_PLATFORM:-}" != offscreen ]]; then
        note "The studio opens on the run. Close its window to go on here."
        "${studio[@]}"
    else
        note "There is no display: the studio works in memory."
        "${studio[@]}" | sed 's/^/  /'
    fi
}

# Shows an engine command as one would type it, then runs it.
show_and_run() {
    printf '  %s$ %s%s\n' "$DIM" "$ENGINE $*" "$PLAIN"
    "$ENGINE" "$@"
}

# sample_loss [OPTION...]: mean loss per answer token on the sample data.
sample_loss() {
    "$ENGINE" evaluate --model "$SAMPLE/model" "$@" --data "$SAMPLE/pirate.jsonl" --metrics loss --json \
        | sed -n 's/.*"loss": *\([0-9][-+.0-9e]*\).*/\1/p' | head -n 1 | awk '{ printf "%.3f\n", $1 }'
}

sample_questions() {
    sed -n 's/.*"role": "user", "content": "\([^"]*\)".*/\1/p' "$SAMPLE/held_out.jsonl"
}

# answer QUESTION [OPTION...]: the greedy answer.
answer() {
    local question="$1"
    shift
    "$ENGINE" generate --model "$SAMPLE/model" "$@" --prompt "$question" --temperature 0 --max-new-tokens 60
}
