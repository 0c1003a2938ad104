#include "core/meaning/messages/MessageBytes.h"

#include "core/base/encoding/Hex.h"
#include "core/base/text/Ascii.h"
#include "core/base/text/SanitizedText.h"
#include "core/base/text/Utf8.h"
#include "core/chain/evm/Rlp.h"
#include "core/chain/evm/transaction/EvmTransaction.h"
#include "core/chain/solana/message/SolanaMessage.h"

#include <QList>

#include <algorithm>
#include <array>
#include <vector>

namespace countersign::meaning {

namespace {

constexpr std::size_t hashBytes = 32;
constexpr std::size_t maxHashText = 512;  // bytes of a text that can be a hash in disguise
constexpr std::size_t maxLabel = 16;      // letters before it
constexpr std::size_t leastDigits = 70;   // digits of a number of 32 bytes
constexpr std::size_t mostDigits = 78;
constexpr std::uint8_t firstListByte = 0xc0;
constexpr std::uint8_t lastEnvelope = 5;  // 1 to 4 are transactions, 5 an authorisation of EIP-7702

struct Range
{
    char32_t first;
    char32_t last;
};

/// Default_Ignorable_Code_Point of Unicode, and the Braille blank, as far as isSeen() takes them for seen.
constexpr std::array blankLetters = {Range{0x034f, 0x034f}, Range{0x115f, 0x1160}, Range{0x17b4, 0x17b5},
                                     Range{0x180b, 0x180f}, Range{0x2800, 0x2800}, Range{0x3164, 0x3164},
                                     Range{0xfe00, 0xfe0d}, Range{0xffa0, 0xffa0}, Range{0xe0100, 0xe01ef}};

bool isBlankLetter(char32_t character)
{
    return std::ranges::any_of(blankLetters, [character](const Range& range) {
        return character >= range.first && character <= range.last;
    });
}

std::string_view trimmed(std::string_view text)
{
    static constexpr std::string_view blanks = " \t\r\n";
    const std::size_t first = text.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

/// The bytes that a text of hex digits stands for; empty where it is none.
Bytes bytesOfHexText(std::string_view text)
{
    return fromHex(trimmed(text)).value_or(Bytes{});
}

/// How many items a list of RLP has; 0 for everything else.
std::size_t countListItems(BytesView bytes)
{
    if (bytes.empty() || bytes.front() < firstListByte) {
        return 0;
    }
    const auto list = rlp::decode(bytes);
    return list ? list->items.size() : 0;
}

struct Letters
{
    std::string text;
    std::size_t wordAt = 0;        ///< where the word at hand begins
    std::vector<bool> beginsWord;  ///< of each letter

    void add(char letter)
    {
        beginsWord.push_back(text.size() == wordAt);
        text += letter;
    }
    void drop()
    {
        text.pop_back();
        beginsWord.pop_back();
    }
};

/// The letters and digits of a short text, without the 0x before words: what quotes, brackets, blanks and
/// marks that nobody sees stand around. Nothing for a long text, and for one with letters beyond ASCII.
std::optional<Letters> lettersOf(std::string_view utf8)
{
    const auto text = utf8.size() <= maxHashText ? textFromUtf8(utf8) : std::nullopt;
    if (!text) {
        return std::nullopt;
    }
    Letters letters;
    for (const char32_t character : text->toUcs4()) {
        const auto letter = static_cast<char>(character);
        const bool isAscii = character < 0x80;
        if (!isAscii && QChar::isLetterOrNumber(character) && !isBlankLetter(character)) {
            return std::nullopt;
        }
        if (!isAscii || !ascii::isAlphanumeric(letter)) {
            // What is not seen does not end a word.
            letters.wordAt = isSeen(character) ? letters.text.size() : letters.wordAt;
        } else if ((letter == 'x' || letter == 'X') && letters.text.size() == letters.wordAt + 1 &&
                   letters.text.back() == '0') {
            letters.drop();
        } else {
            letters.add(letter);
        }
    }
    return letters;
}

/// So many hexadecimal digits, of which the first begins a word, and nothing or a short word before them.
bool endsInHashDigits(const Letters& letters)
{
    constexpr std::size_t digits = 2 * hashBytes;
    if (letters.text.size() < digits || letters.text.size() > digits + maxLabel) {
        return false;
    }
    const std::size_t first = letters.text.size() - digits;
    const auto before = static_cast<std::ptrdiff_t>(first);
    const auto words = std::count(letters.beginsWord.begin(), letters.beginsWord.begin() + before, true);
    return letters.beginsWord[first] && words <= 1 &&
           std::all_of(letters.text.begin() + before, letters.text.end(), ascii::isHexDigit);
}

bool isHashInBase64(std::string_view text)
{
    constexpr std::size_t length = 44;  // of 32 bytes, with one = at the end
    if (text.size() == length + 2 && text.front() == text.back() && text.front() == '"') {
        text = text.substr(1, length);
    }
    return text.size() == length && text.back() == '=' &&
           std::all_of(text.begin(), text.end() - 1, [](char c) {
               return ascii::isAlphanumeric(c) || c == '+' || c == '/' || c == '-' || c == '_';
           });
}

std::string_view signedKindOf(BytesView bytes)
{
    if (bytes.empty()) {
        return {};
    }
    if (bytes.size() >= 2 && bytes[0] == 0x19 && (bytes[1] <= 0x01 || bytes[1] == 0x45)) {
        return bytes[1] == 0x45 ? "a message within a message" : "typed data";  // versions of EIP-191
    }
    const std::size_t legacyItems = countListItems(bytes);
    const bool hasEnvelope = bytes.front() >= 1 && bytes.front() <= lastEnvelope;
    const std::size_t typedItems = hasEnvelope ? countListItems(bytes.subspan(1)) : 0;
    if (bytes.front() == lastEnvelope && typedItems == 3) {
        return "an EVM account's delegation";
    }
    if (legacyItems == 6 || legacyItems >= 9 || typedItems >= 8 || decodeTransaction(bytes)) {
        return "an EVM transaction";
    }
    return solana::looksLikeTransaction(bytes) ? "a Solana transaction" : std::string_view();
}

}  // namespace

bool isPlainText(std::string_view text)
{
    if (!isWellFormedUtf8(text)) {
        return false;
    }
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool isControl = (byte < 0x20 && byte != '\n' && byte != '\r' && byte != '\t') || byte == 0x7f;
        // U+0080 to U+009F are 0xc2 and one byte up to 0x9f.
        const bool isHighControl = byte == 0xc2 && static_cast<unsigned char>(text[i + 1]) < 0xa0;
        if (isControl || isHighControl) {
            return false;
        }
    }
    return true;
}

bool looksLikeHash(BytesView message)
{
    if (message.size() == hashBytes) {
        return true;
    }
    const auto letters = lettersOf(asText(message));
    if (!letters) {
        return false;
    }
    const std::string& text = letters->text;
    const bool isNumber =
        text.size() >= leastDigits && text.size() <= mostDigits && std::ranges::all_of(text, ascii::isDigit);
    return endsInHashDigits(*letters) || isNumber || isHashInBase64(trimmed(asText(message)));
}

std::string_view transactionLike(BytesView message)
{
    const std::string_view kind = signedKindOf(message);
    return kind.empty() ? signedKindOf(bytesOfHexText(asText(message))) : kind;
}

std::string withBlankLettersNamed(std::string_view utf8, bool& changed)
{
    changed = false;
    const bool isAscii =
        std::ranges::all_of(utf8, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const auto text = isAscii ? std::nullopt : textFromUtf8(utf8);
    if (!text) {
        return std::string(utf8);
    }
    QString named;
    for (const char32_t character : text->toUcs4()) {
        if (isBlankLetter(character)) {
            changed = true;
            named +=
                QStringLiteral("[U+%1]").arg(static_cast<uint>(character), 4, 16, QLatin1Char('0')).toUpper();
        } else {
            named += QChar::fromUcs4(character);
        }
    }
    return named.toStdString();
}

}  // namespace countersign::meaning
