// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Edits as the studio reads them: taken and written again, or refused with a line.
#include "app/studio/data_edits.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto edits = app::studio::parseEdits(
        QByteArray(reinterpret_cast<const char*>(data), static_cast<qsizetype>(size)));
    if (!edits) {
        fuzz::requireWords(edits.error());
        return 0;
    }
    const QByteArray written = app::studio::writtenEdits(edits.value());
    const auto again = app::studio::parseEdits(written);
    fuzz::require(bool(again), "what was written cannot be read");
    fuzz::require(again.value().rows.size() == edits.value().rows.size()
                      && again.value().encoding == edits.value().encoding
                      && again.value().roles.toObject() == edits.value().roles.toObject(),
                  "another when it is read again");
    return 0;
}
