// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_control.h"

#include "app/base/text.h"
#include "engine/contract/run_folder.h"

#include <QFile>

#include <chrono>

namespace app::runs {

using engine::contract::Result;

Result<void> sendControl(const QString& runFolder, std::string_view command)
{
    namespace contract = engine::contract;
    contract::Message message{std::string(command)};
    message.time = contract::utcTime(std::chrono::system_clock::now());
    const Result<std::string> line = toLine(contract::Speaker::Studio, message);
    if (!line) {
        return line.error();
    }
    QFile file(qs(contract::RunFolder(fsPath(runFolder)).control()));
    const auto size = static_cast<qint64>(line.value().size());
    // Unbuffered: one write, so that lines of several writers do not mix.
    if (!file.open(QIODevice::WriteOnly | QIODevice::Append | QIODevice::Unbuffered)
        || file.write(line.value().data(), size) != size) {
        return contract::Error{std::string(contract::code::kUnreadable),
                               stdString(file.errorString()),
                               "",
                               stdString(file.fileName())};
    }
    return {};
}

} // namespace app::runs
