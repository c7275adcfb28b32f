// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/lock.h"

#include "tests/support/failing.h"

#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

using namespace engine::device;
using tests::pathOf;

namespace {

bool anotherProcessCanLock(const std::filesystem::path& path)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(FileLock::tryLock(path) ? 0 : 1);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace

class TestLock : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsOtherProcessesOutUntilDropped()
    {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "lock";
        {
            const auto lock = FileLock::tryLock(path);
            QVERIFY(lock.has_value());
            QVERIFY(!anotherProcessCanLock(path));
        }
        QVERIFY(anotherProcessCanLock(path));
    }

    void keepsASecondLockOfThisProcessOut()
    {
        const QTemporaryDir folder;
        const auto lock = FileLock::tryLock(pathOf(folder) / "lock");
        QVERIFY(!FileLock::tryLock(pathOf(folder) / "lock"));
    }

    void isFreeAfterItsHolderDied()
    {
        const QTemporaryDir folder;
        const auto path = pathOf(folder) / "lock";
        const pid_t child = ::fork();
        if (child == 0) {
            const auto lock = FileLock::tryLock(path);
            ::raise(SIGKILL);
        }
        ::waitpid(child, nullptr, 0);
        QVERIFY(FileLock::tryLock(path).has_value());
    }
};

QTEST_GUILESS_MAIN(TestLock)
#include "tst_lock.moc"
