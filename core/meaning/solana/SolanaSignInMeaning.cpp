#include "core/meaning/solana/SolanaSignInMeaning.h"

#include "core/base/text/Ascii.h"
#include "core/base/text/SanitizedText.h"
#include "core/chain/evm/message/SignInSyntax.h"
#include "core/meaning/solana/SolanaScene.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

/// "user@host:443" is "host"; the port of https may be left out.
std::string siteOf(std::string_view authority)
{
    const std::size_t at = authority.rfind('@');
    std::string site = ascii::lowered(at == std::string_view::npos ? authority : authority.substr(at + 1));
    constexpr std::string_view httpsPort = ":443";
    if (site.ends_with(httpsPort)) {
        site.resize(site.size() - httpsPort.size());
    }
    return site;
}

/// Between the "//" right behind the scheme and what ends it; nothing for a URI without one.
std::optional<std::string_view> authorityIn(std::string_view uri)
{
    const std::size_t colon = uri.find(':');
    if (colon == std::string_view::npos || !isUriScheme(uri.substr(0, colon)) ||
        !uri.substr(colon).starts_with("://")) {
        return std::nullopt;
    }
    const std::string_view rest = uri.substr(colon + 3);
    // A browser takes a backslash for a slash: what is behind it is not of the site either.
    return rest.substr(0, rest.find_first_of("/?#\\"));
}

void addFinding(Meaning& meaning, std::string_view id, Severity severity, std::string title,
                std::string detail, std::vector<std::string> addresses = {})
{
    meaning.findings.push_back({"message.signIn." + std::string(id), severity, std::move(title),
                                std::move(detail), std::move(addresses)});
}

void checkSolanaSignInSites(const SolanaSignIn& signIn, const SolanaContext& context, Meaning& meaning)
{
    const auto authority = signIn.uri ? authorityIn(*signIn.uri) : std::nullopt;
    const std::string site = siteOf(signIn.domain);
    const bool isOtherUri = signIn.uri && (!authority || siteOf(*authority) != site);
    if (!context.domain.empty() &&
        (site != siteOf(context.domain) || (authority && siteOf(*authority) != siteOf(context.domain)))) {
        addFinding(meaning, "domainMismatch", Severity::Critical, "Sign-in to another site",
                   context.domain + " asks for it, but it signs in to " + signIn.domain + ".");
    }
    if (isOtherUri) {
        addFinding(meaning, "uriMismatch", Severity::Warning, "The URI is of another site",
                   "The sign-in is to " + signIn.domain + ", its URI is " + *signIn.uri + ".");
    }
    const bool hasUser = signIn.domain.find('@') != std::string::npos ||
                         (authority && authority->find('@') != std::string_view::npos);
    if (hasUser) {
        addFinding(meaning, "userInfo", Severity::Critical, "A name before the site",
                   "What stands before an @ is no site. The sign-in is to " + site + ".");
    }
}

/// "mainnet" and "solana:mainnet" for solanaMainnet.
std::string chainNameOf(const SolanaContext& context)
{
    return context.chain == solanaMainnet                               ? "mainnet"
           : context.chain == "solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1" ? "devnet"
           : context.chain == "solana:4uhcVJyU9pJkvQyS88uRDiswHXSCkY3z" ? "testnet"
                                                                        : std::string();
}

void checkSolanaSignInContext(const SolanaSignIn& signIn, const SolanaContext& context, Meaning& meaning)
{
    if (context.wallet && *context.wallet != signIn.address) {
        addFinding(
            meaning, "addressMismatch", Severity::Critical, "Sign-in of another account",
            "The sign-in is of " + toText(signIn.address) + ", but " + toText(*context.wallet) + " signs.",
            {toText(signIn.address), toText(*context.wallet)});
    }
    const std::string expected = chainNameOf(context);
    constexpr std::string_view prefix = "solana:";
    if (signIn.chainId && !expected.empty()) {
        const std::string_view chain = *signIn.chainId;
        if ((chain.starts_with(prefix) ? chain.substr(prefix.size()) : chain) != expected) {
            addFinding(meaning, "chainMismatch", Severity::Warning, "Sign-in for another network",
                       "The sign-in is for " + *signIn.chainId + ", the wallet is on " + expected + ".");
        }
    }
}

}  // namespace

Meaning solanaSignInMeaning(const SolanaSignIn& signIn, const SolanaContext& context)
{
    Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Sign in to " + signIn.domain + " as " + briefAddress(signIn.address);
    const auto add = [&meaning](const char* label, const std::optional<std::string>& value,
                                const char* path) {
        if (value) {
            meaning.fields.push_back({label, *value, path});
        }
    };
    add("Domain", signIn.domain, "domain");
    add("Account", toText(signIn.address), "address");
    add("Statement", signIn.statement, "statement");
    add("URI", signIn.uri, "uri");
    add("Version", signIn.version, "version");
    add("Chain", signIn.chainId, "chainId");
    add("Nonce", signIn.nonce, "nonce");
    add("Issued at", signIn.issuedAt, "issuedAt");
    add("Expires at", signIn.expirationTime, "expirationTime");
    add("Not before", signIn.notBefore, "notBefore");
    add("Request", signIn.requestId, "requestId");
    const std::vector<std::string> none;
    for (const std::string& resource : signIn.resources ? *signIn.resources : none) {
        meaning.fields.push_back({"Resource", resource, "resources"});
    }
    checkSolanaSignInSites(signIn, context, meaning);
    checkSolanaSignInContext(signIn, context, meaning);
    return meaning;
}

bool looksLikeSolanaSignIn(std::string_view text)
{
    // In one line, without what nobody sees.
    const std::string lower = ascii::lowered(sanitizedText(text).toStdString());
    return lower.find("wants you to sign in with") != std::string::npos;
}

}  // namespace countersign::meaning
