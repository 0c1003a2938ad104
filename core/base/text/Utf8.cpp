#include "core/base/text/Utf8.h"

#include <QByteArrayView>
#include <QStringDecoder>

namespace countersign {

namespace {

QByteArrayView utf8View(std::string_view text)
{
    return {text.data(), static_cast<qsizetype>(text.size())};
}

}  // namespace

bool isWellFormedUtf8(std::string_view text)
{
    return utf8View(text).isValidUtf8();
}

std::optional<QString> textFromUtf8(std::string_view text)
{
    if (!isWellFormedUtf8(text)) {
        return std::nullopt;
    }
    return shownUtf8(text);
}

QString shownUtf8(std::string_view text)
{
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flags(QStringDecoder::Flag::Stateless) |
                                                     QStringDecoder::Flag::ConvertInitialBom);
    return decoder(utf8View(text));
}

}  // namespace countersign
