// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/signals.h"

#include <QTest>

#include <csignal>
#include <functional>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine::device;

namespace {

// How a child with our handlers ends that does this; its exit status is whether a stop was asked
// for.
int statusAfter(const std::function<void()>& action)
{
    const pid_t child = ::fork();
    if (child == 0) {
        handleSignals();
        action();
        ::_exit(stopRequested() ? 1 : 0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return status;
}

void raiseTwice(int signal)
{
    ::raise(signal);
    ::raise(signal);
}

} // namespace

class TestSignals : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void noStopIsAskedForAtFirst()
    {
        QCOMPARE(WEXITSTATUS(statusAfter([] {})), 0);
    }

    void stopSignalsSetTheFlag_data()
    {
        QTest::addColumn<int>("signal");
        QTest::newRow("SIGTERM") << SIGTERM;
        QTest::newRow("SIGINT") << SIGINT;
    }
    void stopSignalsSetTheFlag()
    {
        QFETCH(int, signal);
        const int status = statusAfter([signal] { ::raise(signal); });
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 1);
    }

    void aSecondInterruptEndsTheProcess()
    {
        const int status = statusAfter([] { raiseTwice(SIGINT); });
        QVERIFY(WIFSIGNALED(status));
        QCOMPARE(WTERMSIG(status), SIGINT);
    }

    void aSecondTerminateDoesNot()
    {
        QVERIFY(WIFEXITED(statusAfter([] { raiseTwice(SIGTERM); })));
    }

    void aClosedPipeIsNoEnd()
    {
        const int status = statusAfter([] { ::raise(SIGPIPE); });
        QVERIFY(WIFEXITED(status));
        QCOMPARE(WEXITSTATUS(status), 0);
    }

    void aStopCanBeAskedForWithoutASignal() { QCOMPARE(WEXITSTATUS(statusAfter(requestStop)), 1); }
};

QTEST_GUILESS_MAIN(TestSignals)
#include "tst_signals.moc"
