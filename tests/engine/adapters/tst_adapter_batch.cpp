// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// Sequences of one pass with adapters of their own, against each adapter by itself.
#include "engine/adapters/adapter_batch.h"

#include "engine/adapters/loaded_adapter.h"
#include "tests/support/tuned_models.h"

#include <ATen/ops/ones.h>

using namespace engine;
using namespace tests;
using adapters::AdapterBatch;
using adapters::LoadedAdapter;

class TestAdapterBatch : public QObject
{
    Q_OBJECT

    // Slices, whole modules, a head and embeddings.
    static std::vector<methods::AdapterState> states(nn::Decoder& decoder)
    {
        return {trainedLora(decoder, {{"targets", Value::List{"q", "v", "o"}}, {"rank", 3}}),
                trainedLora(decoder,
                            {{"targets", ".*(embed_tokens|wte|wpe|embed_in)|lm_head|embed_out|o"},
                             {"rank", 2}}),
                trainedLora(decoder,
                            {{"targets", ".*(embed_tokens|wte|wpe|embed_in)|lm_head|embed_out|v|o"},
                             {"use_dora", true},
                             {"rank", 2}})};
    }

private Q_SLOTS:
    void everySequenceHasItsOwn_data() { addTinyModelRows(); }
    void everySequenceHasItsOwn()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const std::vector<methods::AdapterState> all = states(*decoder);
        const std::vector<AdapterBatch::Set> sets = {{{&all[0], 1}},
                                                     {},
                                                     {{&all[1], -0.5}},
                                                     {{&all[0], 0.5}, {&all[1], 1}, {&all[2], 0.5}},
                                                     {{&all[2], 1}}};
        const std::vector<int64_t> lengths = {4, 7, 2, 5, 3};
        const std::vector<std::size_t> choices = {2, 0, 1, 3, 4};
        const Tensor ids = tokens(21);

        std::vector<Tensor> expected;
        int64_t begin = 0;
        for (std::size_t i = 0; i < lengths.size(); ++i) {
            std::vector<std::unique_ptr<LoadedAdapter>> loaded;
            for (const AdapterBatch::Member& member : sets[choices[i]]) {
                loaded.push_back(
                    std::make_unique<LoadedAdapter>(*decoder, *member.state, member.scale));
            }
            expected.push_back(logitsOf(*decoder, ids.narrow(0, begin, lengths[i])));
            begin += lengths[i];
            while (!loaded.empty()) {
                loaded.pop_back();
            }
        }
        const Tensor base = logitsOf(*decoder);
        {
            AdapterBatch batch(*decoder, sets);
            batch.assign(choices);
            const nn::Pass pass = nn::packedPass(lengths);
            const at::NoGradGuard noGrad;
            const Tensor hidden = decoder->hidden(ids, pass);
            QCOMPARE(difference("all rows", decoder->logits(hidden, pass), at::cat(expected), 1e-5),
                     QString());
            // The rows that generation asks for: the last of each.
            const Tensor lasts = at::tensor(std::vector<int64_t>{3, 10, 12, 17, 20}, at::kLong);
            std::vector<Tensor> ends;
            for (const Tensor& logits : expected) {
                ends.push_back(logits.narrow(0, logits.size(0) - 1, 1));
            }
            QCOMPARE(difference("last rows",
                                decoder->logits(hidden.index_select(0, lasts), pass),
                                at::cat(ends),
                                1e-5),
                     QString());
        }
        QVERIFY(at::equal(logitsOf(*decoder), base)); // detached
    }

    void theBiasOfBBelongsToItsRows()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        methods::AdapterState state =
            trainedLora(*decoder, {{"targets", Value::List{"o"}}, {"layers", Value::List{0}}});
        state.factors[0].bias = numbers({state.factors[0].b.size(0)}, 4).to(at::kFloat);
        const Tensor ids = tokens(9);
        const Tensor plain = logitsOf(*decoder, ids.narrow(0, 0, 4));
        const Tensor biased = [&] {
            const LoadedAdapter loaded(*decoder, state, 2);
            return logitsOf(*decoder, ids.narrow(0, 4, 5));
        }();
        AdapterBatch batch(*decoder, {{}, {{&state, 2}}});
        batch.assign({0, 1});
        QCOMPARE(difference("logits",
                            logitsOf(*decoder, ids, nn::packedPass({4, 5})),
                            at::cat({plain, biased}),
                            1e-5),
                 QString());
    }

    void wholeParametersAreRefused()
    {
        const auto decoder = tinyDecoder(tinyModel("llama tied, biases"));
        const methods::AdapterState state = trainedLora(*decoder, {{"bias", "all"}});
        QVERIFY(!AdapterBatch::canShare(state));
        QVERIFY_EXCEPTION_THROWN(AdapterBatch(*decoder, {{{&state, 1}}}), c10::Error);
    }

    void everySequenceMustBeAssigned()
    {
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const methods::AdapterState state = trainedLora(*decoder, {});
        AdapterBatch batch(*decoder, {{{&state, 1}}});
        batch.assign({0});
        QVERIFY_EXCEPTION_THROWN(logitsOf(*decoder, tokens(5), nn::packedPass({2, 3})), c10::Error);
    }
};

QTEST_GUILESS_MAIN(TestAdapterBatch)
#include "tst_adapter_batch.moc"
