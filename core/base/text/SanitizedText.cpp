#include "core/base/text/SanitizedText.h"

#include <QList>

namespace countersign {

bool isSeen(char32_t character)
{
    switch (QChar::category(character)) {
        case QChar::Other_Control:
        case QChar::Other_Format:
        case QChar::Other_Surrogate:
        case QChar::Other_PrivateUse:
        case QChar::Other_NotAssigned:
        case QChar::Separator_Line:
        case QChar::Separator_Paragraph:
            return false;
        default:
            return true;
    }
}

QString sanitizedText(std::string_view utf8)
{
    QString words;
    for (const char32_t character :
         QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())).toUcs4()) {
        if (QChar::isSpace(character)) {
            words += u' ';
        } else if (isSeen(character)) {
            words += QChar::fromUcs4(character);
        }
    }
    return words.simplified();
}

QString sanitizedText(std::string_view utf8, qsizetype maxCharacters)
{
    return shortened(sanitizedText(utf8), maxCharacters);
}

QString shortened(QString text, qsizetype maxCharacters)
{
    if (text.size() <= maxCharacters) {
        return text;
    }
    text.truncate(maxCharacters - 1);
    if (!text.isEmpty() && text.back().isHighSurrogate()) {
        text.chop(1);
    }
    return text + u'…';
}

}  // namespace countersign
