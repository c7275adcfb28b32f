// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The languages of the studio: which there are, and the translators of the one in use. GUI thread
// only.
#pragma once

#include <QList>
#include <QString>
#include <QTranslator>

#include <memory>
#include <vector>

namespace app {

struct Language
{
    QString code;       // "en", "ko"
    QString nativeName; // "English", "한국어"
};

class Languages
{
public:
    Languages();
    ~Languages();
    Languages(const Languages&) = delete;
    Languages& operator=(const Languages&) = delete;

    static const QList<Language>& all();
    // The code that a setting means: itself when we have it, else the first of the system's
    // languages that we have, else English.
    static QString resolve(const QString& setting);

    // Puts the language in use for texts and numbers; every widget gets a LanguageChange event.
    void use(const QString& setting);
    const QString& current() const { return m_current; }

private:
    void install(const QString& file, const QString& folder);
    void removeAll();

    QString m_current;
    std::vector<std::unique_ptr<QTranslator>> m_translators;
};

} // namespace app
