// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// What training reads: streamed, kept and found again, always the same.
#include "engine/device/device.h"
#include "engine/device/file_identity.h"
#include "engine/device/files.h"
#include "engine/objectives/registry.h"
#include "engine/text/tokenizer.h"
#include "engine/worker/data_report.h"
#include "engine/worker/prepared_source.h"
#include "engine/worker/token_cache.h"
#include "tests/support/failing.h"

#include <QTest>

#include <algorithm>
#include <fstream>
#include <memory>

using namespace engine;
using namespace engine::worker;
using contract::toJson;
using contract::Value;
using tests::failureOf;
using tests::pathOf;
namespace fs = std::filesystem;

namespace {

const fs::path kModel = LORA_SOURCE_DIR "/resources/samples/model";

Value turn(const char* role, const std::string& content)
{
    return Value::object({{"role", role}, {"content", content}});
}

std::string row(int i)
{
    const std::string number = std::to_string(i);
    const std::string answer = "Arr, " + std::string(i % 50 + 1, 'a') + " be " + number + "!";
    return toJson(Value::object(
        {{"messages",
          Value::List{turn("user", "What is " + number + "?"), turn("assistant", answer)}}}));
}

std::string deletion(const std::string& sha256)
{
    return toJson(Value::object({{"sha256", sha256}, {"delete", true}})) + "\n";
}

// 2,400 rows, more than are rendered together; some are dropped, repeat or have nothing to train.
std::string rows()
{
    std::string text;
    for (int i = 0; i < 2400; ++i) {
        text += (i % 700 == 13 ? "no JSON"
                 : i % 900 == 50
                     ? toJson(Value::object({{"messages", Value::List{turn("user", "alone")}}}))
                     : row(i % 2000))
                + "\n";
    }
    return text;
}

void put(const fs::path& file, const std::string& text)
{
    fs::remove(file);
    std::ofstream(file, std::ios::binary) << text;
}

} // namespace

class TestPreparedSource : public QObject
{
    Q_OBJECT

    std::unique_ptr<QTemporaryDir> m_place;
    fs::path m_model; // a copy of its tokenizer
    std::string m_data;
    data::LoadSettings m_settings;
    text::RenderSettings m_rendering;
    uint64_t m_worthKeeping = 0;
    bool m_isTokenizerReplaced = false; // while it was loaded

    fs::path place(const char* name) const { return pathOf(*m_place) / name; }
    fs::path tokens() const { return place("cache") / "lora-studio" / "tokens"; }

    PreparedSource prepare() const
    {
        const std::string key = tokenizerKey(m_model.string());
        const text::Tokenizer tokenizer = text::Tokenizer::load(m_model.string());
        const text::Renderer renderer(tokenizer, m_rendering);
        return prepareSource(m_data,
                             m_settings,
                             {*objectives::findObjective("causal_lm"),
                              renderer,
                              tokenizer,
                              m_model.string(),
                              m_isTokenizerReplaced ? "another" : key,
                              m_worthKeeping});
    }

    // As training was prepared before anything was kept: "" when that gives the same.
    QString difference(const PreparedSource& source) const
    {
        const text::Tokenizer tokenizer = text::Tokenizer::load(m_model.string());
        const text::Renderer renderer(tokenizer, m_rendering);
        const data::Dataset dataset = data::loadDataset(m_data, m_settings);
        const objectives::PreparedData expected =
            objectives::findObjective("causal_lm")->prepare(dataset, renderer);
        if (source.samples->size() != static_cast<int64_t>(expected.samples.size())) {
            return QStringLiteral("%1 samples").arg(source.samples->size());
        }
        for (std::size_t i = 0; i < expected.samples.size(); ++i) {
            const text::TokenSample sample = source.samples->sample(static_cast<int64_t>(i));
            if (sample.ids != expected.samples[i].ids || sample.mask != expected.samples[i].mask) {
                return QStringLiteral("sample %1").arg(i);
            }
        }
        const bool isSame =
            toJson(datasetValue(source.dataset)) == toJson(datasetValue(dataset))
            && toJson(source.tally.lengths(m_rendering.maxLength))
                   == toJson(lengthsValue(expected, tokenizer, m_rendering.maxLength))
            && toJson(source.tally.findings()) == toJson(findingCounts(expected))
            && source.dataset.sha256 == dataset.sha256 && source.dataset.path == dataset.path
            && source.dataset.validationPath == dataset.validationPath
            && source.dataset.rowsByFormat == dataset.rowsByFormat
            && source.dataset.roles == dataset.roles && source.dataset.changed == dataset.changed
            && source.dataset.deleted == dataset.deleted
            && source.dataset.matchedEdits == dataset.matchedEdits
            && source.dataset.unedited == dataset.unedited
            && source.dataset.testPath == dataset.testPath
            && source.isOneDocument == expected.isOneDocument;
        return isSame ? QString() : QStringLiteral("the report");
    }

