#include "core/chain/solana/offchain/SolanaSignIn.h"

#include "core/base/text/Ascii.h"
#include "core/chain/evm/message/SignInSyntax.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign {

namespace {

struct SolanaSignInText
{
    Q_DECLARE_TR_FUNCTIONS(SolanaSignInText)
};

constexpr std::size_t maxSignInBytes = 16 * 1024;
constexpr std::string_view greeting = " wants you to sign in with your Solana account:";
constexpr std::string_view resourcesLine = "Resources:";
constexpr std::string_view resourceMark = "- ";

tl::unexpected<Error> invalidSignIn(std::string_view part)
{
    return failure(ErrorCode::InvalidInput,
                   SolanaSignInText::tr("This is not a message of Sign-In with Solana."),
                   QString::fromLatin1(part.data(), static_cast<qsizetype>(part.size())));
}

bool isVersion(std::string_view text)
{
    return text == "1";
}

bool isChain(std::string_view text)
{
    static constexpr std::string_view chains[] = {
        "mainnet", "testnet", "devnet", "localnet", "solana:mainnet", "solana:testnet", "solana:devnet"};
    return std::ranges::find(chains, text) != std::end(chains);
}

bool isNonce(std::string_view text)
{
    return text.size() >= 8 && std::ranges::all_of(text, ascii::isAlphanumeric);
}

struct SignInField
{
    std::string_view label;
    std::optional<std::string> SolanaSignIn::*member;
    bool (*isValid)(std::string_view);
};

/// In their order; the resources come behind them.
constexpr SignInField fields[] = {
    {"URI: ", &SolanaSignIn::uri, isUri},
    {"Version: ", &SolanaSignIn::version, isVersion},
    {"Chain ID: ", &SolanaSignIn::chainId, isChain},
    {"Nonce: ", &SolanaSignIn::nonce, isNonce},
    {"Issued At: ", &SolanaSignIn::issuedAt, isRfc3339Time},
    {"Expiration Time: ", &SolanaSignIn::expirationTime, isRfc3339Time},
    {"Not Before: ", &SolanaSignIn::notBefore, isRfc3339Time},
    {"Request ID: ", &SolanaSignIn::requestId, isUriSegment},
};

bool readsLikeField(std::string_view line)
{
    return line == resourcesLine || std::ranges::any_of(fields, [line](const SignInField& field) {
               return line.starts_with(field.label);
           });
}

/// 1*( reserved / unreserved / " " )
bool isStatement(std::string_view text)
{
    static constexpr std::string_view others = " -._~:/?#[]@!$&'()*+,;=";
    return !text.empty() && std::ranges::all_of(text, [](char c) {
        return ascii::isAlphanumeric(c) || others.find(c) != std::string_view::npos;
    });
}

/// A LF at the end makes a last, empty line.
std::vector<std::string_view> linesOf(std::string_view text)
{
    std::vector<std::string_view> lines;
    for (std::size_t begin = 0;;) {
        const std::size_t end = text.find('\n', begin);
        lines.push_back(text.substr(begin, end - begin));
        if (end == std::string_view::npos) {
            return lines;
        }
        begin = end + 1;
    }
}

Status readGreeting(std::string_view line, std::string_view address, SolanaSignIn& signIn)
{
    if (!line.ends_with(greeting)) {
        return invalidSignIn("the first line");
    }
    line.remove_suffix(greeting.size());
    if (!parseUriAuthority(line)) {
        return invalidSignIn("the domain");
    }
    signIn.domain = line;
    const auto parsed = parseSolanaAddress(address);
    if (!parsed) {
        return invalidSignIn("the address");
    }
    signIn.address = *parsed;
    return {};
}

/// The lines behind an empty one: at least one field, in order, and nothing else.
Status readFields(const std::vector<std::string_view>& lines, std::size_t at, SolanaSignIn& signIn)
{
    for (const SignInField& field : fields) {
        if (at == lines.size() || !lines[at].starts_with(field.label)) {
            continue;
        }
        const std::string_view value = lines[at].substr(field.label.size());
        if (!field.isValid(value)) {
            return invalidSignIn(field.label);
        }
        signIn.*field.member = std::string(value);
        ++at;
    }
    if (at < lines.size() && lines[at] == resourcesLine) {
        signIn.resources.emplace();
        for (++at; at < lines.size() && lines[at].starts_with(resourceMark); ++at) {
            const std::string_view resource = lines[at].substr(resourceMark.size());
            if (!isUri(resource)) {
                return invalidSignIn("a resource");
            }
            signIn.resources->emplace_back(resource);
        }
    }
    return at == lines.size() ? Status() : invalidSignIn("a line that is no field, or out of order");
}

}  // namespace

Result<SolanaSignIn> parseSolanaSignIn(std::string_view text)
{
    if (text.size() > maxSignInBytes) {
        return invalidSignIn("too long");
    }
    const auto lines = linesOf(text);
    SolanaSignIn signIn;
    if (lines.size() < 2) {
        return invalidSignIn("the first line");
    }
    RETURN_IF_ERROR(readGreeting(lines[0], lines[1], signIn));
    std::size_t at = 2;
    // A block is an empty line and something behind it.
    const auto isBlock = [&] { return at + 1 < lines.size() && lines[at].empty(); };
    if (isBlock() && !readsLikeField(lines[at + 1])) {
        if (!isStatement(lines[at + 1])) {
            return invalidSignIn("the statement");
        }
        signIn.statement = std::string(lines[at + 1]);
        at += 2;
    }
    if (at == lines.size()) {
        return signIn;
    }
    if (!isBlock() || !readsLikeField(lines[at + 1])) {
        return invalidSignIn("the lines behind the statement");
    }
    RETURN_IF_ERROR(readFields(lines, at + 1, signIn));
    return signIn;
}

std::string toText(const SolanaSignIn& signIn)
{
    std::string text = signIn.domain + std::string(greeting) + '\n' + toText(signIn.address);
    if (signIn.statement) {
        text += "\n\n" + *signIn.statement;
    }
    std::string block;
    for (const SignInField& field : fields) {
        if (const auto& value = signIn.*field.member) {
            block += '\n' + std::string(field.label) + *value;
        }
    }
    if (signIn.resources) {
        block += '\n' + std::string(resourcesLine);
        for (const std::string& resource : *signIn.resources) {
            block += '\n' + std::string(resourceMark) + resource;
        }
    }
    return block.empty() ? text : text + '\n' + block;
}

}  // namespace countersign
