# SPDX-FileCopyrightText: LoRA Studio authors
# SPDX-License-Identifier: Apache-2.0
# Brings translations/*.ts up to date with the sources: new texts come in as unfinished, texts that are gone leave.
# shellcheck shell=bash

TRANSLATIONS=translations

# update_translations [FOLDER]: of the files in FOLDER. English holds the plural forms alone.
update_translations() {
    local folder="${1:-$TRANSLATIONS}"
    # -I: without the headers it takes classes for unqualified ones, and their texts are never found at run time.
    local lupdate=("$(qtpaths6 --query QT_HOST_BINS)/lupdate" -silent -locations none -no-obsolete
        -extensions cpp,h -tr-function-alias tr+=LS_TEXT -I . app ui engine)
    # It warns of every LS_TEXT: the engine knows no Q_OBJECT.
    "${lupdate[@]}" -ts "$folder/lorastudio_ko.ts" 2>&1 | grep -vF "$PWD/engine/" || true
    "${lupdate[@]}" -pluralonly -ts "$folder/lorastudio_en.ts" 2>&1 | grep -vF "$PWD/engine/" || true
}

run_translations() {
    ensure_everything
    step "Translations"
    update_translations
    local unfinished
    unfinished=$(grep -c 'type="unfinished"' "$TRANSLATIONS/lorastudio_ko.ts" || true)
    done_note "$TRANSLATIONS/: $unfinished texts wait for a Korean translation"
}
