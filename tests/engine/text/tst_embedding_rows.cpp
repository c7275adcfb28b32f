// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/device/failure.h"
#include "engine/text/embedding_rows.h"
#include "tests/engine/text/fixture.h"

#include <QTest>

using namespace engine;
using namespace fixture;
using text::requireRows;

class TestEmbeddingRows : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void acceptsWhatHasARow()
    {
        const auto tokenizer = ModelFolder().tokenizer();
        requireRows(std::vector<int64_t>{}, 0, tokenizer);
        requireRows(std::vector<int64_t>{0, 263}, 264, tokenizer);
        text::TokenSample sample;
        sample.ids = {0, 263};
        requireRows(std::vector<text::TokenSample>{sample}, 264, tokenizer);
    }

    void namesTheTokenWithoutOne()
    {
        const auto tokenizer = ModelFolder().tokenizer();
        text::TokenSample sample;
        sample.ids = {0, 263};
        try {
            requireRows(std::vector<text::TokenSample>{{}, sample}, 263, tokenizer);
            QFAIL("accepted");
        } catch (const Failure& failure) {
            QCOMPARE(failure.error().code, std::string(code::kBadTokenizer));
            QCOMPARE(failure.error().where, std::string("<|eot_id|>"));
            QVERIFY(failure.error().message.find("263") != std::string::npos);
            QVERIFY(!failure.error().hint.empty());
        }
    }
};

QTEST_GUILESS_MAIN(TestEmbeddingRows)
#include "tst_embedding_rows.moc"
