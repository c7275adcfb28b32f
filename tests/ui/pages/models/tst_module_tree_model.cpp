// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
#include "ui/pages/models/module_tree_model.h"

#include "engine/contract/value.h"
#include "ui/theme/initialise_theme.h"
#include "ui/widgets/item_roles.h"

#include <QAbstractItemModelTester>
#include <QTest>

using engine::contract::Value;
using ui::pages::models::ModuleTreeModel;

namespace {

Value module(const std::string& name, const std::string& shortName, int64_t parameters)
{
    Value value = Value::object({{"name", name},
                                 {"kind", "linear"},
                                 {"shape", Value::list(std::vector<int64_t>{4, 2})},
                                 {"parameters", parameters}});
    if (!shortName.empty()) {
        value.set("short_name", shortName);
    }
    return value;
}

// An embedding and `layers` blocks of q and v.
Value modelOf(int layers)
{
    Value modules = Value::List();
    Value embedding = module("model.embed", "", 100);
    embedding.set("kind", "embedding");
    modules.append(embedding);
    for (int i = 0; i < layers; ++i) {
        const std::string block = "model.layers." + std::to_string(i) + ".";
        modules.append(module(block + "attn.q_proj", "q", 8));
        modules.append(module(block + "attn.v_proj", "v", 2));
    }
    return Value::object({{"tied", true},
                          {"parameters", Value::object({{"total", 100 + 10 * layers}})},
                          {"modules", modules}});
}

QModelIndex child(const ModuleTreeModel& model, const QStringList& path)
{
    QModelIndex at;
    for (const QString& name : path) {
        for (int row = 0; row < model.rowCount(at); ++row) {
            const QModelIndex index = model.index(row, 0, at);
            if (index.data().toString() == name) {
                at = index;
                break;
            }
        }
    }
    return at;
}

} // namespace

class TestModuleTreeModel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { ui::initialiseTheme(*qApp, ui::Theme::Scheme::Light); }
    void groupsSumTheirModules();
    void fewBlocksStandEachAlone();
    void manyBlocksFoldBehindTheFirst();
    void shortNamesFilterExactly();
    void otherTextFiltersByPartOfTheName();
    void filterThatMatchesNothingShowsNothing();
    void fusedWeightsShowTheirSlices();
    void modulesWithoutNamesArePassedOver();
};

void TestModuleTreeModel::groupsSumTheirModules()
{
    ModuleTreeModel model;
    const QAbstractItemModelTester tester(&model);
    model.setModel(modelOf(2));
    const QModelIndex layers = child(model, {"model", "layers"});
    QCOMPARE(layers.siblingAtColumn(ModuleTreeModel::Parameters).data().toString(), "20");
    QCOMPARE(layers.siblingAtColumn(ModuleTreeModel::Share).data(ui::widgets::ShareRole).toDouble(),
             20.0 / 120.0);
    QCOMPARE(child(model, {"model"}).siblingAtColumn(ModuleTreeModel::Parameters).data().toString(),
             "120");
}

void TestModuleTreeModel::fewBlocksStandEachAlone()
{
    ModuleTreeModel model;
    model.setModel(modelOf(6));
    QCOMPARE(model.rowCount(child(model, {"model", "layers"})), 6);
}

void TestModuleTreeModel::manyBlocksFoldBehindTheFirst()
{
    ModuleTreeModel model;
    const QAbstractItemModelTester tester(&model);
    model.setModel(modelOf(24));
    const QModelIndex layers = child(model, {"model", "layers"});
    QCOMPARE(model.rowCount(layers), 4);
    const QModelIndex rest = model.index(3, 0, layers);
    QCOMPARE(rest.data().toString(), QString::fromUtf8("3 … 23"));
    QCOMPARE(model.rowCount(rest), 21);
    QCOMPARE(rest.siblingAtColumn(ModuleTreeModel::Parameters).data().toString(), "210");
    QVERIFY(rest.data(ModuleTreeModel::FullNameRole).toString().isEmpty());
}

void TestModuleTreeModel::shortNamesFilterExactly()
{
    ModuleTreeModel model;
    model.setModel(modelOf(24));
    model.setFilter("q v");
    QCOMPARE(model.shownModules(), 48);
    model.setFilter("q");
    QCOMPARE(model.shownModules(), 24);
    QCOMPARE(model.firstMatch().data(ModuleTreeModel::FullNameRole).toString(),
             "model.layers.0.attn.q_proj");
}

void TestModuleTreeModel::otherTextFiltersByPartOfTheName()
{
    ModuleTreeModel model;
    model.setModel(modelOf(3));
    model.setFilter("1.attn");
    QCOMPARE(model.shownModules(), 2);
    QCOMPARE(model.rowCount(child(model, {"model", "layers"})), 1);
}

void TestModuleTreeModel::filterThatMatchesNothingShowsNothing()
{
    ModuleTreeModel model;
    model.setModel(modelOf(3));
    model.setFilter("nowhere");
    QCOMPARE(model.shownModules(), 0);
    QCOMPARE(model.rowCount(), 0);
    QVERIFY(!model.firstMatch().isValid());
}

// Phi-3 with 2 query heads to 1 of keys: 4 + 2 + 2 rows.
void TestModuleTreeModel::fusedWeightsShowTheirSlices()
{
    Value fused = Value::object({{"name", "model.layers.0.self_attn.qkv_proj"},
                                 {"kind", "linear"},
                                 {"shape", Value::list(std::vector<int64_t>{8, 3})},
                                 {"parameters", 24}});
    Value slices = Value::List();
    for (const auto& [name, rows] : {std::pair("q", 4), std::pair("k", 2), std::pair("v", 2)}) {
        slices.append(Value::object({{"name", name}, {"rows", rows}}));
    }
    fused.set("slices", slices);
    Value model = modelOf(0);
    Value modules = model["modules"];
    modules.append(fused);
    model.set("modules", modules);
    ModuleTreeModel tree;
    const QAbstractItemModelTester tester(&tree);
    tree.setModel(model);
    const QStringList path = {"model", "layers", "0", "self_attn", "qkv_proj"};
    const QModelIndex qkv = child(tree, path);
    QCOMPARE(tree.rowCount(qkv), 3);
    QCOMPARE(qkv.siblingAtColumn(ModuleTreeModel::Parameters).data().toString(), "24");
    const QModelIndex q = tree.index(0, 0, qkv);
    QCOMPARE(q.data().toString(), "q");
    QCOMPARE(q.siblingAtColumn(ModuleTreeModel::Shape).data().toString(),
             QString::fromUtf8("4 × 3"));
    QCOMPARE(q.siblingAtColumn(ModuleTreeModel::Parameters).data().toString(), "12");
    tree.setFilter("k");
    QCOMPARE(tree.shownModules(), 1);
    QCOMPARE(tree.firstMatch().data(ModuleTreeModel::FullNameRole).toString(),
             "model.layers.0.self_attn.qkv_proj.k");
}

void TestModuleTreeModel::modulesWithoutNamesArePassedOver()
{
    Value model = modelOf(1);
    Value modules = model["modules"];
    modules.append(Value::object({{"shape", "not a list"}}));
    model.set("modules", modules);
    ModuleTreeModel tree;
    tree.setModel(model);
    QCOMPARE(tree.shownModules(), 3);
}

QTEST_MAIN(TestModuleTreeModel)
#include "tst_module_tree_model.moc"
