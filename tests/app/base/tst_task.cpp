// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/task.h"

#include <QSemaphore>
#include <QTest>
#include <QThread>

#include <memory>

class TestTask : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void resultComesBackOnTheContextsThread();
    void taskWithoutAResultIsAnswered();
    void resultIsMovedNotCopied();
    void resultOfADeadContextIsDropped();
};

void TestTask::resultComesBackOnTheContextsThread()
{
    QThread* worker = nullptr;
    QThread* answered = nullptr;
    app::runThen(
        this,
        [] { return QThread::currentThread(); },
        [&](QThread* thread) {
            worker = thread;
            answered = QThread::currentThread();
        });
    QTRY_VERIFY(answered);
    QCOMPARE(answered, thread());
    QVERIFY(worker != thread());
}

void TestTask::taskWithoutAResultIsAnswered()
{
    bool isDone = false;
    app::runThen(
        this, [] {}, [&] { isDone = true; });
    QVERIFY(!isDone);
    QTRY_VERIFY(isDone);
}

void TestTask::resultIsMovedNotCopied()
{
    std::unique_ptr<int> received;
    app::runThen(
        this,
        [] { return std::make_unique<int>(7); },
        [&](std::unique_ptr<int> value) { received = std::move(value); });
    QTRY_VERIFY(received);
    QCOMPARE(*received, 7);
}

void TestTask::resultOfADeadContextIsDropped()
{
    QSemaphore mayEnd;
    QSemaphore hasEnded;
    bool isAnswered = false;
    auto context = std::make_unique<QObject>();
    app::runThen(
        context.get(),
        [&] {
            mayEnd.acquire();
            hasEnded.release();
            return 1;
        },
        [&](int) { isAnswered = true; });
    context.reset();
    mayEnd.release();
    QVERIFY(hasEnded.tryAcquire(1, 10000));
    QThreadPool::globalInstance()->waitForDone();
    QCoreApplication::processEvents();
    QVERIFY(!isAnswered);
}

QTEST_GUILESS_MAIN(TestTask)

#include "tst_task.moc"
