#include "core/meaning/descriptors/files/DataProvider.h"

#include "core/base/encoding/Json.h"
#include "core/crypto/primitives/Sha256.h"
#include "core/meaning/descriptors/binding/DescriptorScope.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

struct DataProviderText
{
    Q_DECLARE_TR_FUNCTIONS(DataProviderText)
};

constexpr std::size_t maxNameBytes = 256;
constexpr int maxProvidedDecimals = 36;

tl::unexpected<Error> invalidProvider(const std::string& detail)
{
    return failure(ErrorCode::InvalidInput,
                   DataProviderText::tr("This is not the data provider of a registry test."),
                   QString::fromStdString(detail));
}

/// Whatever the case of its letters: the registry writes them as they come.
Result<std::string> providedAddressOf(std::string text)
{
    std::ranges::transform(text, text.begin(), [](char c) {
        return c >= 'A' && c <= 'F' ? static_cast<char>(c + ('a' - 'A')) : c;
    });
    return parseEvmAddress(text).map([](const EvmAddress& address) { return toText(address); });
}

Result<std::string> nameIn(const Json& value)
{
    const std::string name = value.is_string() ? value.get<std::string>() : std::string();
    return name.empty() || name.size() > maxNameBytes ? invalidProvider("a name is missing or too long")
                                                      : Result<std::string>(name);
}

Status addTokens(KnownLists& lists, const Json& tokens, const std::optional<Uint256>& chainId)
{
    for (const auto& [text, token] : tokens.items()) {
        const Json* symbol = memberOf(&token, "symbol");
        const Json* name = memberOf(&token, "name");
        const Json* decimals = memberOf(&token, "decimals");
        if (symbol == nullptr || name == nullptr || decimals == nullptr || !decimals->is_number_unsigned() ||
            decimals->get<std::uint64_t>() > maxProvidedDecimals) {
            return invalidProvider("a token without symbol, name or decimals: " + text);
        }
        KnownToken known;
        ASSIGN_OR_RETURN(known.address, providedAddressOf(text));
        ASSIGN_OR_RETURN(known.symbol, nameIn(*symbol));
        ASSIGN_OR_RETURN(known.name, nameIn(*name));
        known.decimals = static_cast<int>(decimals->get<std::uint64_t>());
        known.chain = providedTokens;
        lists.add(known);
        known.chain = chainId ? caip2OfEvm(*chainId) : std::string(providedTokens);
        if (lists.token(known.chain, known.address) == nullptr) {
            lists.add(known);
        }
    }
    return {};
}

Status addNames(KnownLists& lists, const Json& names, std::string_view space)
{
    for (const auto& [text, value] : names.items()) {
        KnownContract known;
        known.chain = space;
        known.kind = providedNameKind;
        ASSIGN_OR_RETURN(known.address, providedAddressOf(text));
        ASSIGN_OR_RETURN(known.name, nameIn(value));
        lists.add(std::move(known));
    }
    return {};
}

}  // namespace

Status addDataProvider(KnownLists& lists, std::string_view text, const std::optional<Uint256>& chainId)
{
    static constexpr std::array<std::pair<const char*, std::string_view>, 3> spaces{
        {{"addressNames", providedLocalNames},
         {"ensNames", providedEnsNames},
         {"nftCollectionNames", providedCollections}}};
    ASSIGN_OR_RETURN(const Json json,
                     parseJson(text, {.maxBytes = 1'048'576, .maxDepth = 64, .maxValues = 200'000}));
    if (!json.is_object()) {
        return invalidProvider("no object");
    }
    // A test file without a data provider brings none.
    const Json* inside = memberOf(&json, "dataProvider");
    const bool isTestFile = json.contains("tests");
    const Json* provider = inside != nullptr || isTestFile ? inside : &json;
    const Json* tokens = memberOf(provider, "tokens");
    if (tokens != nullptr) {
        RETURN_IF_ERROR(tokens->is_object() ? addTokens(lists, *tokens, chainId)
                                            : Status(invalidProvider("tokens")));
    }
    for (const auto& [member, space] : spaces) {
        const Json* names = memberOf(provider, member);
        if (names != nullptr) {
            RETURN_IF_ERROR(names->is_object() ? addNames(lists, *names, space)
                                               : Status(invalidProvider(member)));
        }
    }
    return {};
}

}  // namespace countersign::meaning
