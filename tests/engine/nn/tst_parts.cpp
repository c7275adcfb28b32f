// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/kernels/packed_product.h"
#include "engine/nn/block.h"
#include "engine/nn/kv_cache.h"
#include "engine/nn/parameter_buffer.h"
#include "engine/nn/row_slices.h"
#include "tests/support/tiny_models.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/ones.h>

using namespace engine;
using namespace tests;

namespace {

nn::ParameterBuffer twoTensors()
{
    return nn::ParameterBuffer({{"a", {2, 3}, 1, true}, {"b", {4}, 16, false}});
}

std::vector<std::string> parameterNames(nn::Decoder& decoder)
{
    std::vector<std::string> names;
    for (const nn::Parameter& parameter : decoder.parameters()) {
        names.push_back(parameter.name);
    }
    return names;
}

} // namespace

class TestParts : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void theBufferIsFlat()
    {
        nn::ParameterBuffer buffer = twoTensors();
        QCOMPARE(buffer.numbers(), int64_t(10));
        QCOMPARE(buffer.offset(1), int64_t(6));
        QCOMPARE(buffer.leaf(1).data_ptr<float>(), buffer.values().data_ptr<float>() + 6);
        QVERIFY(buffer.leaf(0).requires_grad() && buffer.leaf(0).is_leaf());
        QVERIFY(!buffer.values().requires_grad());
    }

    void gradientsGatherInTheFlatBuffer()
    {
        nn::ParameterBuffer buffer = twoTensors();
        for (int pass = 0; pass < 2; ++pass) {
            (buffer.leaf(1) * 3.0).sum().backward();
        }
        QCOMPARE(buffer.gradients().narrow(0, 0, 6).abs().sum().item<double>(), 0.0);
        QVERIFY(at::equal(buffer.gradients().narrow(0, 6, 4), at::ones({4}) * 6.0));
    }

    void theCacheGrowsAndKeepsItsRows()
    {
        nn::KvCache cache(1, 2);
        QVERIFY(cache.empty());
        const Tensor k = numbers({5, 2, 4}, 1).to(at::kFloat);
        cache.append(0, k.narrow(0, 0, 1), k.narrow(0, 0, 1));
        cache.append(0, k.narrow(0, 1, 3), k.narrow(0, 1, 3) * 2.0);
        const auto [keys, values] = cache.append(0, k.narrow(0, 4, 1), k.narrow(0, 4, 1));
        QCOMPARE(cache.length(0), int64_t(5));
        QVERIFY(at::equal(keys, k));
        QVERIFY(at::equal(values.narrow(0, 1, 3), k.narrow(0, 1, 3) * 2.0));
    }

    // Whatever the pieces: the last window − 1 rows and the new ones.
    void aWindowForgetsWhatNobodySees()
    {
        const Tensor k = numbers({200, 2, 4}, 1).to(at::kFloat);
        for (const int64_t window : {1, 2, 5, 16}) {
            nn::KvCache cache(1, 8);
            int64_t length = 0;
            for (const int64_t count : {3, 1, 1, 1, 7, 1, 30, 1, 1, 1, 1, 1, 1, 1, 1, 1, 20, 1}) {
                const Tensor rows = k.narrow(0, length, count);
                const auto [keys, values] = cache.append(0, rows, rows * 2.0, window);
                const int64_t first = std::max<int64_t>(0, length - (window - 1));
                length += count;
                QVERIFY(at::equal(keys, k.narrow(0, first, length - first)));
                QVERIFY(at::equal(values, keys * 2.0));
                QCOMPARE(cache.length(0), length);
            }
        }
    }

    void sequencesForkAndGoOnApart()
    {
        const Tensor k = numbers({6, 2, 4}, 1).to(at::kFloat);
        nn::KvCache cache(1, 8, 2);
        cache.append(0, k.narrow(0, 0, 2), k.narrow(0, 0, 2), 0, 0);
        cache.append(0, k.narrow(0, 2, 2), k.narrow(0, 2, 2), 0, 1);
        cache.reorder(std::vector<int64_t>{1, 1, 0});
        const auto appended = [&](int64_t sequence, int64_t row) {
            const Tensor one = k.narrow(0, row, 1);
            return cache.append(0, one, one, 0, sequence).first.clone();
        };
        const Tensor first = appended(0, 4);
        const Tensor second = appended(1, 5);
        const Tensor third = appended(2, 5);
        QVERIFY(at::equal(first, at::cat({k.narrow(0, 2, 2), k.narrow(0, 4, 1)})));
        QVERIFY(at::equal(second, at::cat({k.narrow(0, 2, 2), k.narrow(0, 5, 1)})));
        QVERIFY(at::equal(third, at::cat({k.narrow(0, 0, 2), k.narrow(0, 5, 1)})));
        QVERIFY(
            at::equal(cache.append(0, k.narrow(0, 0, 0), k.narrow(0, 0, 0), 0, 0).first, first));
    }

    // y = x / rms(x) · (1 + w), rounded once.
    void aNormMayCountItsWeightFromOne()
    {
        nn::ModuleSpec spec;
        const Tensor weight = numbers({8}, 3).to(at::kFloat);
        const Tensor x = numbers({3, 2, 8}, 4).to(at::kBFloat16);
        const nn::Norm offset(spec, nn::NormKind::OffsetRms, weight, {}, 1e-5);
        const nn::Norm plain(spec, nn::NormKind::Rms, weight + 1, {}, 1e-5);
        const Tensor exact = plain.forward(x.to(at::kFloat));
        QVERIFY(at::equal(offset.forward(x), exact.to(at::kBFloat16)));
        QVERIFY(at::equal(offset.factor(), weight + 1));
    }

    void positionsStartAnewInEverySequence()
    {
        const nn::Pass pass = nn::packedPass({2, 0, 3});
        QCOMPARE(pass.sequences.queryOffsets, (std::vector<int64_t>{0, 2, 2, 5}));
        QVERIFY(at::equal(pass.positions, at::tensor({0, 1, 0, 1, 2}, at::kLong)));
    }

    void interleavedSlicesCountPerGroup()
    {
        const kernels::RowSlice slice{2, 2, 6, 3};
        QVERIFY(at::equal(nn::rowIndices(slice), at::tensor({2, 3, 8, 9, 14, 15}, at::kLong)));
    }

    // Bytes of config.json must not decide what a module weighs.
    void storedShapesFollowTheKind_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<std::vector<int64_t>>("shape");
        const auto row = [](const char* name, nn::ModuleKind kind, std::vector<int64_t> shape) {
            QTest::newRow(name) << static_cast<int>(kind) << shape;
        };
        row("linear", nn::ModuleKind::Linear, {6, 4});
        row("conv1d", nn::ModuleKind::Conv1d, {4, 6});
        row("embedding", nn::ModuleKind::Embedding, {6, 4});
        row("norm", nn::ModuleKind::Norm, {6});
    }
    void storedShapesFollowTheKind()
    {
        QFETCH(int, kind);
        QFETCH(std::vector<int64_t>, shape);
        const nn::ModuleSpec module{"m", static_cast<nn::ModuleKind>(kind), 6, 4};
        QCOMPARE(module.storedShape(), shape);
    }

    void parametersAreListedOnceInBlueprintOrder_data() { addTinyModelRows(); }
    void parametersAreListedOnceInBlueprintOrder()
    {
        QFETCH(QString, model);
        const models::ModelFolder folder = openTiny(tinyModel(model.toStdString()));
        const auto decoder = models::loadDecoder(folder, at::kFloat);
        QCOMPARE(parameterNames(*decoder), folder.parameterNames());
        int64_t sum = 0;
        for (const nn::Parameter& parameter : decoder->parameters()) {
            sum += parameter.tensor->numel();
        }
        QCOMPARE(sum, folder.blueprint().parameters());
    }

    void everyLinearModuleIsFoundByName_data() { addTinyModelRows(); }
    void everyLinearModuleIsFoundByName()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        std::vector<std::string> missing;
        for (const nn::ModuleSpec& module : decoder->blueprint().modules) {
            const nn::Linear* layer = decoder->linear(module.name);
            if (module.isLinear()
                && (layer == nullptr
                    || layer->weight().sizes() != at::IntArrayRef({module.out, module.in}))) {
                missing.push_back(module.name);
            }
        }
        QCOMPARE(missing, std::vector<std::string>());
        QVERIFY(decoder->linear("no.such.module") == nullptr);
    }

    void theLossIsTheMeanOfTheTokenLosses_data() { addTinyModelRows(); }
    void theLossIsTheMeanOfTheTokenLosses()
    {
        QFETCH(QString, model);
        const auto decoder = tinyDecoder(tinyModel(model.toStdString()));
        const nn::Pass pass = nn::packedPass({6});
        const Tensor hidden = decoder->hidden(tokens(6), pass);
        const Tensor targets = at::tensor({5, -100, 7, 0, -100, 39}, at::kLong);
        const Tensor nll = decoder->tokenNll(hidden, targets, pass);
        const kernels::TokenLoss loss = decoder->loss(hidden, targets, pass);
        QCOMPARE(loss.tokens, int64_t(4));
        QCOMPARE(nll[1].item<float>(), 0.0F);
        QCOMPARE(difference("loss", loss.lossSum, nll.sum(), 1e-5), QString());
        // As a recorded step has them, with room for one more.
        const kernels::PlacedTargets placed{at::tensor({0, 2, 3, 5, 0}, at::kLong),
                                            at::tensor({5, 7, 0, 39, -100}, at::kLong),
                                            at::tensor({0, 5, 1, 2, 5, 3}, at::kLong)};
        const Tensor again = decoder->loss(hidden, placed, pass).lossSum;
        QCOMPARE(difference("placed", again, loss.lossSum, 1e-5), QString());
        const Tensor expected =
            -decoder->logits(hidden, pass).log_softmax(1)[2][7]; // of the definition
        QCOMPARE(difference("nll", nll[2], expected, 1e-5), QString());
    }

    // One pass copies no weight, a second keeps what it reads; the loss is the same.
    void theHeadIsKeptFromTheSecondLossOn()
    {
        if (kernels::packedKernels() == nullptr) {
            QSKIP("this processor has no packed kernels");
        }
        const auto decoder = tinyDecoder(tinyModel("llama"));
        const nn::Pass pass = nn::packedPass({6});
        const at::NoGradGuard noGrad;
        const Tensor hidden = decoder->hidden(tokens(6), pass);
        const nn::PackedGroup& head =
            decoder->packed().group({decoder->parts().head.get()}, kernels::PackedType::Float32);
        const auto nll = [&] { return decoder->tokenNll(hidden, tokens(6, 7), pass); };
        const Tensor first = nll();
        QVERIFY(head.isUnpacked());
        QVERIFY(at::equal(nll(), first));
        QVERIFY(!head.isUnpacked());
        decoder->packed().setKeepsCopies(false);
        QVERIFY(at::equal(nll(), first));
        QVERIFY(head.isUnpacked());
    }
};

QTEST_GUILESS_MAIN(TestParts)
#include "tst_parts.moc"
