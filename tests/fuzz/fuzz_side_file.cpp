// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What a person wrote about an adapter or a run: what is taken is the same when it is written
// again.
#include "app/library/side_file.h"
#include "tests/fuzz/fuzzed.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::fileOf(fuzz::textOf(data, size), "side/adapter.studio.json");
    const QString folder = QString::fromStdString((fuzz::Folder::path() / "side/adapter").string());
    const auto side = app::library::readSideFile(folder);
    if (!side) {
        fuzz::requireWords(side.error());
        return 0;
    }
    fuzz::require(bool(app::library::writeSideFile(folder, side.value())), "it cannot be written");
    const auto again = app::library::readSideFile(folder);
    fuzz::require(again && again.value() == side.value(), "another when it is read again");
    return 0;
}
