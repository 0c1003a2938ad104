#include "ui/text/VisibleText.h"

#include "core/base/text/SanitizedText.h"

#include <QList>
#include <QStringDecoder>

#include <algorithm>

namespace countersign {

namespace {

bool isShown(char32_t c, bool multiline)
{
    return isSeen(c) || (multiline && (c == U'\n' || c == U'\t'));
}

QString escapedCharacter(char32_t c)
{
    return QStringLiteral("\\u{%1}").arg(QString::number(static_cast<uint>(c), 16).toUpper());
}

QString escapedByte(char byte)
{
    return QStringLiteral("\\x%1").arg(static_cast<uchar>(byte), 2, 16, QLatin1Char('0'));
}

/// Length of the well-formed UTF-8 sequence at the start of text, 0 when there is none; sets character.
std::size_t sequenceAt(std::string_view text, char32_t& character)
{
    const auto lead = static_cast<uchar>(text.front());
    std::size_t length = 1;
    if (lead >= 0xf0) {
        length = 4;
    } else if (lead >= 0xe0) {
        length = 3;
    } else if (lead >= 0x80) {
        length = 2;
    }
    if (text.size() < length) {
        return 0;
    }
    QStringDecoder decoder(QStringDecoder::Utf8, QStringDecoder::Flag::Stateless);
    const QString decoded = decoder(QByteArrayView(text.data(), static_cast<qsizetype>(length)));
    const QList<uint> codes = decoded.toUcs4();
    if (decoder.hasError() || codes.size() != 1) {
        return 0;
    }
    character = codes.front();
    return length;
}

}  // namespace

QString visibleText(std::string_view utf8, bool multiline, std::size_t maxBytes)
{
    utf8 = utf8.substr(0, maxBytes);
    QString shown;
    shown.reserve(static_cast<qsizetype>(utf8.size()));
    while (!utf8.empty()) {
        const char first = utf8.front();
        if (first >= 0x20 && first < 0x7f) {
            shown += QLatin1Char(first);
            utf8.remove_prefix(1);
            continue;
        }
        char32_t character = 0;
        const std::size_t length = sequenceAt(utf8, character);
        if (length == 0) {
            shown += escapedByte(first);
            utf8.remove_prefix(1);
            continue;
        }
        shown +=
            isShown(character, multiline) ? QString::fromUcs4(&character, 1) : escapedCharacter(character);
        utf8.remove_prefix(length);
    }
    return shown;
}

QString plainToolTip(const QString& text)
{
    if (text.isEmpty()) {
        return {};
    }
    return QStringLiteral("<span style=\"white-space:pre\">%1</span>").arg(text.toHtmlEscaped());
}

QString hexDump(std::string_view bytes, std::size_t maxBytes)
{
    bytes = bytes.substr(0, maxBytes);
    QString dump;
    for (std::size_t offset = 0; offset < bytes.size(); offset += 16) {
        const std::string_view line = bytes.substr(offset, 16);
        QString hex;
        QString ascii;
        for (const char byte : line) {
            hex += QStringLiteral("%1 ").arg(static_cast<uchar>(byte), 2, 16, QLatin1Char('0'));
            ascii += byte >= 0x20 && byte < 0x7f ? QLatin1Char(byte) : QLatin1Char('.');
        }
        dump += QStringLiteral("%1  %2 %3\n")
                    .arg(static_cast<qulonglong>(offset), 6, 16, QLatin1Char('0'))
                    .arg(hex, -48)
                    .arg(ascii);
    }
    return dump;
}

}  // namespace countersign