    void change(const std::string& ingredient)
    {
        if (ingredient == "a byte of the data") {
            std::string text = device::readFile(m_data);
            text[text.find("Arr") + 1] = 'R';
            put(m_data, text);
        } else if (ingredient == "the file's kind") {
            const std::string other = place("train.json").string();
            fs::rename(m_data, other);
            m_data = other;
        } else if (ingredient == "format") {
            m_settings.format = "messages";
        } else if (ingredient == "encoding") {
            m_settings.encoding = "windows-1252";
        } else if (ingredient == "columns") {
            m_settings.columns = {{"messages", "messages"}};
        } else if (ingredient == "edits") {
            put(place("edits.jsonl"), deletion(std::string(64, '0')));
            m_settings.edits = std::make_shared<const data::Edits>(
                data::Edits::load(place("edits.jsonl").string()));
        } else if (ingredient == "the tokenizer") {
            std::string text = device::readFile(m_model / "tokenizer.json");
            put(m_model / "tokenizer.json", text + "\n");
        } else if (ingredient == "the model's template") {
            const std::string text = device::readFile(m_model / "chat_template.jinja");
            put(m_model / "chat_template.jinja", text + "\n");
        } else if (ingredient == "template") {
            m_rendering.templateName = "chatml";
        } else if (ingredient == "a template file") {
            put(place("t.jinja"), "{{ messages[0]['content'] }}{{ messages[1]['content'] }}.");
            m_rendering.templateName = place("t.jinja").string();
        } else if (ingredient == "mask") {
            m_rendering.mask = text::MaskRule::All;
        } else if (ingredient == "truncate") {
            m_rendering.truncate = text::Truncation::Right;
        } else if (ingredient == "max_length") {
            m_rendering.maxLength = 24;
        }
    }

private Q_SLOTS:
    void init()
    {
        m_place = std::make_unique<QTemporaryDir>();
        qputenv("XDG_CACHE_HOME", place("cache").c_str());
        m_model = place("model");
        fs::create_directory(m_model);
        for (const auto& file : fs::directory_iterator(kModel)) {
            if (file.path().extension() != ".safetensors") {
                fs::copy_file(file.path(), m_model / file.path().filename());
            }
        }
        m_data = place("train.jsonl").string();
        put(m_data, rows());
        m_settings = {};
        m_rendering = {};
        m_rendering.maxLength = 32;
        m_worthKeeping = 0;
        m_isTokenizerReplaced = false;
    }
    void cleanup() { device::useThreads(0); }

    void theSecondStartFindsWhatTheFirstMade()
    {
        const PreparedSource first = prepare();
        QVERIFY(!first.isCached);
        QCOMPARE(first.note, std::string());
        QCOMPARE(difference(first), QString());
        QVERIFY(first.samples->size() > 2048);
        QCOMPARE(first.savedSeconds, 0.0);
        const PreparedSource second = prepare();
        QVERIFY(second.isCached);
        QCOMPARE(second.note, std::string());
        QCOMPARE(difference(second), QString());
        QCOMPARE(second.tally.largestId(), first.tally.largestId());
        QVERIFY(second.samples->file() != nullptr);
    }

    void threadsMakeNoDifference()
    {
        for (const int threads : {1, 7}) {
            fs::remove_all(tokens());
            device::useThreads(threads);
            const PreparedSource source = prepare();
            QVERIFY(!source.isCached);
            QCOMPARE(difference(source), QString());
        }
    }

    void everyIngredientCounts_data()
    {
        QTest::addColumn<QString>("ingredient");
        for (const char* ingredient : {"a byte of the data",
                                       "the file's kind",
                                       "format",
                                       "encoding",
                                       "columns",
                                       "edits",
                                       "the tokenizer",
                                       "the model's template",
                                       "template",
                                       "a template file",
                                       "mask",
                                       "truncate",
                                       "max_length"}) {
            QTest::newRow(ingredient) << ingredient;
        }
    }
    void everyIngredientCounts()
    {
        QFETCH(QString, ingredient);
        QVERIFY(!prepare().isCached);
        QVERIFY(prepare().isCached);
        change(ingredient.toStdString());
        const PreparedSource changed = prepare();
        QVERIFY(!changed.isCached);
        QCOMPARE(difference(changed), QString());
        QVERIFY(prepare().isCached);
    }

