// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// How one token looks, in the view and in its legend.
#pragma once

#include "ui/pages/data/token_sample.h"

#include <QRectF>

class QPainter;

namespace ui::pages::data {

// Draws with the painter's font; `cell` is as high as tokens.json says.
void paintToken(QPainter& painter, const QRectF& cell, const Token& token);

} // namespace ui::pages::data
