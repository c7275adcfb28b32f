// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// Where the user wants to go, said by whoever knows (a button, a palette entry, a dropped file) and
// heard by the shell alone. Pages never learn of each other. GUI thread only.
#pragma once

#include <QObject>
#include <QString>
#include <QVariantMap>

namespace ui {

// A place in the studio: {"runs", folder}, {"adapters", id}, {"train", "", "", {{"model", path}}}.
//   page     an id of the page registry: "home", "models", "data", "train", "runs", "adapters",
//            "playground", "export", "settings"
//   item     what to select there; empty = leave the page as it was
//   tab      which tab of it; empty = leave as it was
//   options  what else the page understands; the page's header says which keys
struct Destination
{
    QString page;
    QString item = {};
    QString tab = {};
    QVariantMap options = {};

    bool operator==(const Destination&) const = default;
};

class Navigator final : public QObject
{
    Q_OBJECT

public:
    using QObject::QObject;

    // Shows the page and hands it the destination; an unknown page is ignored with a log line.
    void go(const Destination& destination) { Q_EMIT requested(destination); }

Q_SIGNALS:
    void requested(const ui::Destination& destination);
};

} // namespace ui
