// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/runs/run_lock.h"

#include "app/base/text.h"
#include "engine/contract/run_folder.h"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace app::runs {

bool isLockHeld(const QString& runFolder)
{
    const auto path = ::engine::contract::RunFolder(fsPath(runFolder)).lock();
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        return false;
    }
    int result = 0;
    do {
        result = ::flock(file, LOCK_SH | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    const bool isHeld = result != 0 && errno == EWOULDBLOCK;
    ::close(file);
    return isHeld;
}

} // namespace app::runs
