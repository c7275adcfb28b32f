// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/drafts.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;
using ::engine::contract::Value;

class TestDrafts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void draftIsThereAtOnceAndAfterARestart();
    void newestContentWins();
    void removedDraftIsGone();
    void unreadableDraftIsNone();
    void failureIsToldInWords();
};

void TestDrafts::draftIsThereAtOnceAndAfterARestart()
{
    QTemporaryDir folder;
    const Value content = Value::object({{"rank", Value(16)}, {"name", "이름"}});
    {
        Drafts drafts(folder.path());
        drafts.save(QStringLiteral("train"), content);
        QCOMPARE(*drafts.load(QStringLiteral("train")) == content, true);
    }
    const auto draft = Drafts(folder.path()).load(QStringLiteral("train"));
    QVERIFY(draft);
    QVERIFY(*draft == content);
}

void TestDrafts::newestContentWins()
{
    QTemporaryDir folder;
    {
        Drafts drafts(folder.path());
        for (int step = 0; step <= 100; ++step) {
            drafts.save(QStringLiteral("train"), Value(step));
        }
    }
    QCOMPARE(Drafts(folder.path()).load(QStringLiteral("train"))->toInteger(), int64_t(100));
}

void TestDrafts::removedDraftIsGone()
{
    QTemporaryDir folder;
    {
        Drafts drafts(folder.path());
        drafts.save(QStringLiteral("train"), Value(1));
        drafts.remove(QStringLiteral("train"));
        QVERIFY(!drafts.load(QStringLiteral("train")));
    }
    QVERIFY(!Drafts(folder.path()).load(QStringLiteral("train")));
    QVERIFY(QDir(folder.path()).isEmpty());
}

void TestDrafts::unreadableDraftIsNone()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(QStringLiteral("train.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"rank\": 1");
    file.close();
    QVERIFY(!Drafts(folder.path()).load(QStringLiteral("train")));
}

void TestDrafts::failureIsToldInWords()
{
    Drafts drafts(QStringLiteral("/no/such/folder"));
    QSignalSpy failed(&drafts, &Drafts::failed);
    drafts.save(QStringLiteral("train"), Value(1));
    QTRY_COMPARE(failed.size(), 1);
    QVERIFY(failed[0][1].toString().contains(QStringLiteral("/no/such/folder/train.json")));
}

QTEST_GUILESS_MAIN(TestDrafts)

#include "tst_drafts.moc"
