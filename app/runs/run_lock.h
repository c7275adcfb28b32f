// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Whether an engine works in a run folder: asked of the lock it holds, RUN/lock. The only place
// that touches it.
#pragma once

#include <QString>

namespace app::runs {

// A lock that exists and is held. Takes it for an instant when it is free, so it is not asked of a
// run that is just being started.
bool isLockHeld(const QString& runFolder);

} // namespace app::runs
