// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The roles that our delegates read from a model, beside Qt's own.
#pragma once

#include <Qt>

namespace ui::widgets {

enum ItemRole {
    // Second line (QString), of TwoLineDelegate and ListRowDelegate.
    SecondLineRole = Qt::UserRole + 1000,
    // Quiet words at the right of the first and of the second line (QString).
    TrailingRole,
    SecondTrailingRole,
    // int(StatusKind): the dot.
    StatusRole,
    // QList<double>: the sparkline's points.
    PointsRole,
    // int(Tone) of the text, of the second line, of the second trailing words.
    ToneRole,
    SecondToneRole,
    SecondTrailingToneRole,
    // bool: the text in bold, in mono.
    StrongRole,
    MonoRole,
    // double 0…1: the bar of ShareDelegate.
    ShareRole,
    // QString: an icon before the text; before the second trailing words.
    IconNameRole,
    SecondTrailingIconRole,
    // QString, int(Chip::Kind): a chip after the text, or alone in ChipDelegate.
    ChipRole,
    ChipKindRole,
};

} // namespace ui::widgets