    // The text of a template file is what counts, not its name.
    void aTemplateFileThatChangedCounts()
    {
        change("a template file");
        prepare();
        put(m_rendering.templateName, "{{ messages[1]['content'] }}");
        const PreparedSource changed = prepare();
        QVERIFY(!changed.isCached);
        QCOMPARE(difference(changed), QString());
    }

    // And no path: reports name the files where they lie now.
    void dataThatMovedAreFound()
    {
        prepare();
        const std::string moved = place("elsewhere.jsonl").string();
        fs::rename(m_data, moved);
        m_data = moved;
        const PreparedSource found = prepare();
        QVERIFY(found.isCached);
        QCOMPARE(difference(found), QString());
        QVERIFY(toJson(datasetValue(found.dataset)).find("elsewhere.jsonl") != std::string::npos);
    }

    void editsAreReportedAsTheyWere()
    {
        const std::string drop = device::sha256Hex(row(1));
        const std::string absent(64, '0');
        put(place("edits.jsonl"), deletion(drop) + deletion(absent));
        m_settings.edits =
            std::make_shared<const data::Edits>(data::Edits::load(place("edits.jsonl").string()));
        prepare();
        const PreparedSource found = prepare();
        QVERIFY(found.isCached);
        QVERIFY(found.dataset.deleted > 0);
        QCOMPARE(found.dataset.matchedEdits.size(), std::size_t(1));
        QCOMPARE(difference(found), QString());
    }

    // A folder's validation file may come and go; that of an object of lists is part of the bytes.
    void validationDataAreLookedForAnew()
    {
        const fs::path folder = place("set");
        fs::create_directory(folder);
        fs::rename(m_data, folder / "train.jsonl");
        m_data = folder.string();
        QCOMPARE(prepare().dataset.validationPath, std::string());
        put(folder / "valid.jsonl", row(1) + "\n");
        const PreparedSource found = prepare();
        QVERIFY(found.isCached);
        QCOMPARE(found.dataset.validationPath, (folder / "valid.jsonl").string());

        m_data = place("parts.json").string();
        put(m_data,
            "{\"train\": [" + row(1) + "], \"test\": [" + row(2) + "], \"val\": [" + row(3) + "]}");
        prepare();
        const PreparedSource parts = prepare();
        QVERIFY(parts.isCached);
        QCOMPARE(difference(parts), QString());
        QCOMPARE(parts.dataset.validationPath, m_data + "#val");
    }

    void aTextIsOneDocument()
    {
        m_data = place("book.txt").string();
        put(m_data, std::string(3000, 'x') + "\n");
        QVERIFY(prepare().isOneDocument);
        const PreparedSource found = prepare();
        QVERIFY(found.isCached);
        QVERIFY(found.isOneDocument);
        QCOMPARE(difference(found), QString());
    }

    void damageIsMadeGood_data()
    {
        QTest::addColumn<QString>("damage");
        for (const char* damage :
             {"a token", "cut", "empty", "no note", "note", "another version"}) {
            QTest::newRow(damage) << damage;
        }
    }
    void damageIsMadeGood()
    {
        QFETCH(QString, damage);
        const fs::path file = prepare().samples->file()->path();
        const fs::path note = fs::path(file).replace_extension(".json");
        std::string bytes = device::readFile(file);
        if (damage == "a token") {
            bytes[101] ^= 1;
            put(file, bytes);
        } else if (damage == "cut") {
            fs::resize_file(file, bytes.size() - 100);
        } else if (damage == "empty") {
            fs::resize_file(file, 0);
        } else if (damage == "no note") {
            fs::remove(note);
        } else if (damage == "note") {
            put(note, "{");
        } else {
            bytes[8] = 2;
            put(file, bytes);
        }
        const PreparedSource again = prepare();
        QVERIFY(!again.isCached);
        QVERIFY2(again.note.find("made again") != std::string::npos, again.note.c_str());
        QCOMPARE(difference(again), QString());
        const PreparedSource found = prepare();
        QVERIFY(found.isCached);
        QCOMPARE(found.note, std::string());
    }

