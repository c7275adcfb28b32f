// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The small files of a run folder that the page shows: job, report and the end of the log. Reading
// blocks: call these from a worker.
#pragma once

#include "app/engine/contract.h"

#include <QList>
#include <QString>

namespace ui::pages::runs {

using engine::contract::Value;

struct RunDocuments
{
    Value job;    // null when there is none or it cannot be read
    Value report; // null until the run has written it
};

RunDocuments readDocuments(const QString& folder);

// The last `bytes` of engine.log, from the beginning of a line.
QString readLog(const QString& folder, qint64 bytes);

// One value of a document under its dotted key.
struct Entry
{
    QString key;   // "training.learning_rate"
    QString value; // as a person reads it; lists and objects as JSON
};

// Every value, in the order of the document.
QList<Entry> flattened(const Value& document);
QString valueText(const Value& value);

} // namespace ui::pages::runs
