// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What an export takes, before it is started: bytes on the disk and memory, calculated from what
// the base model and the adapter are. Plain functions.
#pragma once

#include "engine/contract/value.h"

#include <QString>

namespace ui::pages::exporting {

// Of `inspect model`.
struct BaseFacts
{
    qint64 parameters = 0; // 0 = not known
    qint64 bytes = 0;      // of the weights as they are stored
    QString dtype;
    qint64 ends = 0; // numbers of embedding and output head, which are never packed
};
BaseFacts baseFacts(const engine::contract::Value& inspected);

// Whether the format is the merged model, in any dtype; ticked at first.
bool holdsTheModel(const QString& format);

// Bytes the format will take; -1 while the base is not known. `dtype` "" = as stored.
qint64 exportBytes(const QString& format,
                   const BaseFacts& base,
                   qint64 adapterBytes,
                   const QString& dtype);

// Peak memory: the check of a whole model loads it once in float32; -1 while the base is not known.
qint64 exportMemory(const QString& format, const BaseFacts& base, qint64 adapterBytes);

// "bf16" for "bfloat16" and so on, as people write them.
QString shortDtype(const QString& dtype);

} // namespace ui::pages::exporting
