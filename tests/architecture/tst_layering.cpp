// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/include_rules.h"
#include "tests/architecture/source_tree.h"

#include <QTest>

using namespace architecture;

class TestLayering : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void sourceIncludesOnlyWhatItMay_data();
    void sourceIncludesOnlyWhatItMay();
    void plantedIncludeIsJudged_data();
    void plantedIncludeIsJudged();
    void includeLinesAreFoundHoweverTheyAreSpaced();
    void everyFolderHasALayer();
};

void TestLayering::sourceIncludesOnlyWhatItMay_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("text");
    for (const SourceFile& file : sourceFiles(LORA_SOURCE_DIR)) {
        if (file.path.ends_with(".h") || file.path.ends_with(".cpp")) {
            QTest::newRow(file.path.c_str())
                << QString::fromStdString(file.path) << QString::fromStdString(file.text);
        }
    }
}

void TestLayering::sourceIncludesOnlyWhatItMay()
{
    QFETCH(QString, path);
    QFETCH(QString, text);
    const std::vector<std::string> found =
        layeringViolations(path.toStdString(), text.toStdString());
    QVERIFY2(found.empty(), found.empty() ? "" : found.front().c_str());
}

void TestLayering::plantedIncludeIsJudged_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("included");
    QTest::addColumn<bool>("allowed");
    const auto row = [](const char* name, const char* path, const char* included, bool allowed) {
        QTest::newRow(name) << QString(path) << QString(included) << allowed;
    };
    row("downwards", "engine/nn/linear.cpp", "engine/tensors/weights.h", true);
    row("own folder", "engine/nn/linear.cpp", "engine/nn/linear.h", true);
    row("upwards", "engine/tensors/weights.cpp", "engine/nn/linear.h", false);
    row("same layer", "engine/methods/registry.h", "engine/models/registry.h", false);
    row("contract upwards", "engine/contract/job.cpp", "engine/device/failure.h", false);
    row("sibling method", "engine/methods/lora/lora.cpp", "engine/methods/vera/vera.h", false);
    row("sibling format",
        "engine/data/formats/csv/csv.cpp",
        "engine/data/formats/json/json.h",
        false);
    row("own method folder", "engine/methods/lora/lora.cpp", "engine/methods/lora/lora.h", true);
    row("method to its registry", "engine/methods/lora/lora.cpp", "engine/methods/method.h", true);
    row("registry to a method", "engine/methods/registry.cpp", "engine/methods/lora/lora.h", true);
    row("Qt class in the engine", "engine/worker/main.cpp", "QString", false);
    row("Qt module in the engine", "engine/worker/main.cpp", "QtCore/QString", false);
    row("Qt in a test", "tests/engine/nn/tst_linear.cpp", "QTest", true);
    row("torch in contract", "engine/contract/job.h", "ATen/core/Tensor.h", false);
    row("torch in the engine", "engine/nn/linear.h", "ATen/core/Tensor.h", true);
    row("torch in the studio", "app/main.cpp", "c10/util/Half.h", false);
    row("all of torch", "engine/nn/linear.h", "torch/torch.h", false);
    row("JSON in a contract header", "engine/contract/value.h", "nlohmann/json.hpp", false);
    row("JSON in a contract source", "engine/contract/value.cpp", "nlohmann/json.hpp", true);
    row("JSON in the engine", "engine/models/config.cpp", "nlohmann/json.hpp", false);
    row("Rust outside the bridge", "engine/text/tokenizer.cpp", "rust/cxx.h", false);
    row("Rust in a bridge header", "engine/bridge/tokenizer.h", "engine/bridge/rust_side.h", false);
    row("Rust in a bridge source",
        "engine/bridge/tokenizer.cpp",
        "engine/bridge/rust_side.h",
        true);
    row("the plug-in in the engine", "engine/worker/gpu.cpp", "engine/cuda/parts.h", false);
    row("the kernels' table in the plug-in",
        "engine/cuda/plugin.cpp",
        "engine/kernels/registry.h",
        true);
    row("the engine in the plug-in", "engine/cuda/plugin.cpp", "engine/models/registry.h", false);
    row("the studio in the engine", "engine/worker/main.cpp", "app/base/paths.h", false);
    row("the contract in the studio",
        "app/engine/engine_service.h",
        "engine/contract/value.h",
        true);
    row("the engine in the studio", "app/engine/engine_service.h", "engine/worker/serve.h", false);
    row("the engine in the window", "ui/pages/runs/runs_page.h", "engine/train/trainer.h", false);
    row("app downwards", "app/runs/run_center.cpp", "app/engine/engine_service.h", true);
    row("app upwards", "app/library/library.cpp", "app/studio/studio.h", false);
    row("app's engine in app's library", "app/library/library.cpp", "app/engine/chat.h", false);
    row("runs in intake", "app/intake/intake.cpp", "app/runs/run_center.h", false);
    row("the window in app", "app/studio/studio.cpp", "ui/shell/main_window.h", false);
    row("the window in main", "app/main.cpp", "ui/shell/main_window.h", true);
    row("app in the window", "ui/theme/theme.h", "app/studio/studio.h", true);
    row("ui downwards", "ui/pages/home/home_page.h", "ui/page/page.h", true);
    row("ui upwards", "ui/widgets/card.h", "ui/page/page.h", false);
    row("forms in plots", "ui/plots/loss_plot.h", "ui/forms/form.h", false);
    row("shell in a page", "ui/pages/home/home_page.h", "ui/shell/main_window.h", false);
    row("a page in the shell", "ui/shell/page_registry.cpp", "ui/pages/home/home_page.h", true);
    row("a page in another", "ui/pages/home/home_page.cpp", "ui/pages/runs/runs_page.h", false);
    row("capture in the shell", "ui/shell/main_window.cpp", "ui/capture/capture.h", false);
    row("a widget in app", "app/base/task.h", "QWidget", false);
    row("a model in app", "app/base/task.h", "QAbstractListModel", true);
    row("a dialog in app", "app/intake/intake.cpp", "QMessageBox", false);
    row("an application in main", "app/main.cpp", "QApplication", true);
    row("QCustomPlot in a plot's source", "ui/plots/loss_plot.cpp", "qcustomplot.h", true);
    row("QCustomPlot in a plot's header", "ui/plots/loss_plot.h", "qcustomplot.h", false);
    row("QCustomPlot in a page", "ui/pages/runs/runs_page.cpp", "qcustomplot.h", false);
    row("SQL in the library", "app/library/run_repository.cpp", "QSqlQuery", true);
    row("SQL in a page", "ui/pages/runs/runs_page.cpp", "QSqlQuery", false);
    row("SQL beside the library", "app/intake/intake.cpp", "QSqlDatabase", false);
}

void TestLayering::plantedIncludeIsJudged()
{
    QFETCH(QString, path);
    QFETCH(QString, included);
    QFETCH(bool, allowed);
    const std::string text = "#pragma once\n#include \"" + included.toStdString() + "\"\n";
    QCOMPARE(layeringViolations(path.toStdString(), text).empty(), allowed);
}

void TestLayering::includeLinesAreFoundHoweverTheyAreSpaced()
{
    const std::vector<std::string> found =
        includesOf("#include <a.h>\n  #  include \"b/c.h\" // why\n// #include <d.h>\n#include<e>");
    QCOMPARE(found, (std::vector<std::string>{"a.h", "b/c.h", "e"}));
}

void TestLayering::everyFolderHasALayer()
{
    for (const std::string part : {"engine", "app", "ui"}) {
        for (const auto& entry :
             std::filesystem::directory_iterator(std::string(LORA_SOURCE_DIR "/") + part)) {
            if (entry.is_directory()) {
                const std::string folder = part + "/" + entry.path().filename().string();
                QVERIFY2(layerOf(folder + "/x.h") != nullptr, folder.c_str());
            }
        }
    }
}

QTEST_GUILESS_MAIN(TestLayering)
#include "tst_layering.moc"
