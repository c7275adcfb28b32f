// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/base/tar.h"

namespace app {

namespace {

// Fields of a ustar header, by offset and width (POSIX.1-1988).
constexpr qsizetype kBlock = 512;
struct Part
{
    qsizetype offset;
    qsizetype width;
};
constexpr Part kName{0, 100};
constexpr Part kMode{100, 8};
constexpr Part kOwner{108, 8};
constexpr Part kGroup{116, 8};
constexpr Part kSize{124, 12};
constexpr Part kTime{136, 12};
constexpr Part kChecksum{148, 8};
constexpr qsizetype kType = 156;
constexpr Part kMagic{257, 8};

void put(QByteArray& header, Part part, const QByteArray& text)
{
    header.replace(part.offset, text.size(), text);
}

void putOctal(QByteArray& header, Part part, qint64 value)
{
    put(header, part, QByteArray::number(value, 8).rightJustified(part.width - 1, '0'));
}

} // namespace

void TarWriter::add(const QByteArray& name, const QByteArray& content, const QDateTime& changed)
{
    Q_ASSERT(name.size() < kName.width);
    QByteArray header(kBlock, '\0');
    put(header, kName, name);
    putOctal(header, kMode, 0644);
    putOctal(header, kOwner, 0);
    putOctal(header, kGroup, 0);
    putOctal(header, kSize, content.size());
    putOctal(header, kTime, changed.toSecsSinceEpoch());
    header[kType] = '0';
    put(header, kMagic, QByteArray("ustar\00000", kMagic.width));
    put(header, kChecksum, QByteArray(kChecksum.width, ' '));
    qint64 sum = 0;
    for (const char byte : std::as_const(header)) {
        sum += static_cast<unsigned char>(byte);
    }
    put(header,
        kChecksum,
        QByteArray::number(sum, 8).rightJustified(6, '0') + QByteArray("\0 ", 2));
    m_archive += header + content;
    m_archive += QByteArray((kBlock - content.size() % kBlock) % kBlock, '\0');
}

QByteArray TarWriter::finish()
{
    return m_archive + QByteArray(2 * kBlock, '\0');
}

} // namespace app
