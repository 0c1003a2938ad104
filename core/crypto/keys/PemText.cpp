#include "core/crypto/keys/PemText.h"

#include "core/base/text/Ascii.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <optional>

namespace countersign {

namespace {

struct PemTextText
{
    Q_DECLARE_TR_FUNCTIONS(PemTextText)
};

constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view beginMark = "-----BEGIN ";
constexpr std::string_view endMark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t maxLabel = 64;
constexpr std::size_t lineLength = 64;
constexpr std::string_view pemSpace = " \t\r\n\v\f";
constexpr std::string_view processType = "Proc-Type:";
constexpr std::string_view keyInfo = "DEK-Info:";

/// What web pages, chats and word processors put in the place of a space or between characters: no-break
/// space, zero-width space, line and paragraph separator, ideographic space, byte-order mark.
constexpr std::array<std::string_view, 6> foreignSpaces = {"\xc2\xa0",     "\xe2\x80\x8b", "\xe2\x80\xa8",
                                                           "\xe2\x80\xa9", "\xe3\x80\x80", byteOrderMark};

void trimPem(std::string_view& text)
{
    const std::size_t first = text.find_first_not_of(pemSpace);
    if (first == std::string_view::npos) {
        text = {};
        return;
    }
    text = text.substr(first, text.find_last_not_of(pemSpace) - first + 1);
}

void unquotePem(std::string_view& text)
{
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
        text.remove_prefix(1);
        text.remove_suffix(1);
    }
}

/// The line end that stands literally at the start of text: its length and what it means. Shells, JSON and
/// YAML double the backslash each time that they are passed through.
std::size_t literalLineEnd(std::string_view text, char& meaning)
{
    const std::size_t letter = text.find_first_not_of('\\');
    if (letter == 0 || letter == std::string_view::npos || (text[letter] != 'n' && text[letter] != 'r')) {
        return 0;
    }
    meaning = text[letter] == 'n' ? '\n' : '\r';
    return letter + 1;
}

/// Writes text with its literal line ends and foreign spaces resolved; out has room for text.size() bytes.
std::size_t unescapePem(std::string_view text, std::uint8_t* out)
{
    std::size_t written = 0;
    while (!text.empty()) {
        char c = text.front();
        std::size_t length = 1;
        if (c == '\\') {
            length = std::max<std::size_t>(literalLineEnd(text, c), 1);
        } else if (static_cast<unsigned char>(c) >= 0x80) {
            for (const std::string_view space : foreignSpaces) {
                if (text.starts_with(space)) {
                    c = ' ';
                    length = space.size();
                }
            }
        }
        out[written++] = static_cast<std::uint8_t>(c);
        text.remove_prefix(length);
    }
    return written;
}

bool isPemCharacter(char c)
{
    return ascii::isAlphanumeric(c) || c == '+' || c == '/' || c == '=';
}

/// JSON and shells leave them between the characters of a body.
bool isWrapping(char c)
{
    return pemSpace.find(c) != std::string_view::npos || c == '\\' || c == '"' || c == '\'';
}

/// One block as it was found; the views lie in the text that was given.
struct FoundBlock
{
    std::string_view label;
    std::string_view body;
    bool ended = false;  ///< by an END mark with the same label
};

/// Takes the next block from the front of text.
std::optional<FoundBlock> takeBlock(std::string_view& text)
{
    for (;;) {
        const std::size_t begin = text.find(beginMark);
        if (begin == std::string_view::npos) {
            return std::nullopt;
        }
        text.remove_prefix(begin + beginMark.size());
        const std::size_t labelEnd = text.find(dashes);
        if (labelEnd == std::string_view::npos) {
            return std::nullopt;
        }
        if (labelEnd > maxLabel) {
            continue;
        }
        FoundBlock block{text.substr(0, labelEnd), {}, false};
        text.remove_prefix(labelEnd + dashes.size());
        const std::size_t end = std::min(text.find(endMark), text.find(beginMark));
        block.body = text.substr(0, end);
        text.remove_prefix(block.body.size());
        if (text.starts_with(endMark)) {
            const std::string_view behind = text.substr(endMark.size());
            block.ended =
                behind.starts_with(block.label) && behind.substr(block.label.size()).starts_with(dashes);
        }
        return block;
    }
}

/// The header's value, taken from the front of body, where lines may have become one. Empty when it is not
/// there.
std::string_view takeHeader(std::string_view& body, std::string_view name)
{
    if (!body.starts_with(name)) {
        return {};
    }
    std::string_view rest = body.substr(name.size());
    rest.remove_prefix(std::min(rest.find_first_not_of(pemSpace), rest.size()));
    const std::string_view value = rest.substr(0, rest.find_first_of(pemSpace));
    body = rest.substr(value.size());
    body.remove_prefix(std::min(body.find_first_not_of(pemSpace), body.size()));
    return value;
}

/// Why this class exists: writes blocks as OpenSSL's own writer does, straight into guarded memory.
class PemWriter
{
public:
    explicit PemWriter(std::size_t most) : m_pem(most) {}

