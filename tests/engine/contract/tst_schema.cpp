// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "engine/contract/schema.h"
#include "engine/contract/text.h"

#include <QtTest>

#include <limits>

using namespace engine::contract;

namespace {

struct Part
{
    std::string path;
    double fraction = 0.05;
};

struct Settings
{
    int64_t rank = 16;
    double alpha = 32;
    bool rslora = false;
    std::string init = "default";
    std::string file;
    std::vector<std::string> modules;
    std::vector<int64_t> indices;
    std::map<std::string, int64_t> pattern;
    std::map<std::string, double> weights;
    std::map<std::string, std::string> roles;
    Value targets = "all-linear";
    Value layers = "all";
    std::optional<double> limit;
    Part part;
    std::vector<Part> parts;
};

struct Derived : Settings
{
    Derived() { rank = 8; }
    std::string update = "up_to";
};

Schema<Part> partSchema()
{
    Schema<Part> schema;
    schema.path("path", &Part::path);
    schema.number("fraction", &Part::fraction).range(0, 0.5);
    return schema;
}

Schema<Settings> settingsSchema()
{
    Schema<Settings> schema;
    schema.integer("rank", &Settings::rank)
        .range(1, 1024)
        .label(LS_TEXT("Rank"))
        .help(LS_TEXT("How many directions an update may have."));
    schema.number("alpha", &Settings::alpha).atLeast(0);
    schema.boolean("use_rslora", &Settings::rslora).advanced();
    schema.choice("init", &Settings::init, {"default", "gaussian", "pissa"});
    schema.path("file", &Settings::file);
    schema.list("modules", &Settings::modules);
    schema.list("indices", &Settings::indices).atLeast(0);
    schema.object("pattern", &Settings::pattern).range(1, 1024);
    schema.object("weights", &Settings::weights).shownIf("init", "pissa");
    schema.object("roles", &Settings::roles).choices({"prompt", "completion"});
    schema.targets("targets", &Settings::targets);
    schema.layers("layers", &Settings::layers);
    schema.add("limit", field_type::kNumber, &Settings::limit);
    schema.nested("part", &Settings::part, partSchema());
    schema.objects("parts", &Settings::parts, partSchema());
    schema.check([](const Settings& settings, const std::string& path) -> Result<void> {
        if (settings.rslora && settings.alpha == 0) {
            const std::string where = joinPath(path, "alpha");
            return Error{"bad_field", where + ": must not be 0 with use_rslora", "", where};
        }
        return {};
    });
    return schema;
}

Result<Settings> parsed(const std::string& json)
{
    return settingsSchema().parse(parseJson(json).value(), "method");
}

} // namespace

class SchemaTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void absentMembersKeepTheirDefault();
    void readsEveryMemberType();
    void writesEveryMemberWithDefaults();
    void refusesWhatIsNotValid_data();
    void refusesWhatIsNotValid();
    void refusesNumbersThatAreNotFinite();
    void hintsGiveTheHelpAndTheDefault();
    void fieldsCarryWhatWasDeclared();
    void nestedFieldsHaveDottedKeys();
    void aDerivedStructIncludesItsBaseWithItsOwnDefaults();
    void erasedSchemaCompletesAnObject();
    void unknownKeysAreIgnoredOnRequest();
    void fieldsSurviveJson();
    void textOfACommandLineBecomesTheFieldsType_data();
    void textOfACommandLineBecomesTheFieldsType();
};

void SchemaTest::absentMembersKeepTheirDefault()
{
    const auto settings = parsed("{}");
    QVERIFY(settings.ok());
    QCOMPARE(settings.value().rank, int64_t(16));
    QCOMPARE(settings.value().part.fraction, 0.05);
}

void SchemaTest::readsEveryMemberType()
{
    const std::string text =
        R"({"rank":4,"alpha":8.5,"use_rslora":true,"init":"pissa","file":"a/b","modules":["x"],)"
        R"("indices":[0,3],"pattern":{"q":2},"weights":{"w":1.0},"roles":{"c":"prompt"},)"
        R"("targets":["q","v"],"layers":[1],"limit":2.0,"part":{"path":"p","fraction":0.1},)"
        R"("parts":[{"path":"z","fraction":0.5}]})";
    const auto settings = parsed(text);
    QVERIFY2(settings.ok(), settings.ok() ? "" : settings.error().message.c_str());
    QCOMPARE(toJson(settingsSchema().toValue(settings.value())), text);
}

void SchemaTest::writesEveryMemberWithDefaults()
{
    QCOMPARE(toJson(settingsSchema().toValue(Settings())),
             std::string(R"({"rank":16,"alpha":32.0,"use_rslora":false,"init":"default","file":"",)"
                         R"("modules":[],"indices":[],"pattern":{},"weights":{},"roles":{},)"
                         R"("targets":"all-linear","layers":"all","limit":null,)"
                         R"("part":{"path":"","fraction":0.05},"parts":[]})"));
}

