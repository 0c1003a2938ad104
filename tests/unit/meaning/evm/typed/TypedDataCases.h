#pragma once

#include "core/base/encoding/Hex.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "tests/unit/meaning/ActsCheck.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

// Inline: other folders' samples have the same short names in this program.
namespace countersign::testing {
inline namespace typed {

// Typed data for tests, written as EIP-712 encodes their types, and the lists that the tests know.

inline constexpr const char* usdc = "0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48";
inline constexpr const char* dai = "0x6B175474E89094C44Da98b954EedeAC495271d0F";
inline constexpr const char* permit2 = "0x000000000022D473030F116dDEE9F6B43aC78BA3";
inline constexpr const char* seaport = "0x0000000000000068F116a894984e2DB1123eB395";
inline constexpr const char* router = "0x66a9893cC07D91D95644AEDD05D03f95e1dBA8Af";
inline constexpr const char* apes = "0xBC4CA0EdA7647A8aB7C2061c2E118A18a936f13D";
inline constexpr const char* signer = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8";
inline constexpr const char* stranger = "0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC";
inline constexpr const char* maxUint256 =
    "115792089237316195423570985008687907853269984665640564039457584007913129639935";

inline const meaning::KnownLists& typedDataLists()
{
    static const meaning::KnownLists lists = [] {
        meaning::KnownLists made;
        made.add(meaning::KnownToken{"eip155:1", usdc, "USDC", "USD Coin", 6});
        made.add(meaning::KnownToken{"eip155:1", dai, "DAI", "Dai Stablecoin", 18});
        made.add(meaning::KnownContract{"eip155", permit2, "Permit2", "permit2"});
        made.add(meaning::KnownContract{"eip155", seaport, "Seaport 1.6", "seaport"});
        made.add(meaning::KnownContract{"eip155:1", router, "Universal Router", "router"});
        made.add(meaning::KnownContract{"eip155:1", apes, "Apes", "erc721"});
        return made;
    }();
    return lists;
}

/// "A(address x,B b)B(uint256 y)" as the member "types"; without EIP712Domain, which the domain then makes.
inline Json typesOf(std::string_view encoded)
{
    Json types = Json::object();
    while (!encoded.empty()) {
        const std::size_t open = encoded.find('(');
        const std::size_t close = encoded.find(')');
        Json members = Json::array();
        std::string_view rest = encoded.substr(open + 1, close - open - 1);
        while (!rest.empty()) {
            const std::string_view member = rest.substr(0, rest.find(','));
            const std::size_t blank = member.find(' ');
            members.push_back({{"name", std::string(member.substr(blank + 1))},
                               {"type", std::string(member.substr(0, blank))}});
            rest.remove_prefix(std::min(rest.size(), member.size() + 1));
        }
        types[std::string(encoded.substr(0, open))] = members;
        encoded.remove_prefix(close + 1);
    }
    return types;
}

inline Json typedData(std::string_view encodedType, Json domain, Json message)
{
    return {{"types", typesOf(encodedType)},
            {"primaryType", std::string(encodedType.substr(0, encodedType.find('(')))},
            {"domain", std::move(domain)},
            {"message", std::move(message)}};
}

inline Json domainOf(const char* name, const char* contract, int chain = 1)
{
    return {{"name", name}, {"version", "1"}, {"chainId", chain}, {"verifyingContract", contract}};
}

inline meaning::EvmContext signedBy(const char* address)
{
    return {.chain = Uint256(1), .from = *parseEvmAddress(address), .domain = {}};
}

inline Result<meaning::Explanation> tryToExplain(const Json& json,
                                                 const meaning::EvmContext& context = signedBy(signer))
{
    return meaning::explainTypedData(json, context, {.lists = typedDataLists()});
}

inline meaning::Meaning explained(const Json& json, const meaning::EvmContext& context = signedBy(signer))
{
    const auto explanation = tryToExplain(json, context);
    if (!explanation) {
        qFatal("refused: %s", qPrintable(explanation.error().detail));
    }
    return withActs(explanation->meaning);
}

/// The findings' ids, sorted, with a comma between them; a critical one is followed by "!".
inline std::string idsOf(const meaning::Meaning& meaning)
{
    std::vector<std::string> ids;
    for (const meaning::Finding& finding : meaning.findings) {
        ids.push_back(finding.id + (finding.severity == meaning::Severity::Critical ? "!" : ""));
    }
    std::ranges::sort(ids);
    std::string text;
    for (const std::string& id : ids) {
        text += (text.empty() ? "" : ",") + id;
    }
    return text;
}

/// The value of the field at a path; of several the first; "-" where there is none.
inline std::string fieldOf(const meaning::Meaning& meaning, std::string_view path)
{
    const auto found = std::ranges::find_if(
        meaning.fields, [path](const meaning::Field& field) { return field.path == path; });
    return found == meaning.fields.end() ? "-" : found->value;
}

/// Another value of the same type.
inline Json otherValue(const Json& value)
{
    if (value.is_boolean()) {
        return !value.get<bool>();
    }
    if (value.is_number()) {
        return value.get<std::int64_t>() == 0 ? 1 : value.get<std::int64_t>() - 1;
    }
    std::string text = value.get<std::string>();
    if (text.size() == 42) {
        return text == stranger ? router : stranger;  // an address
    }
    text.back() = text.back() == '1' ? '2' : '1';
    return text;
}

/// Which value of domain or message can change without changing the meaning; empty: none.
inline std::string unseenChange(const Json& json, const meaning::EvmContext& context = signedBy(signer))
{
    const meaning::Meaning original = explained(json, context);
    for (const char* part : {"domain", "message"}) {
        const Json flat = json.at(part).flatten();
        for (const auto& [path, value] : flat.items()) {
            if (value.is_null() || value.empty()) {
                continue;  // an empty list
            }
            Json changed = json;
            changed[part][Json::json_pointer(path)] = otherValue(value);
            const auto explanation = tryToExplain(changed, context);
            if (explanation && explanation->meaning == original) {
                return part + path;
            }
        }
    }
    return {};
}

}  // namespace typed
}  // namespace countersign::testing
