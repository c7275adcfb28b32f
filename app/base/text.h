// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Between Qt's strings and paths and those of the standard library. Always UTF-8, whatever the
// locale says.
#pragma once

#include <QString>

#include <concepts>
#include <filesystem>
#include <string>
#include <string_view>

namespace app {

// Bytes that are not UTF-8 become U+FFFD.
inline QString qs(std::string_view utf8)
{
    return QString::fromUtf8(utf8.data(), qsizetype(utf8.size()));
}

// A template, so that a string never has to choose between being text and being a path.
template <std::same_as<std::filesystem::path> Path>
QString qs(const Path& path)
{
    return qs(std::string_view(path.native()));
}

inline std::string stdString(const QString& text)
{
    return text.toStdString();
}

inline std::filesystem::path fsPath(const QString& path)
{
    return std::filesystem::path(path.toStdString());
}

} // namespace app
