#include "ui/text/AmountVisibility.h"

#include <QRegularExpression>

namespace countersign {

AmountVisibility& AmountVisibility::instance()
{
    static AmountVisibility visibility;
    return visibility;
}

void AmountVisibility::setHidden(bool hidden)
{
    if (hidden != m_hidden) {
        m_hidden = hidden;
        Q_EMIT changed();
    }
}

QString withoutAmounts(const QString& text)
{
    // Neither in a word nor at an elision ("0x0000…00cc").
    static const QRegularExpression number(QStringLiteral("(?<![\\w…])\\d[\\d.,]*(?![\\w…])"),
                                           QRegularExpression::UseUnicodePropertiesOption);
    return QString(text).replace(number, QStringLiteral("•••"));
}

QString shownAmounts(const QString& text)
{
    return AmountVisibility::instance().isHidden() ? withoutAmounts(text) : text;
}

}  // namespace countersign
