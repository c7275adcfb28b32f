// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Every page and state that is pictured, in the order in which the studio comes through them: a new
// user's empty pages, the sample in training, its results, and what goes wrong.
#pragma once

#include "ui/capture/stage.h"
#include "ui/page/navigator.h"

#include <QStringList>

#include <functional>
#include <vector>

namespace ui::capture {

enum class Phase {
    Empty,   // the first start
    Running, // the sample trains
    Done,    // it has finished
    Broken,  // a run failed, files are damaged
};

struct Scenario
{
    Phase phase;
    QString page;
    QString state; // empty = the page as it is mostly seen
    // Where to go; asked when the phase has come. Empty = the page alone.
    std::function<Destination(const Stage& stage)> where = {};
    // What a person would do then.
    std::function<void(Stage& stage)> act = {};
    // What is seen when that worked, beside a page that has settled; empty = nothing more.
    std::function<bool(const Stage& stage)> isReached = {};
    // Done after the pictures.
    std::function<void(Stage& stage)> leave = {};

    // "runs-training", "settings": the file name without theme and language.
    QString name() const { return state.isEmpty() ? page : page + QLatin1Char('-') + state; }
};

// Those of the pages this studio has.
std::vector<Scenario> scenarios();

// The themes of a scenario, by its place in the walk: each starts in the one in which the scenario
// before it ended. A change of theme styles every widget anew, which costs more than a picture.
QStringList themesInTurn(int place);

} // namespace ui::capture