void SchemaTest::refusesWhatIsNotValid_data()
{
    QTest::addColumn<QString>("json");
    QTest::addColumn<QString>("where");
    QTest::addColumn<QString>("message");
    const auto row =
        [](const char* name, const char* json, const char* where, const char* message) {
            QTest::newRow(name) << QString::fromUtf8(json) << QString::fromUtf8(where)
                                << QString::fromUtf8(message);
        };
    row("range", R"({"rank":0})", "method.rank", "method.rank: expected 1…1024, got 0");
    row("fraction for integer",
        R"({"rank":3.0})",
        "method.rank",
        "method.rank: expected a whole number, 1…1024, got 3.0");
    row("text for integer",
        R"({"rank":"x"})",
        "method.rank",
        "method.rank: expected a whole number, 1…1024, got \"x\"");
    row("minimum", R"({"alpha":-1})", "method.alpha", "method.alpha: expected 0 or more, got -1");
    row("null", R"({"alpha":null})", "method.alpha", "method.alpha: expected 0 or more, got null");
    row("boolean",
        R"({"use_rslora":1})",
        "method.use_rslora",
        "method.use_rslora: expected true or false, got 1");
    row("choice",
        R"({"init":"pisa"})",
        "method.init",
        "method.init: expected one of default, gaussian, pissa, got \"pisa\"");
    row("unknown key", R"({"rnak":1})", "method.rnak", "method.rnak: unknown key");
    row("list",
        R"({"modules":"x"})",
        "method.modules",
        "method.modules: expected a list, written as JSON, got \"x\"");
    row("list item",
        R"({"modules":["a",2]})",
        "method.modules[1]",
        "method.modules[1]: expected a text, got 2");
    row("integer item",
        R"({"indices":[0,-1]})",
        "method.indices[1]",
        "method.indices[1]: expected 0 or more, got -1");
    row("map member",
        R"({"pattern":{"q.k":0}})",
        "method.pattern.q.k",
        "method.pattern.q.k: expected 1…1024, got 0");
    row("map of choices",
        R"({"roles":{"c":"x"}})",
        "method.roles.c",
        "method.roles.c: expected one of prompt, completion, got \"x\"");
    row("empty targets",
        R"({"targets":[]})",
        "method.targets",
        "method.targets: expected \"all-linear\", a regular expression, or a list of module names, "
        "got []");
    row("layers",
        R"({"layers":"some"})",
        "method.layers",
        "method.layers: expected \"all\", or a list of layer indices from 0, got \"some\"");
    row("nested",
        R"({"part":{"fraction":2}})",
        "method.part.fraction",
        "method.part.fraction: expected 0…0.5, got 2");
    row("nested unknown",
        R"({"part":{"paht":""}})",
        "method.part.paht",
        "method.part.paht: unknown key");
    row("nested type", R"({"part":3})", "method.part", "method.part: expected an object, got 3");
    row("list of structs",
        R"({"parts":[{},{"fraction":1}]})",
        "method.parts[1].fraction",
        "method.parts[1].fraction: expected 0…0.5, got 1");
    row("several members",
        R"({"use_rslora":true,"alpha":0})",
        "method.alpha",
        "method.alpha: must not be 0 with use_rslora");
    row("NUL in a path",
        R"({"file":"a\u0000b"})",
        "method.file",
        "method.file: expected a path, got \"a\\u0000b\"");
    row("not an object", "[]", "method", "method: expected an object, got []");
}

void SchemaTest::refusesWhatIsNotValid()
{
    QFETCH(QString, json);
    QFETCH(QString, where);
    QFETCH(QString, message);
    const auto settings = parsed(json.toStdString());
    QVERIFY(!settings.ok());
    QCOMPARE(settings.error().code, std::string("bad_field"));
    QCOMPARE(QString::fromStdString(settings.error().where), where);
    QCOMPARE(QString::fromStdString(settings.error().message), message);
}

void SchemaTest::refusesNumbersThatAreNotFinite()
{
    const Value value = Value::object({{"alpha", std::numeric_limits<double>::quiet_NaN()}});
    QVERIFY(!settingsSchema().parse(value, "method").ok());
}

void SchemaTest::hintsGiveTheHelpAndTheDefault()
{
    QCOMPARE(parsed(R"({"rank":0})").error().hint,
             std::string("How many directions an update may have. The default is 16"));
    QVERIFY(parsed(R"({"rnak":0})")
                .error()
                .hint.starts_with("Did you mean rank? Valid keys: rank, alpha, use_rslora"));
    QVERIFY(parsed(R"({"init":"pisa"})").error().hint.starts_with("Did you mean pissa? "));
}