    void add(const FoundBlock& block)
    {
        put(beginMark);
        put(block.label);
        put(dashes);
        put("\n");
        addBody(block.body);
        if (block.ended) {
            put(endMark);
            put(block.label);
            put(dashes);
            put("\n");
        }
    }

    SecretBytes take()
    {
        m_pem.truncate(m_size);
        return std::move(m_pem);
    }

private:
    void put(std::string_view text)
    {
        std::copy(text.begin(), text.end(), m_pem.data() + m_size);
        m_size += text.size();
    }

    void addBody(std::string_view body)
    {
        trimPem(body);
        std::string_view content = body;
        const std::string_view type = takeHeader(content, processType);
        const std::string_view info = takeHeader(content, keyInfo);
        if (!std::all_of(content.begin(), content.end(),
                         [](char c) { return isPemCharacter(c) || isWrapping(c); })) {
            put(body);
            put("\n");
            return;
        }
        if (!type.empty()) {
            put("Proc-Type: ");
            put(type);
            put("\n");
        }
        if (!info.empty()) {
            put("DEK-Info: ");
            put(info);
            put("\n");
        }
        if (!type.empty() || !info.empty()) {
            put("\n");
        }
        std::size_t inLine = 0;
        for (const char c : content) {
            if (isWrapping(c)) {
                continue;
            }
            if (inLine == lineLength) {
                put("\n");
                inLine = 0;
            }
            put(std::string_view(&c, 1));
            ++inLine;
        }
        put("\n");
    }

    SecretBytes m_pem;
    std::size_t m_size = 0;
};

}  // namespace

Result<SecretBytes> normalisePem(BytesView bytes)
{
    if (bytes.size() > pemMaxBytes) {
        return failure(ErrorCode::InvalidInput,
                       PemTextText::tr("This file is too large to be a key in PEM form."),
                       QStringLiteral("%1 bytes, at most %2").arg(bytes.size()).arg(pemMaxBytes));
    }
    std::string_view text = asText(bytes);
    if (text.find('\0') != std::string_view::npos) {
        return failure(ErrorCode::InvalidInput, PemTextText::tr("This is not a key in PEM form."),
                       QStringLiteral("a zero byte inside"));
    }
    if (text.starts_with(byteOrderMark)) {
        text.remove_prefix(byteOrderMark.size());
    }
    trimPem(text);
    unquotePem(text);
    trimPem(text);
    SecretBytes plain(text.size() + 1);
    const std::size_t size = unescapePem(text, plain.data());
    plain.data()[size] = '\n';
    plain.truncate(size + 1);

    std::string_view rest = plain.text();
    // A newline for each line of 64 characters, two spaces and three newlines more for each block and its
    // headers.
    PemWriter writer(2 * plain.size() + 16);
    bool found = false;
    while (const auto block = takeBlock(rest)) {
        writer.add(*block);
        found = true;
    }
    return found ? writer.take() : std::move(plain);
}

std::vector<PemBlock> pemBlocks(std::string_view text)
{
    std::vector<PemBlock> blocks;
    while (const auto found = takeBlock(text)) {
        std::string_view body = found->body;
        trimPem(body);
        const bool byHeader = takeHeader(body, processType) == "4,ENCRYPTED";
        const std::string_view info = takeHeader(body, keyInfo);
        blocks.push_back({std::string(found->label), byHeader || found->label == "ENCRYPTED PRIVATE KEY",
                          std::string(info.substr(0, info.find(',')))});
    }
    return blocks;
}

}  // namespace countersign
