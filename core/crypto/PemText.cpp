#include "core/crypto/PemText.h"

#include <QCoreApplication>

namespace countersign {

namespace {

constexpr std::string_view byteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view beginMark = "-----BEGIN ";
constexpr std::string_view endMark = "-----END ";
constexpr std::string_view dashes = "-----";
constexpr std::size_t maxLabel = 64;
constexpr std::string_view space = " \t\r\n";

void trim(std::string_view& text)
{
    const std::size_t first = text.find_first_not_of(space);
    if (first == std::string_view::npos) {
        text = {};
        return;
    }
    text = text.substr(first, text.find_last_not_of(space) - first + 1);
}

void unquote(std::string_view& text)
{
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front()) {
        text.remove_prefix(1);
        text.remove_suffix(1);
    }
}

/// Writes text with its literal escapes resolved; out has room for text.size() bytes.
std::size_t unescape(std::string_view text, std::uint8_t* out)
{
    std::size_t written = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '\\' && i + 1 < text.size() && (text[i + 1] == 'n' || text[i + 1] == 'r')) {
            c = text[i + 1] == 'n' ? '\n' : '\r';
            ++i;
        }
        out[written++] = static_cast<std::uint8_t>(c);
    }
    return written;
}

}  // namespace

Result<SecretBytes> normalisePem(BytesView bytes)
{
    if (bytes.size() > pemMaxBytes) {
        return failure(
            ErrorCode::InvalidInput,
            QCoreApplication::translate("PemText", "This file is too large to be a key in PEM form."),
            QStringLiteral("%1 bytes, at most %2").arg(bytes.size()).arg(pemMaxBytes));
    }
    std::string_view text = asText(bytes);
    if (text.find('\0') != std::string_view::npos) {
        return failure(ErrorCode::InvalidInput,
                       QCoreApplication::translate("PemText", "This is not a key in PEM form."),
                       QStringLiteral("a zero byte inside"));
    }
    if (text.starts_with(byteOrderMark)) {
        text.remove_prefix(byteOrderMark.size());
    }
    trim(text);
    unquote(text);
    trim(text);
    SecretBytes pem(text.size() + 1);
    const std::size_t written = unescape(text, pem.data());
    pem.data()[written] = '\n';
    pem.truncate(written + 1);
    return pem;
}

std::vector<PemBlock> pemBlocks(std::string_view text)
{
    std::vector<PemBlock> blocks;
    while (true) {
        const std::size_t begin = text.find(beginMark);
        if (begin == std::string_view::npos) {
            return blocks;
        }
        text.remove_prefix(begin + beginMark.size());
        const std::size_t labelEnd = text.find(dashes);
        if (labelEnd == std::string_view::npos) {
            return blocks;
        }
        if (labelEnd > maxLabel) {
            continue;
        }
        PemBlock block{std::string(text.substr(0, labelEnd)), false};
        text.remove_prefix(labelEnd + dashes.size());
        const std::string_view body = text.substr(0, text.find(endMark));
        block.encrypted = block.label == "ENCRYPTED PRIVATE KEY" ||
                          body.find("Proc-Type: 4,ENCRYPTED") != std::string_view::npos;
        blocks.push_back(std::move(block));
    }
}

}  // namespace countersign
