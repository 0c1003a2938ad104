#include "core/base/text/CommandWords.h"

#include "core/base/text/Utf8.h"

#include <algorithm>

namespace countersign {

std::vector<std::string> commandWords(int count, const char* const words[])
{
    return count > 1 ? std::vector<std::string>(words + 1, words + count) : std::vector<std::string>();
}

QStringList parserWords(std::span<const std::string> words)
{
    QStringList list;
    for (const std::string& word : words) {
        list << QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
    }
    return list;
}

std::string wordBytes(const QString& parserWord)
{
    return parserWord.toLatin1().toStdString();
}

std::optional<QString> wordText(const QString& parserWord)
{
    return textFromUtf8(wordBytes(parserWord));
}

QString wordShown(const QString& parserText)
{
    // A translated complaint may hold characters beyond Latin-1; then it is shown as it is.
    const bool isBytes =
        std::all_of(parserText.begin(), parserText.end(), [](QChar c) { return c.unicode() <= 0xff; });
    return isBytes ? shownUtf8(wordBytes(parserText)) : parserText;
}

}  // namespace countersign
