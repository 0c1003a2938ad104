#include "ui/models/query/FilterText.h"

#include <QRegularExpression>

namespace countersign {

namespace {

QStringList wordsOf(const QString& input)
{
    static const QRegularExpression blanks(QStringLiteral("\\s+"));
    return input.split(blanks, Qt::SkipEmptyParts);
}

}  // namespace

FilterText FilterText::parse(const QString& input, const QStringList& knownNames)
{
    FilterText result;
    for (const QString& word : wordsOf(input)) {
        const qsizetype colon = word.indexOf(u':');
        const QString name = word.left(colon).toLower();
        if (colon > 0 && knownNames.contains(name)) {
            result.tokens.insert(name, word.mid(colon + 1).toLower());
        } else {
            result.text += word;
            result.words << word;
        }
    }
    return result;
}

QString withToken(const QString& input, const QString& name, const QString& value)
{
    QStringList words = wordsOf(input);
    const QString prefix = name + u':';
    words.removeIf([&](const QString& word) { return word.startsWith(prefix, Qt::CaseInsensitive); });
    if (!value.isEmpty()) {
        words.prepend(prefix + value);
    }
    return words.join(u' ');
}

}  // namespace countersign
