// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/plugin.h"

#include <QtTest>

#include <fstream>

using namespace engine::device;
namespace fs = std::filesystem;

namespace {

constexpr uint32_t kVersion = 7;

// A driver that opens on every machine.
PluginRequest request(const char* plugin, int& table)
{
    return {"libc.so.6", {fs::path(LORA_FAKE_PLUGINS) / plugin}, kVersion, &table};
}

void expectReason(const PluginOutcome& outcome, const std::vector<std::string>& words)
{
    QVERIFY(!outcome.isLoaded);
    for (const std::string& word : words) {
        QVERIFY2(outcome.reason.find(word) != std::string::npos, outcome.reason.c_str());
    }
}

} // namespace

class TestPlugin : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aPluginOfTheSameVersionFillsTheTable()
    {
        int table = 0;
        const PluginOutcome outcome = loadPlugin(request("libfake_good.so", table));
        QVERIFY2(outcome.isLoaded, outcome.reason.c_str());
        QCOMPARE(table, 42);
        QCOMPARE(outcome.reason, std::string());
        QVERIFY(!outcome.isMissing);
    }

    void anotherVersionIsNamedAndLeavesTheTableAlone()
    {
        int table = 0;
        expectReason(loadPlugin(request("libfake_newer.so", table)),
                     {"libfake_newer.so", "version 8", "version 7"});
        QCOMPARE(table, 0);
    }

    void aLibraryWithoutTheEntryIsNoPlugin()
    {
        int table = 0;
        expectReason(loadPlugin(request("libfake_other.so", table)),
                     {"libfake_other.so", kPluginEntry});
        QCOMPARE(table, 0);
    }

    void aFileThatIsNoLibraryIsRefusedInTheLoadersWords()
    {
        const fs::path file = fs::path(m_folder.path().toStdString()) / "text.so";
        std::ofstream(file) << "not a library";
        int table = 0;
        PluginRequest asked = request("", table);
        asked.candidates = {file};
        expectReason(loadPlugin(asked), {"does not load", "text.so"});
    }

    void withoutADriverNothingIsLoaded()
    {
        int table = 0;
        PluginRequest asked = request("libfake_good.so", table);
        asked.driver = "libno_such_driver.so.1";
        const PluginOutcome outcome = loadPlugin(asked);
        expectReason(outcome, {"no NVIDIA driver", "libno_such_driver.so.1"});
        QCOMPARE(table, 0);
        QVERIFY(!outcome.isMissing);
    }

    void aMissingFileIsAnInstallationWithoutIt()
    {
        int table = 0;
        const PluginOutcome outcome = loadPlugin(request("libno_such_plugin.so", table));
        QVERIFY(!outcome.isLoaded);
        QVERIFY(outcome.isMissing);
    }

    void theFirstCandidateThatExistsIsTaken()
    {
        int table = 0;
        PluginRequest asked = request("libno_such_plugin.so", table);
        asked.candidates.push_back(fs::path(LORA_FAKE_PLUGINS) / "libfake_good.so");
        asked.candidates.push_back(fs::path(LORA_FAKE_PLUGINS) / "libfake_newer.so");
        QVERIFY(loadPlugin(asked).isLoaded);
    }

    void theEnvironmentNamesThePlugin()
    {
        qunsetenv("LORA_CUDA_PLUGIN");
        QCOMPARE(pluginCandidates().front().filename(), fs::path(kCudaPlugin));
        QCOMPARE(pluginCandidates().front().parent_path(),
                 fs::path(QCoreApplication::applicationDirPath().toStdString()));
        qputenv("LORA_CUDA_PLUGIN", "/somewhere/else.so");
        QCOMPARE(pluginCandidates().size(), std::size_t{1});
        QCOMPARE(pluginCandidates().front(), fs::path("/somewhere/else.so"));
        qunsetenv("LORA_CUDA_PLUGIN");
    }

private:
    QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TestPlugin)
#include "tst_plugin.moc"
