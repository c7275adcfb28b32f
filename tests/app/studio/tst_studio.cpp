// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "app/studio/studio.h"

#include "app/engine/catalog_access.h"
#include "app/studio/support_bundle.h"
#include "tests/support/fake_engine/fake_mode.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace app;
using studio::AttentionKind;
using test_support::fakeEngine;

class TestStudio : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void newJobFollowsTheSettings();
    void missingEngineNeedsAttention();
    void missingBaseNeedsAttentionUntilItIsBack();
    void damagedSettingsNeedAttentionUntilDismissed();
    void damagedLibraryIsRebuiltAndSaid();
    void sampleIsCopiedAndStarted();
    void sampleWithoutFilesIsNotOffered();
    void bundleNamesNoHome();

private:
    const studio::AttentionItem* find(Studio& studio, AttentionKind kind)
    {
        for (const studio::AttentionItem& item : studio.attention().items()) {
            if (item.kind == kind) {
                return &item;
            }
        }
        return nullptr;
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Paths> m_paths;
};

void TestStudio::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_paths = std::make_unique<Paths>(m_folder->filePath(QStringLiteral("data")));
    QVERIFY(m_paths->create());
    qputenv("LORA_STUDIO_SAMPLES", LORA_SOURCE_DIR "/resources/samples");
}

void TestStudio::newJobFollowsTheSettings()
{
    Studio studio(*m_paths, fakeEngine());
    QVERIFY(studio.newJob(QStringLiteral("lora")).isNull());
    QTRY_VERIFY(studio.engine().catalog());
    studio.settings().set(kThreads, 3);
    studio.settings().set(kMinimumFreeDisk, 99);
    const auto job = studio.newJob(QStringLiteral("lora"));
    QCOMPARE(app::engine::valueAt(job, "runtime.threads").toInteger(), int64_t(3));
    QCOMPARE(app::engine::valueAt(job, "training.watchdog.min_free_disk_mb").toInteger(),
             int64_t(99));
    QCOMPARE(app::engine::valueAt(job, "method.id").toString(), std::string("lora"));
}

void TestStudio::missingEngineNeedsAttention()
{
    Studio studio(*m_paths, QStringLiteral("/no/such/engine"));
    QTRY_VERIFY(find(studio, AttentionKind::EngineFailed));
    QVERIFY(!find(studio, AttentionKind::EngineFailed)->error.message.empty());
}

void TestStudio::missingBaseNeedsAttentionUntilItIsBack()
{
    Studio studio(*m_paths, fakeEngine());
    library::BaseModel base;
    base.name = QStringLiteral("wanderer");
    base.path = m_folder->filePath(QStringLiteral("wanderer"));
    const auto row = studio.library().baseModels().save(base);
    QVERIFY(row);
    QTRY_VERIFY(find(studio, AttentionKind::MissingBase));
    const studio::AttentionItem item = *find(studio, AttentionKind::MissingBase);
    QCOMPARE(item.name, base.name);
    QCOMPARE(item.row, row.value());

    QVERIFY(QDir().mkpath(base.path));
    QFile config(base.path + QStringLiteral("/config.json"));
    QVERIFY(config.open(QIODevice::WriteOnly));
    config.close();
    studio.attention().refresh();
    QTRY_VERIFY(!find(studio, AttentionKind::MissingBase));
}

void TestStudio::damagedSettingsNeedAttentionUntilDismissed()
{
    QFile file(m_paths->settings);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("[unfinished\nnonsense =");
    file.close();
    Studio studio(*m_paths, fakeEngine());
    QVERIFY(find(studio, AttentionKind::SettingsDamaged));
    studio.attention().dismiss(*find(studio, AttentionKind::SettingsDamaged));
    QVERIFY(!find(studio, AttentionKind::SettingsDamaged));
}

void TestStudio::damagedLibraryIsRebuiltAndSaid()
{
    QFile file(m_paths->library);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(8192, 'x'));
    file.close();
    Studio studio(*m_paths, fakeEngine());
    QVERIFY(studio.library().isOpen());
    QVERIFY(find(studio, AttentionKind::LibraryDamaged));
    QTRY_VERIFY(!find(studio, AttentionKind::LibraryDamaged));
}

void TestStudio::sampleIsCopiedAndStarted()
{
    Studio studio(*m_paths, fakeEngine());
    QTRY_VERIFY(studio.engine().catalog());
    QVERIFY(studio.sample().isAvailable());
    QString folder;
    std::string error;
    studio.sample().start([&](const ::engine::contract::Result<QString>& started) {
        folder = started ? started.value() : QString();
        error = started ? std::string() : started.error().message;
    });
    QVERIFY(studio.sample().isStarting());
    QTRY_VERIFY(!folder.isEmpty() || !error.empty());
    QVERIFY2(error.empty(), error.c_str());
    QVERIFY(QFile::exists(studio.sample().modelPath() + QStringLiteral("/model.safetensors")));
    QFile job(folder + QStringLiteral("/job.json"));
    QVERIFY(job.open(QIODevice::ReadOnly));
    const auto object = ::engine::contract::parseJson(job.readAll().toStdString());
    QVERIFY(object);
    QCOMPARE(QString::fromStdString(object.value()["model"]["path"].toString()),
             studio.sample().modelPath());
    QTRY_VERIFY(studio.library().baseModels().findByPath(studio.sample().modelPath()));
}

void TestStudio::sampleWithoutFilesIsNotOffered()
{
    qputenv("LORA_STUDIO_SAMPLES", "");
    Studio studio(*m_paths, fakeEngine());
    if (!Paths::bundledSamples().isEmpty()) {
        QSKIP("The samples lie where this build finds them.");
    }
    QVERIFY(!studio.sample().isAvailable());
}

void TestStudio::bundleNamesNoHome()
{
    Studio studio(*m_paths, fakeEngine());
    studio.settings().set(kModelFolders, QStringList(QDir::homePath() + QStringLiteral("/models")));
    QCOMPARE(studio::withoutHome(QDir::homePath() + QStringLiteral("/a")), QStringLiteral("~/a"));
    const QString file = m_folder->filePath(QStringLiteral("bundle.tar"));
    const studio::SupportFacts facts = studio::supportFacts(studio, false);
    QVERIFY(facts.jobs.isEmpty());
    QVERIFY(studio::writeSupportBundle(facts, file));
    QFile bundle(file);
    QVERIFY(bundle.open(QIODevice::ReadOnly));
    const QByteArray content = bundle.readAll();
    QVERIFY(content.contains("facts.txt"));
    QVERIFY(!content.contains(QDir::homePath().toUtf8() + "/models"));
}

QTEST_GUILESS_MAIN(TestStudio)

#include "tst_studio.moc"