void SchemaTest::fieldsCarryWhatWasDeclared()
{
    const std::vector<Field> fields = settingsSchema().fields();
    QCOMPARE(fields[0].key, std::string("rank"));
    QCOMPARE(fields[0].label, std::string("Rank"));
    QCOMPARE(fields[0].defaultValue.toInteger(), int64_t(16));
    QCOMPARE(*fields[0].maximum, 1024.0);
    QVERIFY(fields[2].advanced);
    QCOMPARE(toJson(fields[8].shownIf), std::string(R"({"init":"pissa"})"));
}

void SchemaTest::nestedFieldsHaveDottedKeys()
{
    const std::vector<Field> fields = settingsSchema().fields();
    QCOMPARE(fields[13].key, std::string("part.path"));
    QCOMPARE(fields[14].key, std::string("part.fraction"));
}

void SchemaTest::aDerivedStructIncludesItsBaseWithItsOwnDefaults()
{
    Schema<Derived> schema;
    schema.include(settingsSchema());
    schema.choice("update", &Derived::update, {"up_to", "single"});
    QCOMPARE(schema.fields().front().defaultValue.toInteger(), int64_t(8));
    const auto derived =
        schema.parse(Value::object({{"alpha", 1}, {"update", "single"}}), "method");
    QVERIFY(derived.ok());
    QCOMPARE(derived.value().rank, int64_t(8));
    QCOMPARE(derived.value().update, std::string("single"));
    QVERIFY(!schema.parse(Value::object({{"alpha", 0}, {"use_rslora", true}}), "method").ok());
}

void SchemaTest::erasedSchemaCompletesAnObject()
{
    const SettingsSchema erased = partSchema().erased();
    const auto complete = erased.complete(Value::object({{"path", "x"}}), "");
    QVERIFY(complete.ok());
    QCOMPARE(toJson(complete.value()), std::string(R"({"path":"x","fraction":0.05})"));
    QCOMPARE(erased.fields.size(), size_t(2));
}

void SchemaTest::unknownKeysAreIgnoredOnRequest()
{
    const Value value = Value::object({{"path", "x"}, {"later", 1}});
    Schema<Part> schema = partSchema();
    QVERIFY(!schema.parse(value, "").ok());
    QVERIFY(schema.parse(value, "", UnknownKeys::Ignore).ok());
    schema.allowUnknownKeys();
    QVERIFY(schema.parse(value, "").ok());
}

void SchemaTest::fieldsSurviveJson()
{
    const Field field = settingsSchema().fields()[0];
    const std::string text = toJson(fieldSchema().toValue(field));
    QCOMPARE(text,
             std::string(R"({"key":"rank","type":"integer","default":16,"minimum":1.0,)"
                         R"("maximum":1024.0,"choices":[],"unit":"","label":"Rank",)"
                         R"("help":"How many directions an update may have.","group":"",)"
                         R"("advanced":false,"shown_if":null})"));
    const auto again = fieldSchema().parse(parseJson(text).value(), "field");
    QVERIFY(again.ok());
    QCOMPARE(toJson(fieldSchema().toValue(again.value())), text);
}

void SchemaTest::textOfACommandLineBecomesTheFieldsType_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("json");
    QTest::newRow("integer") << "integer"
                             << "12"
                             << "12";
    QTest::newRow("number") << "number"
                            << "2e-4"
                            << "0.0002";
    QTest::newRow("boolean") << "boolean"
                             << "true"
                             << "true";
    QTest::newRow("a string stays raw") << "string"
                                        << "12"
                                        << "\"12\"";
    QTest::newRow("a quoted string stays raw") << "string"
                                               << "\"x\""
                                               << "\"\\\"x\\\"\"";
    QTest::newRow("path") << "path"
                          << "true"
                          << "\"true\"";
    QTest::newRow("list") << "list"
                          << "[1,\"a\"]"
                          << "[1,\"a\"]";
    QTest::newRow("object") << "object"
                            << "{\"q\":8}"
                            << "{\"q\":8}";
    QTest::newRow("not a number") << "integer"
                                  << "abc"
                                  << "\"abc\"";
    QTest::newRow("all-linear") << "targets"
                                << "all-linear"
                                << "\"all-linear\"";
    QTest::newRow("list of targets") << "targets"
                                     << "[\"q\",\"v\"]"
                                     << "[\"q\",\"v\"]";
    QTest::newRow("regular expression") << "targets"
                                        << "[qv]_proj"
                                        << "\"[qv]_proj\"";
    QTest::newRow("layers") << "layers"
                            << "[0,2]"
                            << "[0,2]";
}

void SchemaTest::textOfACommandLineBecomesTheFieldsType()
{
    QFETCH(QString, type);
    QFETCH(QString, text);
    QFETCH(QString, json);
    Field field;
    field.type = type.toStdString();
    QCOMPARE(QString::fromStdString(toJson(valueFromText(field, text.toStdString()))), json);
}

QTEST_GUILESS_MAIN(SchemaTest)
#include "tst_schema.moc"
