// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// What is generally worth knowing before a method is started: a rate far from its usual one, what
// it needs, takes and cannot do afterwards. Thread-free.
#pragma once

#include "engine/contract/catalog.h"
#include "ui/widgets/message_bar.h"

#include <QList>
#include <QString>

#include <cstdint>

namespace ui::pages::train {

struct MethodWarning
{
    widgets::MessageBar::Severity severity = widgets::MessageBar::Severity::Info;
    QString cause;
    QString consequence;
};

struct WarningFacts
{
    const engine::contract::CatalogEntry& method;
    const engine::contract::Value& plan;  // of `estimate`; null while not known
    const engine::contract::Value& model; // of `inspect model`; null while not known
    double rate = 0;
    double usualRate = 0; // of the method; 0 = not known
    int64_t deviceBytes = 0;
    QString quantization = {};           // in which the base is held
    bool areEmbeddingsQuantized = false; // with it
};

QList<MethodWarning> methodWarnings(const WarningFacts& facts);

// "12× the usual for LoRA", "1/20 of the usual for LoRA"; empty where it is less than ten times
// off.
QString unusualRate(double rate, double usual, const QString& method);

} // namespace ui::pages::train
