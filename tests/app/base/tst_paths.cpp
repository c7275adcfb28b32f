// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/base/paths.h"

#include <QDir>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

using namespace app;

class TestPaths : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void everythingLiesInTheDataFolder();
    void createMakesTheFoldersWhateverTheirName();
    void createFailsInWordsWhereAFileIsInTheWay();
    void chosenDataFolderIsKept();
    void bundledSamplesAreFoundByTheEnvironment();
    void spaceIsThatOfTheNearestFolder();

private:
    QTemporaryDir m_folder;
};

void TestPaths::initTestCase()
{
    qputenv("XDG_CONFIG_HOME", m_folder.filePath(QStringLiteral("config")).toUtf8());
    qputenv("XDG_DATA_HOME", m_folder.filePath(QStringLiteral("share")).toUtf8());
}

void TestPaths::everythingLiesInTheDataFolder()
{
    const Paths paths(m_folder.filePath(QStringLiteral("a/../b/")));
    QCOMPARE(paths.data, m_folder.filePath(QStringLiteral("b")));
    for (const QString& path :
         {paths.library, paths.runs, paths.scratch, paths.settings, paths.samples}) {
        QVERIFY(path.startsWith(paths.data + QLatin1Char('/')));
    }
    QVERIFY(!QFileInfo::exists(paths.data));
}

void TestPaths::createMakesTheFoldersWhateverTheirName()
{
    const Paths paths(m_folder.filePath(QStringLiteral("로라 스튜디오 'x' %1")));
    QVERIFY(paths.create());
    QVERIFY(paths.create());
    QVERIFY(QFileInfo(paths.runs).isDir());
}

void TestPaths::createFailsInWordsWhereAFileIsInTheWay()
{
    QFile file(m_folder.filePath(QStringLiteral("file")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    const auto created = Paths(file.fileName()).create();
    QVERIFY(!created);
    QVERIFY(created.error().message.find(file.fileName().toStdString()) != std::string::npos);
    QVERIFY(!created.error().hint.empty());
}

void TestPaths::chosenDataFolderIsKept()
{
    QCOMPARE(Paths::defaultData(), m_folder.filePath(QStringLiteral("share/lora-studio")));
    const QString other = m_folder.filePath(QStringLiteral("내 폴더"));
    QVERIFY(Paths::setDefaultData(other));
    QCOMPARE(Paths::defaultData(), other);
}

void TestPaths::bundledSamplesAreFoundByTheEnvironment()
{
    qputenv("LORA_STUDIO_SAMPLES", "/some/where");
    QCOMPARE(Paths::bundledSamples(), QStringLiteral("/some/where"));
    qunsetenv("LORA_STUDIO_SAMPLES");
}

void TestPaths::spaceIsThatOfTheNearestFolder()
{
    QVERIFY(!diskSpace(QString()).known);
    const DiskSpace space = diskSpace(m_folder.filePath(QStringLiteral("not/there/yet")));
    QVERIFY(space.known);
    QVERIFY(space.totalBytes >= space.freeBytes);
    QVERIFY(space.totalBytes > 0);
}

QTEST_GUILESS_MAIN(TestPaths)

#include "tst_paths.moc"
