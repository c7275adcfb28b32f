// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: Apache-2.0
// A whole studio without its window, in a folder of its own, for tests of pages: the engine is the
// program a test names (the real one, a fake, or one that is not there).
#pragma once

#include "app/base/paths.h"
#include "app/studio/studio.h"
#include "tests/support/fake_dialogs.h"
#include "ui/page/navigator.h"
#include "ui/page/page.h"

#include <QTemporaryDir>

#include <memory>

namespace test_support {

class StudioFixture
{
public:
    explicit StudioFixture(const QString& engineProgram)
        : paths(m_folder.filePath(QStringLiteral("data")))
    {
        (void)paths.create();
        studio = std::make_unique<app::Studio>(paths, engineProgram);
        context = std::make_unique<ui::PageContext>(ui::PageContext{*studio, navigator, dialogs});
        QObject::connect(&navigator,
                         &ui::Navigator::requested,
                         &navigator,
                         [this](const ui::Destination& to) { visited.append(to); });
    }

    // A path inside the fixture's folder, outside the studio's data.
    QString file(const QString& name) const { return m_folder.filePath(name); }

private:
    QTemporaryDir m_folder;

public:
    app::Paths paths;
    ui::Navigator navigator;
    FakeDialogs dialogs;
    QList<ui::Destination> visited; // where pages wanted to go
    std::unique_ptr<app::Studio> studio;
    std::unique_ptr<ui::PageContext> context;
};

} // namespace test_support