    // A copy of the cache is read once and known from then on.
    void aFileThatWasTouchedIsCheckedAndKept()
    {
        const fs::path file = prepare().samples->file()->path();
        fs::last_write_time(file, fs::file_time_type::clock::now() - std::chrono::hours(1));
        QVERIFY(prepare().isCached);
    }

    void aTokenizerThatWasReplacedMeanwhileIsNotTrusted()
    {
        m_isTokenizerReplaced = true;
        QVERIFY(!prepare().isCached);
        const PreparedSource source = prepare();
        QVERIFY(!source.isCached);
        QCOMPARE(difference(source), QString());
        QVERIFY(!fs::exists(tokens()));
    }

    void smallDataAreNotKept()
    {
        m_worthKeeping = fs::file_size(m_data) + 1;
        const PreparedSource source = prepare();
        QCOMPARE(difference(source), QString());
        QCOMPARE(source.note, std::string());
        QVERIFY(!prepare().isCached);
        QVERIFY(!fs::exists(tokens()));
    }

    void withoutAPlaceTheyAreHeldInMemory_data()
    {
        QTest::addColumn<QString>("place");
        QTest::newRow("a file where the folder would be") << "file";
        QTest::newRow("a disk that is nearly full") << "small";
    }
    void withoutAPlaceTheyAreHeldInMemory()
    {
        QFETCH(QString, place);
        std::unique_ptr<tests::SmallDisk> disk;
        fs::create_directory(this->place("cache"));
        if (place == "file") {
            put(this->place("cache") / "lora-studio", "no folder");
        } else {
            disk = std::make_unique<tests::SmallDisk>(this->place("cache"));
            if (!disk->isMounted()) {
                QSKIP("mounting a disk needs root");
            }
        }
        const PreparedSource source = prepare();
        QVERIFY(!source.isCached);
        QVERIFY2(source.note.find("not kept") != std::string::npos, source.note.c_str());
        QCOMPARE(difference(source), QString());
        QVERIFY(!source.samples->file());
    }

    void rowsOfOtherTasksAreLearnedAsAnswers_data()
    {
        QTest::addColumn<QByteArray>("row");
        QTest::addColumn<int>("samples");
        QTest::newRow("preference")
            << QByteArray(R"({"prompt":"a","chosen":"b","rejected":"c"})") << 1;
        QTest::newRow("wanted") << QByteArray(R"({"prompt":"a","completion":"b","label":true})")
                                << 1;
        QTest::newRow("not wanted")
            << QByteArray(R"({"prompt":"a","completion":"b","label":false})") << 0;
        QTest::newRow("classification") << QByteArray(R"({"text":"a","label":"b"})") << 1;
        QTest::newRow("regression")
            << QByteArray(R"({"sentence1":"a","sentence2":"b","score":2.5})") << 1;
    }
    void rowsOfOtherTasksAreLearnedAsAnswers()
    {
        QFETCH(QByteArray, row);
        QFETCH(int, samples);
        put(m_data, row.toStdString() + "\n");
        const PreparedSource source = prepare();
        QCOMPARE(source.samples->size(), int64_t{samples});
        QVERIFY(!source.isOneDocument);
        QCOMPARE(difference(source), QString());
        QVERIFY(std::ranges::any_of(source.dataset.notices, [](const data::Problem& notice) {
            return notice.code == "other_task";
        }));
    }

    void whatIsWrongWithTheDataIsSaid()
    {
        put(m_data, "no JSON\n");
        QCOMPARE(failureOf([this] { prepare(); }).code, std::string("bad_data"));
        fs::remove(m_data);
        QCOMPARE(failureOf([this] { prepare(); }).code, std::string("not_found"));
        QVERIFY(!fs::exists(tokens()) || fs::is_empty(tokens())); // nothing half-made stays
    }

    // The first refusal in order is the one that is told, whichever thread came upon it.
    void aTemplateThatRefusesARowIsNamed()
    {
        put(place("t.jinja"),
            "{% if messages[0]['content'] == 'What is 7?' %}{{ raise_exception('seven') }}{% endif "
            "%}{% if messages[0]['content'] == 'What is 99?' %}{{ raise_exception('other') }}"
            "{% endif %}{{ messages[0]['content'] }}{{ messages[1]['content'] }}");
        m_rendering.templateName = place("t.jinja").string();
        const Error error = failureOf([this] { prepare(); });
        QCOMPARE(error.code, std::string("bad_template"));
        QVERIFY2(error.message.find("seven") != std::string::npos, error.message.c_str());
    }
};

QTEST_GUILESS_MAIN(TestPreparedSource)
#include "tst_prepared_source.moc"
