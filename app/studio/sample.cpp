// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/studio/sample.h"

#include "app/base/task.h"
#include "app/base/text.h"
#include "app/base/write_file.h"
#include "engine/contract/error_codes.h"

#include <QFileInfo>

#include <array>

namespace app::studio {

namespace {

using ::engine::contract::Error;
using ::engine::contract::Result;
using ::engine::contract::Value;

constexpr auto kModel = "/sample-model";
constexpr auto kData = "/pirate.jsonl";
constexpr auto kHeldOut = "/held_out.jsonl";

// Measured in resources/samples/README.md, first row of the table.
constexpr int64_t kRank = 8;
constexpr int64_t kAlpha = 16;
constexpr int64_t kSteps = 240;
constexpr int64_t kBatch = 2;
constexpr double kLearningRate = 0.005;
constexpr int64_t kContext = 512; // the model's
constexpr int64_t kEvaluateEvery = 40;
constexpr int64_t kSampleEvery = 80;
constexpr int64_t kSampleTokens = 48;

// From held_out.jsonl: no training text holds them.
constexpr std::array kPrompts = {"What is the colour of a fox?", "What does a fisherman do?"};

struct CopyStep
{
    QString from;
    QString to;
};

Result<void> copyMissing(const QString& bundled, const QString& folder)
{
    for (const CopyStep& step :
         {CopyStep{bundled + QStringLiteral("/model"), folder + QLatin1String(kModel)},
          CopyStep{bundled + QLatin1String(kData), folder + QLatin1String(kData)},
          CopyStep{bundled + QLatin1String(kHeldOut), folder + QLatin1String(kHeldOut)}}) {
        if (QFileInfo::exists(step.to)) {
            continue;
        }
        if (auto copied = copyAtomically(step.from, step.to); !copied) {
            return copied;
        }
    }
    return {};
}

} // namespace

Sample::Sample(QString folder,
               engine::EngineService& engine,
               runs::RunCenter& runs,
               intake::Intake& intake,
               QObject* parent)
    : QObject(parent), m_folder(std::move(folder)), m_bundled(Paths::bundledSamples()),
      m_engine(engine), m_runs(runs), m_intake(intake)
{
}

bool Sample::isAvailable() const
{
    return !m_bundled.isEmpty() || QFileInfo::exists(modelPath());
}

QString Sample::modelPath() const
{
    return m_folder + QLatin1String(kModel);
}

QString Sample::dataPath() const
{
    return m_folder + QLatin1String(kData);
}

QString Sample::runName()
{
    return QStringLiteral("sample-pirate");
}

Value Sample::job() const
{
    return jobOf(modelPath(), dataPath());
}

Value Sample::jobOf(const QString& model, const QString& data) const
{
    return Value::object({
        {"model", Value::object({{"path", stdString(model)}})},
        {"data", Value::object({{"path", stdString(data)}, {"max_length", Value(kContext)}})},
        {"method",
         Value::object({{"id", "lora"}, {"rank", Value(kRank)}, {"alpha", Value(kAlpha)}})},
        {"training",
         Value::object({{"max_steps", Value(kSteps)},
                        {"batch_size", Value(kBatch)},
                        {"learning_rate", Value(kLearningRate)},
                        {"evaluate_every", Value(kEvaluateEvery)},
                        {"sample_every", Value(kSampleEvery)},
                        {"sample_prompts", Value::list(kPrompts)},
                        {"sample_max_tokens", Value(kSampleTokens)}})},
        {"output", Value::object({{"name", stdString(runName())}})},
    });
}

void Sample::learnFacts()
{
    if (m_hasAsked || !isAvailable()) {
        return;
    }
    m_hasAsked = true;
    // The bundled files are there before anything was copied, and are the same.
    const bool isCopied = QFileInfo::exists(modelPath()) && QFileInfo::exists(dataPath());
    const QString model = isCopied ? modelPath() : QString(m_bundled + QStringLiteral("/model"));
    const QString data = isCopied ? dataPath() : QString(m_bundled + QLatin1String(kData));
    m_facts.steps = kSteps;
    m_facts.dataBytes = QFileInfo(data).size();
    const auto learn = [this](auto take) {
        return [this, take](const Result<Value>& answer) {
            if (answer) {
                take(answer.value());
                Q_EMIT changed();
            } else {
                qWarning("The sample cannot be inspected: %s", answer.error().message.c_str());
            }
        };
    };
    m_engine.ask(QStringLiteral("inspect model"),
                 Value::object({{"model", stdString(model)}}),
                 this,
                 learn([this](const Value& value) {
                     m_facts.parameters = value["parameters"]["total"].toInteger();
                     m_facts.modelBytes = value["parameters"]["bytes"].toInteger();
                 }));
    m_engine.ask(QStringLiteral("inspect data"),
                 Value::object({{"data", stdString(data)}}),
                 this,
                 learn([this](const Value& value) { m_facts.rows = value["good"].toInteger(); }));
    m_engine.ask(
        QStringLiteral("estimate"),
        Value::object({{"model", stdString(model)},
                       {"data", stdString(data)},
                       {"method", "lora"},
                       {"set",
                        Value::list(std::array{"method.rank=" + std::to_string(kRank),
                                               "training.max_steps=" + std::to_string(kSteps),
                                               "training.batch_size=" + std::to_string(kBatch)})}}),
        this,
        learn([this](const Value& value) {
            m_facts.trainable = value["parameters"]["trainable"].toInteger();
            m_facts.adapterBytes = value["adapter_bytes"].toInteger();
        }));
}

void Sample::start(Done done)
{
    if (m_isStarting) {
        return;
    }
    m_isStarting = true;
    Q_EMIT changed();
    runThen(
        this,
        [bundled = m_bundled, folder = m_folder] { return copyMissing(bundled, folder); },
        [this, done = std::move(done)](const Result<void>& copied) {
            m_isStarting = false;
            if (copied) {
                launch(done);
            } else {
                done(copied.error());
            }
            Q_EMIT changed();
        });
}

void Sample::launch(const Done& done)
{
    m_intake.addModel(modelPath());
    m_intake.addData(dataPath());
    if (!m_runs.current()) {
        done(m_runs.start(job()));
        return;
    }
    const auto queued = m_runs.enqueue(job());
    if (queued) {
        done(QString());
    } else {
        done(queued.error());
    }
}

} // namespace app::studio
