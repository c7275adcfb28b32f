// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/models/held_dtype.h"

#include "engine/kernels/packed_product.h"
#include "tests/support/tiny_models.h"

#include <ATen/core/grad_mode.h>

using namespace engine;
using namespace tests;

class TestHeldDtype : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bfloat16StaysInItsFile()
    {
        const auto folder = openTiny(tinyModel("llama bfloat16"));
        QVERIFY(models::hasOneDtype(folder));
        const bool isPacked = kernels::packedKernels() != nullptr;
        QCOMPARE(models::heldDtype(folder, at::kFloat), isPacked ? at::kBFloat16 : at::kFloat);
        QCOMPARE(models::heldDtype(folder, at::kBFloat16), at::kBFloat16);
        QCOMPARE(models::heldDtype(folder, at::kHalf), at::kHalf);
    }

    void whatIsNotWidenedIsConverted()
    {
        const auto folder = openTiny(tinyModel("llama"));
        QCOMPARE(models::heldDtype(folder, at::kFloat), at::kFloat);
        QCOMPARE(models::heldDtype(folder, at::kBFloat16), at::kBFloat16);
    }

    void mixedDtypesAreConverted()
    {
        const TinyModel model = tinyModel("llama bfloat16");
        auto weights = tinyWeights(model);
        Tensor& norm = weights["model.norm.weight"];
        norm = norm.to(at::kFloat);
        const QTemporaryDir folder;
        writeModel(pathOf(folder), model.config, weights);
        const auto mixed = models::ModelFolder::open(pathOf(folder));
        QVERIFY(!models::hasOneDtype(mixed));
        QCOMPARE(models::heldDtype(mixed, at::kFloat), at::kFloat);
    }

    void theNumbersAreTheSame()
    {
        const at::NoGradGuard noGrad;
        const auto folder = openTiny(tinyModel("llama bfloat16"));
        const Tensor ids = at::tensor({3, 1, 4, 1, 5, 9, 2, 6}, at::kLong);
        const nn::Pass pass = nn::packedPass({5, 3});
        const auto logits = [&](at::ScalarType held) {
            const auto decoder = models::loadDecoder(folder, at::kFloat, held);
            return decoder->logits(decoder->hidden(ids, pass), pass);
        };
        QVERIFY(at::equal(logits(at::kBFloat16), logits(at::kFloat)));
    }
};

QTEST_GUILESS_MAIN(TestHeldDtype)
#include "tst_held_dtype.moc"
