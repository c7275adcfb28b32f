// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What dropped or opened paths are, and in a sentence what will happen to them. Only looks at names
// and a few files' heads, so that a drop overlay can say it while the pointer hovers. Any thread.
#pragma once

#include <QList>
#include <QString>
#include <QStringList>

namespace app::intake {

enum class Kind { Model, Data, Adapter, Job, Run, Unknown };

struct DroppedItem
{
    // What will be opened: for `model.safetensors` beside its config.json, the folder.
    QString path;
    Kind kind = Kind::Unknown;
    QString reason; // of Unknown: why, in a sentence
};

struct Dropped
{
    QList<DroppedItem> items; // without duplicates, in the order given
    // What most matters of them, for the page to show: the first known one's kind.
    Kind kind = Kind::Unknown;
    // "Adds the model Qwen2.5-0.5B to Models." "Adds 3 files to Data." For Unknown: why not.
    QString sentence;

    bool isAccepted() const { return kind != Kind::Unknown; }
};

// At most so many items are made; the sentence says how many were left out.
inline constexpr qsizetype kMostPaths = 256;

Dropped classify(const QStringList& paths);

// The name people know a model by: the folder's, or of a hub cache folder
// (models--org--name/snapshots/…) the name in it.
QString modelName(const QString& folder);

// Every model folder at or below `root`, at most `depth` levels down, without following links to
// folders above. Slow on large trees: not on the GUI thread.
QStringList findModelFolders(const QString& root, int depth = 5);

} // namespace app::intake
