#include "core/meaning/messages/SignInMeaning.h"

#include "core/base/text/Ascii.h"
#include "core/chain/evm/message/SignInSyntax.h"
#include "core/meaning/evm/EvmScene.h"

#include <algorithm>

namespace countersign::meaning {

namespace {

bool sameText(std::string_view a, std::string_view b)
{
    constexpr auto lower = ascii::lower;
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// Host and port; the port of https may be left out.
bool sameSite(std::string_view a, std::string_view b)
{
    const auto left = parseUriAuthority(a);
    const auto right = parseUriAuthority(b);
    const auto portOf = [](const UriAuthority& authority) {
        const std::string_view port = authority.port.value_or("");
        return port == "443" ? std::string_view() : port;
    };
    return left && right && sameText(left->host, right->host) && portOf(*left) == portOf(*right);
}

Finding critical(std::string id, std::string title, std::string detail)
{
    return {"message.signIn." + std::move(id), Severity::Critical, std::move(title), std::move(detail), {}};
}

void checkSignInSites(const SignInMessage& signIn, const EvmContext& context, Meaning& meaning)
{
    const auto uriSite = authorityOfUri(signIn.uri);
    const bool isOtherUri = uriSite && !sameSite(*uriSite, context.domain);
    if (!context.domain.empty() && (!sameSite(signIn.domain, context.domain) || isOtherUri)) {
        meaning.findings.push_back(critical(
            "domainMismatch", "Sign-in to another site",
            context.domain + " asks for it, but it signs in to " + signIn.domain + " (" + signIn.uri + ")."));
    }
    if (!uriSite || !sameSite(*uriSite, signIn.domain)) {
        meaning.findings.push_back({"message.signIn.uriMismatch",
                                    Severity::Warning,
                                    "The URI is of another site",
                                    "The sign-in is to " + signIn.domain + ", its URI is " + signIn.uri + ".",
                                    {}});
    }
    const bool hasUser = signIn.domain.find('@') != std::string::npos ||
                         (uriSite && uriSite->find('@') != std::string_view::npos);
    if (hasUser) {
        const auto authority = parseUriAuthority(signIn.domain);
        meaning.findings.push_back(critical("userInfo", "A name before the site",
                                            "What stands before an @ is no site. The sign-in is to " +
                                                (authority ? std::string(authority->host) : signIn.domain) +
                                                ", its URI is " + signIn.uri + "."));
    }
}

/// Letters beyond ASCII are written in names of sites as xn--…, and many of them look like plain ones.
bool hasPunycode(std::string_view site)
{
    constexpr std::string_view mark = "xn--";
    for (std::size_t i = 0; i + mark.size() <= site.size(); ++i) {
        if (sameText(site.substr(i, mark.size()), mark) && (i == 0 || site[i - 1] == '.')) {
            return true;
        }
    }
    return false;
}

void checkLetters(const SignInMessage& signIn, Meaning& meaning)
{
    const auto authority = parseUriAuthority(signIn.domain);
    if (authority && hasPunycode(authority->host)) {
        meaning.findings.push_back({"message.signIn.punycode",
                                    Severity::Warning,
                                    "The site's name has foreign letters",
                                    "The name " + std::string(authority->host) +
                                        " stands for letters beyond ASCII. A browser may show it as the name "
                                        "of another site.",
                                    {}});
    }
}

void checkSignInContext(const SignInMessage& signIn, const EvmContext& context, Meaning& meaning)
{
    if (context.from && *context.from != signIn.address) {
        Finding finding = critical(
            "addressMismatch", "Sign-in of another account",
            "The sign-in is of " + toText(signIn.address) + ", but " + toText(*context.from) + " signs.");
        finding.addresses = {toText(signIn.address), toText(*context.from)};
        meaning.findings.push_back(std::move(finding));
    }
    if (context.chain && *context.chain != signIn.chainId) {
        meaning.findings.push_back({"message.signIn.chainMismatch",
                                    Severity::Warning,
                                    "Sign-in for another chain",
                                    "The sign-in is for chain " + toDecimal(signIn.chainId) +
                                        ", the job is for chain " + toDecimal(*context.chain) + ".",
                                    {}});
    }
}

void addSignInFields(const SignInMessage& signIn, const Knowledge& knowledge, Meaning& meaning)
{
    const auto add = [&meaning](const char* label, const std::optional<std::string>& value,
                                const char* path) {
        if (value) {
            meaning.fields.push_back({label, *value, path});
        }
    };
    const KnownChain* chain = knowledge.lists.evmChain(signIn.chainId);
    const std::string number = toDecimal(signIn.chainId);
    add("Scheme", signIn.scheme, "scheme");
    add("Domain", signIn.domain, "domain");
    add("Account", toText(signIn.address), "address");
    add("Statement", signIn.statement, "statement");
    add("URI", signIn.uri, "uri");
    add("Chain", chain != nullptr ? chain->name + " (" + number + ")" : number, "chainId");
    add("Nonce", signIn.nonce, "nonce");
    add("Issued at", signIn.issuedAt, "issuedAt");
    add("Expires at", signIn.expirationTime, "expirationTime");
    add("Not before", signIn.notBefore, "notBefore");
    add("Request", signIn.requestId, "requestId");
    for (std::size_t i = 0; i < signIn.resources.size(); ++i) {
        meaning.fields.push_back({"Resource", signIn.resources[i], "resources[" + std::to_string(i) + "]"});
    }
}

void checkCapabilities(const SignInMessage& signIn, Meaning& meaning)
{
    const bool hasCapabilities = std::ranges::any_of(signIn.resources, [](std::string_view resource) {
        return sameText(resource.substr(0, std::string_view("urn:recap:").size()), "urn:recap:");
    });
    if (hasCapabilities) {
        meaning.doNotUnderstand({"message.signIn.capability",
                                 Severity::Warning,
                                 "It hands over capabilities",
                                 "A resource of the sign-in (urn:recap, EIP-5573) lets " + signIn.uri +
                                     " act for the account. What it may do is not read here.",
                                 {}});
    }
}

}  // namespace

Meaning signInMeaning(const SignInMessage& signIn, const EvmContext& context, const Knowledge& knowledge)
{
    Meaning meaning;
    meaning.understood = true;
    meaning.intent = "Sign in to " + signIn.domain + " as " + briefAddress(signIn.address) + " on chain " +
                     toDecimal(signIn.chainId);
    addSignInFields(signIn, knowledge, meaning);
    checkSignInSites(signIn, context, meaning);
    checkLetters(signIn, meaning);
    checkSignInContext(signIn, context, meaning);
    checkCapabilities(signIn, meaning);
    return meaning;
}

}  // namespace countersign::meaning
