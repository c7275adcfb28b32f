// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/engine/answer_file.h"

#include "app/base/text.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>

namespace app::engine {

contract::Result<contract::Value> takeAnswerFile(const QString& scratch, const QString& file)
{
    if (QFileInfo(file).fileName() != file || file.startsWith(u'.')) {
        return contract::Error{
            std::string(contract::code::kBadFile),
            stdString(QCoreApplication::translate("app::engine::AnswerFile",
                                                  "The engine named a file outside its folder")),
            "",
            stdString(file)};
    }
    QFile answer(QDir(scratch).filePath(file));
    if (!answer.open(QIODevice::ReadOnly)) {
        return contract::Error{std::string(contract::code::kUnreadable),
                               stdString(answer.errorString()),
                               "",
                               stdString(answer.fileName())};
    }
    const QByteArray text = answer.readAll();
    answer.close();
    answer.remove();
    return contract::parseJson(
        std::string_view(text.data(), static_cast<std::size_t>(text.size())));
}

} // namespace app::engine
