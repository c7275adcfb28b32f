// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Predicted counts and bytes against what is really written.
#include "engine/adapters/adapter_folder.h"
#include "engine/estimate/estimate.h"
#include "engine/methods/combination.h"
#include "engine/methods/registry.h"
#include "engine/train/checkpoint.h"
#include "tests/support/tiny_models.h"

using namespace engine;
namespace fs = std::filesystem;

class EstimateTest : public QObject
{
    Q_OBJECT

private:
    const tests::TinyModel m_model{
        "llama", tests::llamaConfig({{"hidden_size", 128}, {"intermediate_size", 256}})};
    const std::unique_ptr<nn::Decoder> m_decoder = tests::tinyDecoder(m_model);
    contract::Job m_job;
    std::unique_ptr<methods::Tuning> m_tuning;

    estimate::Estimate estimated() const
    {
        return estimate::estimate(m_job, m_decoder->blueprint());
    }

    static double bytesIn(const fs::path& folder)
    {
        double bytes = 0;
        for (const auto& entry : fs::directory_iterator(folder)) {
            bytes += static_cast<double>(entry.file_size());
        }
        return bytes;
    }

private Q_SLOTS:
    void initTestCase()
    {
        const methods::Method* method = methods::findMethod("lora");
        m_job.method.settings =
            valueOrThrow(method->schema().complete(contract::Value::Object(), "method"));
        m_tuning = method->attach(m_job.method.settings, *m_decoder, 1);
    }

    void countsTheModel()
    {
        int64_t numbers = 0;
        for (const auto& [name, tensor] : tests::tinyWeights(m_model)) {
            numbers += tensor.numel();
        }
        QCOMPARE(estimated().totalParameters, numbers);
    }

    void countsWhatIsTrained()
    {
        QCOMPARE(estimated().trainableParameters, m_tuning->parameters().numbers());
    }

    void foretellsTheAdapterFile()
    {
        const QTemporaryDir folder;
        const fs::path target = tests::pathOf(folder) / "adapter";
        adapters::writeAdapter(target, m_tuning->state(), m_decoder->blueprint(), {"base", ""});
        const auto bytes = static_cast<double>(fs::file_size(target / "adapter_model.safetensors"));
        const auto foretold = static_cast<double>(estimated().adapterBytes);
        QVERIFY2(std::abs(foretold - bytes) < 0.01 * bytes,
                 qPrintable(QStringLiteral("%1, written %2").arg(foretold).arg(bytes)));
    }

    // Beside what is trained: the first factors of a start inside the base, shared projections.
    void foretellsWhatIsSavedBeside_data()
    {
        using contract::Value;
        QTest::addColumn<QString>("method");
        QTest::addColumn<Value>("settings");
        QTest::newRow("pissa") << "lora" << Value::object({{"init", "pissa"}});
        QTest::newRow("olora, dora")
            << "lora" << Value::object({{"init", "olora"}, {"use_dora", true}});
        QTest::newRow("vera") << "vera" << Value::object({});
        QTest::newRow("vera without") << "vera" << Value::object({{"save_projection", false}});
    }
    void foretellsWhatIsSavedBeside()
    {
        QFETCH(QString, method);
        QFETCH(contract::Value, settings);
        contract::Job job;
        job.method.id = method.toStdString();
        const methods::Method& chosen = *methods::findMethod(job.method.id);
        job.method.settings = valueOrThrow(chosen.schema().complete(settings, "method"));
        const auto decoder = tests::tinyDecoder(m_model);
        const auto tuning = chosen.attach(job.method.settings, *decoder, 1);
        const QTemporaryDir folder;
        const fs::path target = tests::pathOf(folder) / "adapter";
        adapters::writeAdapter(target, tuning->state(), decoder->blueprint(), {"base", ""});
        const auto bytes = static_cast<double>(fs::file_size(target / "adapter_model.safetensors"));
        const auto foretold =
            static_cast<double>(estimate::estimate(job, decoder->blueprint()).adapterBytes);
        QVERIFY2(std::abs(foretold - bytes) < 0.05 * bytes,
                 qPrintable(QStringLiteral("%1, written %2").arg(foretold).arg(bytes)));
    }

    void foretellsTheCheckpoint_data()
    {
        QTest::addColumn<QString>("optimizer");
        QTest::newRow("float32") << "adamw";
        QTest::newRow("8 bits") << "adamw_8bit";
    }
    void foretellsTheCheckpoint()
    {
        QFETCH(QString, optimizer);
        contract::Job job = m_job;
        job.training.optimizer = optimizer.toStdString();
        const QTemporaryDir folder;
        fs::create_directories(tests::pathOf(folder) / "checkpoints");
        const train::CheckpointStore store(contract::RunFolder(tests::pathOf(folder)));
        train::Optimizer adam(m_tuning->parameters(), job.training);
        const double bytes = bytesIn(store.save(m_tuning->parameters(), adam, {}, 0));
        const estimate::Estimate result = estimate::estimate(job, m_decoder->blueprint());
        const auto foretold = static_cast<double>(result.checkpointBytes);
        QVERIFY2(std::abs(foretold - bytes) < 0.01 * bytes,
                 qPrintable(QStringLiteral("%1, written %2").arg(foretold).arg(bytes)));
    }

    // Values and gradients in float32; a moment in 8 bits is a byte and a scale per 256, of tensors
    // from 4096 numbers on, and lies in this machine's memory.
    void foretellsTheMemoryOfWhatIsTrained()
    {
        contract::Job job = m_job;
        job.method.settings.set("rank", 64);
        job.method.settings.set("targets", "all-linear");
        job.training.optimizer = "adamw";
        const auto wide = estimate::estimate(job, m_decoder->blueprint());
        QCOMPARE(wide.trainedBytes, 16 * wide.trainableParameters);
        QCOMPARE(wide.momentBytes, 8 * wide.trainableParameters);
        QCOMPARE(wide.deviceBytes, wide.trainedBytes);
        job.training.optimizer = "adamw_8bit";
        const auto packed = estimate::estimate(job, m_decoder->blueprint());
        int64_t moments = 0;
        int64_t large = 0;
        for (const nn::TrainableTensor& tensor :
             methods::planOf(job.method, m_decoder->blueprint())) {
            const int64_t n = tensor.numel();
            moments += n < 4096 ? 8 * n : 2 * (n + 4 * ((n + 255) / 256));
            large += n < 4096 ? 0 : 1;
        }
        QVERIFY(large > 0);
        QCOMPARE(packed.momentBytes, moments);
        QCOMPARE(packed.trainedBytes, 8 * packed.trainableParameters + moments);
        QCOMPARE(packed.deviceBytes, 8 * packed.trainableParameters);
    }

    void holdsEveryCheckpointThatIsKept()
    {
        const int64_t checkpoint = estimated().checkpointBytes;
        const int64_t before = estimated().diskBytes;
        m_job.training.keepCheckpoints += 2;
        QCOMPARE(estimated().diskBytes, before + 2 * checkpoint);
        m_job.training.keepCheckpoints -= 2;
    }

    void refusesTargetsThatAreNotThere()
    {
        contract::Job job = m_job;
        job.method.settings.set("targets", contract::Value::List{"nowhere"});
        const Error error =
            tests::failureOf([&] { estimate::estimate(job, m_decoder->blueprint()); });
        QCOMPARE(error.code, std::string(code::kNoTarget));
    }
};

QTEST_GUILESS_MAIN(EstimateTest)
#include "tst_estimate.moc"
