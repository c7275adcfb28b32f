// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Searches that are wide enough to keep everything, against every answer that there is; and what
// narrow ones must still do. That narrow ones choose as transformers does is the oracle's part.
#include "engine/generate/beam_search.h"
#include "tests/support/tiny_models.h"

#include <ATen/ops/log_softmax.h>

#include <cmath>

using namespace engine;
using namespace tests;
using generate::BeamResult;
using generate::BeamScoring;
using generate::BeamSettings;

namespace {

constexpr int64_t kVocabulary = 6;
constexpr int64_t kRoom = 4;
constexpr int64_t kAll = 216; // answers of kRoom − 1 tokens
const std::vector<int64_t> kPrompt = {1, 4, 2};

std::unique_ptr<nn::Decoder> decoderOf(const TinyModel& model)
{
    return tinyDecoder({model.name, changed(model.config, {{"vocab_size", kVocabulary}})});
}

struct Best
{
    std::vector<int64_t> ids;
    double score = -1e30;
};

// The best of all answers that end with a stop token or after kRoom tokens.
void search(const nn::Decoder& decoder,
            const std::vector<int64_t>& stops,
            double penalty,
            std::vector<int64_t>& ids,
            double sum,
            Best& best)
{
    std::vector<int64_t> all = kPrompt;
    all.insert(all.end(), ids.begin(), ids.end());
    const Tensor logits = logitsOf(decoder, at::tensor(all, at::kLong))[-1];
    const Tensor scores = at::log_softmax(logits.to(at::kDouble), 0);
    for (int64_t token = 0; token < kVocabulary; ++token) {
        const double next = sum + scores[token].item<double>();
        ids.push_back(token);
        const bool isStop = std::find(stops.begin(), stops.end(), token) != stops.end();
        if (isStop || static_cast<int64_t>(ids.size()) == kRoom) {
            const double score = next / std::pow(static_cast<double>(ids.size()), penalty);
            if (score > best.score) {
                best = {ids, score};
            }
        } else {
            search(decoder, stops, penalty, ids, next, best);
        }
        ids.pop_back();
    }
}

} // namespace

class BeamSearchTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void aWideSearchFindsTheBestAnswer_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("scoring");
        QTest::addColumn<double>("penalty");
        QTest::addColumn<int>("stop");
        const int transformers = static_cast<int>(BeamScoring::Transformers);
        const int released = static_cast<int>(BeamScoring::LoraRelease);
        for (const char* model : {"llama", "gemma3_text", "gpt2"}) {
            for (const int stop : {0, 3, 5}) {
                // Without a penalty scores only fall, and the end of transformers' search is exact.
                QTest::addRow("%s, stop %d", model, stop) << model << transformers << 0.0 << stop;
                for (const double penalty : {0.0, 0.8, 2.0}) {
                    QTest::addRow("%s, stop %d, as released, %g", model, stop, penalty)
                        << model << released << penalty << stop;
                }
            }
        }
    }
    void aWideSearchFindsTheBestAnswer()
    {
        QFETCH(QString, model);
        QFETCH(int, scoring);
        QFETCH(double, penalty);
        QFETCH(int, stop);
        const at::NoGradGuard noGrad;
        const auto decoder = decoderOf(tinyModel(model.toStdString()));
        Best best;
        std::vector<int64_t> ids;
        search(*decoder, {stop}, penalty, ids, 0, best);
        const BeamResult found = generate::beamSearch(
            *decoder, kPrompt, kRoom, {stop}, {kAll, penalty, static_cast<BeamScoring>(scoring)});
        std::vector<int64_t> answer = found.ids;
        if (found.isEnded) {
            answer.push_back(stop);
        }
        QCOMPARE(answer, best.ids);
        QVERIFY(std::abs(found.score - best.score) < 1e-4);
        QCOMPARE(found.logProbabilities.size(), found.ids.size());
    }

    void noSequenceOfTokensComesTwice_data()
    {
        QTest::addColumn<int>("scoring");
        QTest::newRow("transformers") << static_cast<int>(BeamScoring::Transformers);
        QTest::newRow("as released") << static_cast<int>(BeamScoring::LoraRelease);
    }
    void noSequenceOfTokensComesTwice()
    {
        QFETCH(int, scoring);
        const auto decoder = decoderOf(tinyModel("llama"));
        BeamSettings settings{3, 1, static_cast<BeamScoring>(scoring)};
        const auto repeats = [&] {
            const BeamResult found = generate::beamSearch(*decoder, kPrompt, 24, {}, settings);
            std::set<std::pair<int64_t, int64_t>> pairs;
            bool isRepeated = false;
            for (std::size_t i = 1; i < found.ids.size(); ++i) {
                isRepeated = !pairs.insert({found.ids[i - 1], found.ids[i]}).second || isRepeated;
            }
            return isRepeated;
        };
        QVERIFY(repeats());
        settings.noRepeatNgram = 2;
        QVERIFY(!repeats());
    }

    void itStopsWhenToldTo()
    {
        const auto decoder = decoderOf(tinyModel("llama"));
        int steps = 0;
        const BeamResult found =
            generate::beamSearch(*decoder, kPrompt, 24, {}, {3}, [&steps] { return ++steps < 5; });
        QCOMPARE(steps, 5);
        QCOMPARE(found.ids.size(), 5u);
    }
};

QTEST_GUILESS_MAIN(BeamSearchTest)
#include "tst_beam_search.moc"
