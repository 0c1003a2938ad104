#include "core/base/text/PlainName.h"

#include "core/base/text/SanitizedText.h"
#include "core/base/text/Utf8.h"

#include <QList>

#include <algorithm>

namespace countersign {

bool isPlainName(std::string_view utf8)
{
    const auto text = textFromUtf8(utf8);
    if (!text || text->isEmpty() || text->size() > maxNameCharacters || *text != text->trimmed()) {
        return false;
    }
    const QList<uint> characters = text->toUcs4();
    return std::all_of(characters.begin(), characters.end(),
                       [](char32_t c) { return isSeen(c) && (c == U' ' || !QChar::isSpace(c)); });
}

}  // namespace countersign
