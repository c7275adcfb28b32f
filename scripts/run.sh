# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Starts the studio: to work in it, or to picture every page of it.
# shellcheck shell=bash

STUDIO=build/release/bin/lora-studio
SCREENSHOTS=build/screenshots

# run_studio [ARGUMENT...]: arguments are those of lora-studio; paths in them are the caller's.
run_studio() {
    ensure_everything
    build_preset release
    local program="$PWD/$STUDIO"
    step "The studio"
    (cd "$CALLED_FROM" && "$program" "$@")
}

# run_screenshots [FOLDER]: the real studio with the real engine, drawn into memory.
run_screenshots() {
    local folder="$SCREENSHOTS"
    if (($# > 0)); then
        folder=$(cd "$CALLED_FROM" && realpath -m "$1")
    fi
    ensure_everything
    build_preset release
    step "Screenshots"
    note "Every page and state, light and dark, English and Korean; one real run of the sample serves them all."
    QT_QPA_PLATFORM=offscreen "$STUDIO" --screenshots "$folder"
    done_note "$folder/: $(find "$folder" -name '*.png' | wc -l) pictures"
}
