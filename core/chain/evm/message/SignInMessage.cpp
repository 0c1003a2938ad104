#include "core/chain/evm/message/SignInMessage.h"

#include "core/base/text/Ascii.h"
#include "core/base/text/Utf8.h"
#include "core/chain/evm/message/SignInSyntax.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <vector>

namespace countersign {

namespace {

struct SignInMessageText
{
    Q_DECLARE_TR_FUNCTIONS(SignInMessageText)
};

constexpr std::size_t maxBytes = 16 * 1024;
constexpr std::string_view greeting = " wants you to sign in with your Ethereum account:";

tl::unexpected<Error> invalidSignIn(const char* what)
{
    return failure(ErrorCode::InvalidInput,
                   SignInMessageText::tr("This is not a sign-in message (EIP-4361)."),
                   QString::fromLatin1(what));
}

/// reserved / unreserved / " "
bool isStatement(std::string_view text)
{
    static constexpr std::string_view others = " -._~:/?#[]@!$&'()*+,;=";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ascii::isAlphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

bool isNonce(std::string_view text)
{
    return text.size() >= 8 && std::ranges::all_of(text, ascii::isAlphanumeric);
}

/// The lines of a text, one after the other. A LF at its end makes a last, empty line.
class Lines
{
public:
    explicit Lines(std::string_view text) : m_rest(text) {}

    bool atEnd() const { return m_ended; }

    std::string_view peek() const
    {
        return m_ended ? std::string_view() : m_rest.substr(0, m_rest.find('\n'));
    }

    std::string_view take()
    {
        const std::string_view line = peek();
        m_ended = m_ended || line.size() == m_rest.size();
        m_rest.remove_prefix(m_ended ? m_rest.size() : line.size() + 1);
        return line;
    }

    /// The rest of the next line, where it begins with label.
    std::optional<std::string_view> takeLabelled(std::string_view label)
    {
        if (m_ended || !peek().starts_with(label)) {
            return std::nullopt;
        }
        return take().substr(label.size());
    }

private:
    std::string_view m_rest;
    bool m_ended = false;
};

Status readGreeting(Lines& lines, SignInMessage& message)
{
    std::string_view line = lines.take();
    if (!line.ends_with(greeting)) {
        return invalidSignIn("the first line");
    }
    line.remove_suffix(greeting.size());
    if (const std::size_t mark = line.find("://"); mark != std::string_view::npos) {
        if (!isUriScheme(line.substr(0, mark))) {
            return invalidSignIn("the scheme");
        }
        message.scheme = line.substr(0, mark);
        line.remove_prefix(mark + 3);
    }
    if (!parseUriAuthority(line)) {
        return invalidSignIn("the domain");
    }
    message.domain = line;
    const std::string_view address = lines.take();
    const auto parsed = parseEvmAddress(address);
    // All letters of one case carry no checksum.
    if (!parsed || toText(*parsed) != address) {
        return invalidSignIn("the address");
    }
    message.address = *parsed;
    return {};
}

Status readStatement(Lines& lines, SignInMessage& message)
{
    if (!lines.take().empty()) {
        return invalidSignIn("the line behind the address");
    }
    if (!lines.peek().empty()) {
        if (!isStatement(lines.peek())) {
            return invalidSignIn("the statement");
        }
        message.statement = lines.take();
    }
    return !lines.atEnd() && lines.take().empty() ? Status() : invalidSignIn("the line before the URI");
}

Status readRequired(Lines& lines, SignInMessage& message)
{
    const auto uri = lines.takeLabelled("URI: ");
    if (!uri || !isUri(*uri)) {
        return invalidSignIn("the URI");
    }
    if (lines.takeLabelled("Version: ") != "1") {
        return invalidSignIn("the version");
    }
    const auto chain = lines.takeLabelled("Chain ID: ");
    const bool isDecimal = chain && !chain->starts_with("0x") && !chain->starts_with("0X");
    const auto chainId = isDecimal ? parseQuantity(*chain) : Result<Uint256>(invalidSignIn("no number"));
    if (!chainId) {
        return invalidSignIn("the chain");
    }
    const auto nonce = lines.takeLabelled("Nonce: ");
    if (!nonce || !isNonce(*nonce)) {
        return invalidSignIn("the nonce");
    }
    const auto issuedAt = lines.takeLabelled("Issued At: ");
    if (!issuedAt || !isRfc3339Time(*issuedAt)) {
        return invalidSignIn("the time of issue");
    }
    message.uri = *uri;
    message.chainId = *chainId;
    message.nonce = *nonce;
    message.issuedAt = *issuedAt;
    return {};
}

Status readOptional(Lines& lines, SignInMessage& message)
{
    struct OptionalField
    {
        std::string_view label;
        std::optional<std::string> SignInMessage::*member;
        bool (*isValid)(std::string_view);
    };
    static constexpr std::array fields = {
        OptionalField{"Expiration Time: ", &SignInMessage::expirationTime, isRfc3339Time},
        OptionalField{"Not Before: ", &SignInMessage::notBefore, isRfc3339Time},
        OptionalField{"Request ID: ", &SignInMessage::requestId, isUriSegment}};
    for (const OptionalField& field : fields) {
        if (const auto value = lines.takeLabelled(field.label)) {
            if (!field.isValid(*value)) {
                return invalidSignIn(field.label.data());
            }
            message.*field.member = std::string(*value);
        }
    }
    if (lines.atEnd()) {
        return {};
    }
    if (lines.take() != "Resources:") {
        return invalidSignIn("a line that is no field, or out of order");
    }
    while (!lines.atEnd()) {
        const auto resource = lines.takeLabelled("- ");
        if (!resource || !isUri(*resource)) {
            return invalidSignIn("a resource");
        }
        message.resources.emplace_back(*resource);
    }
    return {};
}

/// Letters and digits as they are seen: wide, bold and circled ones as plain ones (NFKC), in lower case, and
/// '?' for each beyond ASCII, which may look like any. Marks and blanks are left out.
std::string seenLetters(std::string_view utf8)
{
    const bool isAscii =
        std::ranges::all_of(utf8, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const auto text = isAscii ? std::nullopt : textFromUtf8(utf8);
    const std::string folded =
        text ? text->normalized(QString::NormalizationForm_KC).toStdString() : std::string(utf8);
    std::string letters;
    for (const char c : folded) {
        const auto byte = static_cast<unsigned char>(c);
        if (ascii::isAlphanumeric(c)) {
            letters += ascii::lower(c);
        } else if (byte >= 0xc0) {
            letters += '?';  // one for each character of several bytes
        }
    }
    return letters;
}

/// Whether the words stand in the letters, of which '?' may be one letter of them or none. A third of the
/// letters must be there as they are, so that a text of another script is not one.
bool holdsWords(std::string_view letters, std::string_view words)
{
    constexpr int never = -1'000;
    const int enough = static_cast<int>(words.size() / 3);
    // How many letters are the same, at best, when so many of the words have been read.
    std::vector<int> best(words.size() + 1, never);
    for (const char c : letters) {
        best[0] = 0;
        for (std::size_t i = words.size(); i > 0; --i) {
            const bool isAny = c == '?';
            const int stayed = isAny ? best[i] : never;
            const int went = c == words[i - 1] ? best[i - 1] + 1 : (isAny ? best[i - 1] : never);
            best[i] = std::max(stayed, went);
        }
        if (best.back() >= enough) {
            return true;
        }
    }
    return false;
}

}  // namespace

Result<SignInMessage> parseSignInMessage(std::string_view text)
{
    if (text.size() > maxBytes) {
        return invalidSignIn("too long");
    }
    Lines lines(text);
    SignInMessage message;
    RETURN_IF_ERROR(readGreeting(lines, message));
    RETURN_IF_ERROR(readStatement(lines, message));
    RETURN_IF_ERROR(readRequired(lines, message));
    RETURN_IF_ERROR(readOptional(lines, message));
    return message;
}

bool looksLikeSignIn(std::string_view text)
{
    // Any chain's, in any case and however the words are spaced.
    static constexpr std::string_view words = "wantsyoutosigninwithyour";
    return holdsWords(seenLetters(text), words);
}

}  // namespace countersign
