// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/engine/verb_process.h"
#include "tests/support/fake_engine/fake_mode.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app::engine;
using test_support::fakeEngine;
using test_support::FakeMode;

using Answer = contract::Result<contract::Value>;

class TestVerbProcess : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void lastDocumentIsTheAnswer();
    void progressIsToldWhileItWorks();
    void everyWayToFailIsNamed_data();
    void everyWayToFailIsNamed();
    void stopEndsItWithoutAnAnswer();
    void programThatIsNotThereIsReported();

private:
    // A Result has no default, which QVariant::value() would ask for.
    static const Answer& answerIn(const QSignalSpy& spy)
    {
        return *static_cast<const Answer*>(spy.first().first().constData());
    }
};

void TestVerbProcess::lastDocumentIsTheAnswer()
{
    const QTemporaryDir folder;
    VerbProcess verb(fakeEngine());
    QSignalSpy finished(&verb, &VerbProcess::finished);
    verb.start({"export", "--format", "merged", "--out", folder.filePath("merged")});
    QVERIFY(verb.isRunning());
    QTRY_COMPARE(finished.count(), 1);
    const Answer& answer = answerIn(finished);
    QVERIFY(answer);
    QVERIFY(answer.value()["verification"]["passed"].toBool());
    QVERIFY(QFile::exists(folder.filePath("merged/model.safetensors")));
    QVERIFY(verb.logTail().endsWith("--json"));
}

void TestVerbProcess::progressIsToldWhileItWorks()
{
    VerbProcess verb(fakeEngine());
    QSignalSpy progress(&verb, &VerbProcess::progress);
    QSignalSpy finished(&verb, &VerbProcess::finished);
    verb.start({"export"});
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(progress.count(), 4);
    QCOMPARE(progress.last().at(1).toLongLong(), 3);
    QCOMPARE(progress.last().at(2).toLongLong(), 4);
}

void TestVerbProcess::everyWayToFailIsNamed_data()
{
    QTest::addColumn<QByteArray>("mode");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("inMessage");
    QTest::newRow("the engine refuses") << QByteArray("refusing") << "target_exists"
                                        << "exists already";
    QTest::newRow("it crashes") << QByteArray("crashing") << "internal"
                                << "SIGSEGV";
    QTest::newRow("it answers but exits with an error") << QByteArray("lying_exit") << "internal"
                                                        << "exit code 3";
    QTest::newRow("it prints nonsense") << QByteArray("garbage") << "bad_file"
                                        << "";
}

void TestVerbProcess::everyWayToFailIsNamed()
{
    QFETCH(QByteArray, mode);
    QFETCH(QString, code);
    QFETCH(QString, inMessage);
    const FakeMode fake(mode.constData());
    VerbProcess verb(fakeEngine());
    QSignalSpy finished(&verb, &VerbProcess::finished);
    verb.start({"export"});
    QTRY_COMPARE(finished.count(), 1);
    const Answer& answer = answerIn(finished);
    QVERIFY(!answer);
    QCOMPARE(QString::fromStdString(answer.error().code), code);
    QVERIFY(QString::fromStdString(answer.error().message).contains(inMessage));
}

void TestVerbProcess::stopEndsItWithoutAnAnswer()
{
    const FakeMode fake("slow");
    VerbProcess verb(fakeEngine());
    QSignalSpy progress(&verb, &VerbProcess::progress);
    QSignalSpy finished(&verb, &VerbProcess::finished);
    verb.start({"export"});
    QTRY_VERIFY(progress.count() > 0);
    verb.stop();
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(answerIn(finished).error().code, std::string("stopped"));
}

void TestVerbProcess::programThatIsNotThereIsReported()
{
    VerbProcess verb("/no/such/program");
    QSignalSpy finished(&verb, &VerbProcess::finished);
    verb.start({"export"});
    QTRY_COMPARE(finished.count(), 1);
    QCOMPARE(answerIn(finished).error().code, std::string("not_found"));
}

QTEST_GUILESS_MAIN(TestVerbProcess)

#include "tst_verb_process.moc"
