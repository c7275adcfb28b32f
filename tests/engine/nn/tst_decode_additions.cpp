// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Modules between layers and virtual tokens in decoding sessions, against the composed forward pass
// of the same decoder.
#include "engine/kernels/processor.h"
#include "tests/support/decoding.h"
#include "tests/support/tuned_models.h"

using namespace engine;
using namespace tests;

namespace {

// Modules between layers and virtual tokens, as some training left them.
struct Addition
{
    const char* method;
    std::vector<Value::Member> settings;

    std::unique_ptr<methods::Tuning> attached(nn::Decoder& decoder) const
    {
        const methods::Method& found = *methods::findMethod(method);
        auto tuning = found.attach(settingsOf(found, settings), decoder, 5);
        disturb(*tuning);
        return tuning;
    }

    // Which parallel sub-layers do not have in a session.
    bool hasSites() const { return std::string_view(method).starts_with("adapter_"); }
};

const std::vector<Addition> kAdditions = {
    {"adapter_h", {{"bottleneck", 5}}},
    {"adapter_l", {{"bottleneck", 16}, {"activation", "tanh"}}},
    {"adapter_p", {{"bottleneck", 33}, {"activation", "silu"}}},
    {"prompt_tuning", {{"num_virtual_tokens", 1}}},
    {"prefix_tuning", {{"num_virtual_tokens", 17}}},
    {"prefix_embedding", {{"prefix_tokens", 0}, {"infix_tokens", 2}}},
    {"prefix_layer", {{"prefix_tokens", 3}, {"infix_tokens", 4}}},
};

} // namespace

class DecodeAdditionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        if (kernels::instructionSet() == kernels::InstructionSet::None) {
            QSKIP("no packed kernels on this processor");
        }
    }

    // Read at once or in two pieces, of which the first is the prompt, and token by token.
    void additionsComeAndGo_data() { addPlannableRows(40); }
    void additionsComeAndGo()
    {
        QFETCH(QString, model);
        QFETCH(int, dtype);
        const auto decoder =
            tinyDecoder(tinyModel(model.toStdString()), static_cast<at::ScalarType>(dtype));
        const Tensor ids = tokens(20);
        const at::NoGradGuard noGrad;
        const Tensor few = tokens(2); // that no window hides
        const Tensor plain = decoded(*decoder, few);
        for (const Addition& addition : kAdditions) {
            {
                const auto tuning = addition.attached(*decoder);
                const bool isKnown = !decoder->blueprint().isParallel || !addition.hasSites();
                QVERIFY2(nn::isPlannable(*decoder, 20) == isKnown, addition.method);
                if (!isKnown) {
                    continue;
                }
                for (const std::vector<int64_t>& pieces :
                     {std::vector<int64_t>{1}, std::vector<int64_t>{12, 3}}) {
                    QCOMPARE(difference(addition.method,
                                        decoded(*decoder, ids, pieces),
                                        composed(*decoder, ids, pieces.front()),
                                        toleranceOf(*decoder)),
                             QString());
                }
                QVERIFY(
                    !difference("with and without", decoded(*decoder, few), plain, 1e-3).isEmpty());
            }
            QVERIFY(at::equal(decoded(*decoder, few), plain));
        }
    }

    // Two of them at a site, one at half its strength.
    void modulesWorkOneAfterTheOther()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const at::NoGradGuard noGrad;
        std::vector<methods::AdapterState> states;
        for (std::size_t i : {0U, 2U}) {
            states.push_back(kAdditions[i].attached(*decoder)->state());
        }
        const auto whole = methods::findMethod("adapter_h")->apply(states[0], *decoder, 1);
        const auto half = methods::findMethod("adapter_p")->apply(states[1], *decoder, 0.5);
        const Tensor ids = tokens(20);
        QVERIFY(nn::isPlannable(*decoder, 20));
        QCOMPARE(
            difference(
                "logits", decoded(*decoder, ids, {12}), composed(*decoder, ids), kFloatTolerance),
            QString());
    }

    // More rows than are multiplied at once, and the context full with the virtual ones.
    void virtualTokensOfLongPrompts_data()
    {
        QTest::addColumn<QString>("position");
        QTest::newRow("rotated") << "rotated";
        QTest::newRow("learnt") << "learnt";
    }
    void virtualTokensOfLongPrompts()
    {
        QFETCH(QString, position);
        const TinyModel model =
            position == "learnt"
                ? TinyModel{"long gpt2", gpt2Config({{"n_positions", 300}, {"n_ctx", 300}})}
                : TinyModel{"long", llamaConfig({{"max_position_embeddings", 300}})};
        const at::NoGradGuard noGrad;
        const auto decoder = tinyDecoder(model);
        for (const Addition& addition : kAdditions) {
            const auto tuning = addition.attached(*decoder);
            const int64_t most = decoder->textContext();
            const Tensor ids = tokens(most);
            for (const int64_t prompt : {most - 30, most}) {
                QCOMPARE(difference(addition.method,
                                    decoded(*decoder, ids, {prompt}),
                                    composed(*decoder, ids, prompt),
                                    kFloatTolerance),
                         QString());
            }
        }
    }

    // A table of rotations begins with 2048 positions.
    void textTurnsBehindVirtualTokens()
    {
        const at::NoGradGuard noGrad;
        const auto decoder =
            tinyDecoder({"longer", llamaConfig({{"max_position_embeddings", 4096}})});
        const auto tuning =
            Addition{"prefix_tuning", {{"num_virtual_tokens", 17}}}.attached(*decoder);
        const Tensor ids = tokens(2048);
        const Tensor actual = decoded(*decoder, ids, {2048});
        QCOMPARE(difference("logits", actual, composed(*decoder, ids, 2048), kFloatTolerance),
                 QString());
    }

    // Keys of a prompt serve the next one that begins like it; the infix is of each prompt anew.
    void goesOnBehindVirtualTokens()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const at::NoGradGuard noGrad;
        constexpr int64_t kMost = 40;
        const std::vector<int64_t> before = idsOf(tokens(24));
        for (const Addition& addition : kAdditions) {
            const auto tuning = addition.attached(*decoder);
            for (const int64_t common : {0, 1, 9, 18}) {
                std::vector<int64_t> ids = idsOf(tokens(kMost, 7));
                std::copy_n(before.begin(), common, ids.begin());
                const auto prompt = std::span<const int64_t>(ids).first(22);
                nn::DecodeSession first(*decoder, kMost);
                first.next(std::span(before).first(18));
                first.next(std::span(before).last(6));
                nn::DecodeSession second(*decoder, kMost);
                second.resume(first.release(), common);
                nn::DecodeSession whole(*decoder, kMost);
                QVERIFY(at::equal(
                    tensorOf(second.next(prompt.subspan(static_cast<std::size_t>(common)))),
                    tensorOf(whole.next(prompt))));
                QCOMPARE(second.length(), whole.length());
                for (std::size_t i = prompt.size(); i < ids.size(); ++i) {
                    QVERIFY(at::equal(tensorOf(second.next({&ids[i], 1})),
                                      tensorOf(whole.next({&ids[i], 1}))));
                }
            }
        }
    }

    void theNumberOfThreadsChangesRoundingAlone()
    {
        // Wide enough for prompts to be shared out.
        const TinyModel model{"wide",
                              llamaConfig({{"hidden_size", 128},
                                           {"intermediate_size", 512},
                                           {"max_position_embeddings", 256}})};
        const at::NoGradGuard noGrad;
        const auto decoder = tinyDecoder(model);
        const auto modules = kAdditions.front().attached(*decoder);
        const auto virtualRows = kAdditions.back().attached(*decoder);
        QCOMPARE(differenceByThreads(*decoder, tokens(150), {140}), QString());
    }
};

QTEST_GUILESS_MAIN(DecodeAdditionsTest)
#include "tst_decode_additions.moc"
