// SPDX-FileCopyrightText: LoRA Studio authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/pages/export/export_size.h"

#include "app/base/text.h"

namespace ui::pages::exporting {

using namespace Qt::StringLiterals;

namespace {

constexpr qint64 kFloatBytes = 4;

// Of a packed weight, with its scales; 0: the format packs none.
double bytesPerPacked(const QString& format)
{
    if (format == u"bitsandbytes_nf4"_s) {
        return 0.516;
    }
    return format == u"bitsandbytes_int8"_s ? 1 : 0;
}

qint64 bytesPerNumber(const QString& dtype)
{
    return dtype == u"float32"_s ? kFloatBytes : 2;
}

} // namespace

BaseFacts baseFacts(const engine::contract::Value& inspected)
{
    const engine::contract::Value& parameters = inspected["parameters"];
    return {parameters["total"].toInteger(),
            parameters["bytes"].toInteger(),
            app::qs(inspected["dtype"].toString()),
            parameters["embedding"].toInteger() * (inspected["tied"].toBool() ? 1 : 2)};
}

bool holdsTheModel(const QString& format)
{
    return format == u"merged"_s;
}

qint64
exportBytes(const QString& format, const BaseFacts& base, qint64 adapterBytes, const QString& dtype)
{
    const double packed = bytesPerPacked(format);
    if (!holdsTheModel(format) && packed == 0) {
        return adapterBytes;
    }
    if (base.parameters == 0) {
        return -1;
    }
    if (packed > 0) {
        const qint64 inBlocks = base.parameters - base.ends;
        return static_cast<qint64>(packed * static_cast<double>(inBlocks))
               + base.bytes / base.parameters * base.ends;
    }
    return dtype.isEmpty() ? base.bytes : base.parameters * bytesPerNumber(dtype);
}

qint64 exportMemory(const QString& format, const BaseFacts& base, qint64 adapterBytes)
{
    if (!holdsTheModel(format) && bytesPerPacked(format) == 0) {
        return adapterBytes;
    }
    return base.parameters == 0 ? -1 : base.parameters * kFloatBytes + adapterBytes;
}

QString shortDtype(const QString& dtype)
{
    if (dtype == u"bfloat16"_s) {
        return u"bf16"_s;
    }
    if (dtype == u"float16"_s) {
        return u"fp16"_s;
    }
    return dtype == u"float32"_s ? u"fp32"_s : dtype;
}

} // namespace ui::pages::exporting
