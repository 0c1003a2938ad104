#include "core/policy/facts/PolicyFactsJson.h"

#include "core/base/encoding/Json.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>

namespace countersign {

namespace {

struct PolicyFactsText
{
    Q_DECLARE_TR_FUNCTIONS(PolicyFactsText)
};

constexpr std::array factSeverities = {meaning::Severity::Info, meaning::Severity::Warning,
                                       meaning::Severity::Critical, meaning::Severity::Error};

Json factOrNull(const std::optional<std::string>& text)
{
    return text ? Json(*text) : Json(nullptr);
}

Json factsOrNull(const std::optional<std::vector<std::string>>& texts)
{
    return texts ? Json(*texts) : Json(nullptr);
}

template <typename Item, typename ToJson>
Json factList(const std::vector<Item>& items, ToJson&& toJson)
{
    Json list = Json::array();
    for (const Item& item : items) {
        list.push_back(toJson(item));
    }
    return list;
}

/// Reads members strictly; once one is not what was written, nothing counts.
class FactsReader
{
public:
    bool isGood() const { return m_isGood; }

    /// Takes exactly so many members.
    void expectMembers(const Json& json, std::size_t count)
    {
        check(json.is_object() && json.size() == count);
    }
    const Json& member(const Json& object, const char* name)
    {
        static const Json nothing;
        const auto found = object.find(name);
        check(found != object.end());
        return found == object.end() ? nothing : *found;
    }
    std::string text(const Json& json)
    {
        check(json.is_string());
        return json.is_string() ? json.get<std::string>() : std::string();
    }
    bool flag(const Json& json)
    {
        check(json.is_boolean());
        return json.is_boolean() && json.get<bool>();
    }
    std::int64_t number(const Json& json)
    {
        check(json.is_number_integer());
        return json.is_number_integer() ? json.get<std::int64_t>() : 0;
    }
    std::optional<std::string> textOrNothing(const Json& json)
    {
        return json.is_null() ? std::nullopt : std::optional(text(json));
    }
    std::optional<Uint256> amountOrNothing(const Json& json)
    {
        if (json.is_null()) {
            return std::nullopt;
        }
        const std::string digits = text(json);
        const auto amount = parseQuantity(digits);
        check(amount && !digits.starts_with("0x"));
        return amount ? std::optional(*amount) : std::nullopt;
    }
    template <typename Item, typename Read>
    std::vector<Item> list(const Json& json, Read&& read)
    {
        std::vector<Item> items;
        check(json.is_array());
        for (std::size_t i = 0; m_isGood && i < json.size(); ++i) {
            items.push_back(read(json[i]));
        }
        return items;
    }
    std::vector<std::string> texts(const Json& json)
    {
        return list<std::string>(json, [this](const Json& one) { return text(one); });
    }
    std::optional<std::vector<std::string>> textsOrNothing(const Json& json)
    {
        return json.is_null() ? std::nullopt : std::optional(texts(json));
    }
    meaning::IntentKind intent(const Json& json)
    {
        const auto kind = meaning::intentKindFrom(text(json));
        check(kind.has_value());
        return kind.value_or(meaning::IntentKind::Unknown);
    }
    meaning::Severity severity(const Json& json)
    {
        const std::string name = text(json);
        const auto found = std::ranges::find_if(
            factSeverities, [&name](meaning::Severity one) { return nameOf(one) == name; });
        check(found != factSeverities.end());
        return found == factSeverities.end() ? meaning::Severity::Error : *found;
    }

private:
    void check(bool holds) { m_isGood = m_isGood && holds; }

    bool m_isGood = true;
};

PolicyCall callFrom(FactsReader& reader, const Json& json)
{
    reader.expectMembers(json, 3);
    const Json& call = json;
    return {reader.text(reader.member(call, "contract")), reader.text(reader.member(call, "selector")),
            reader.text(reader.member(call, "function"))};
}

PolicyRecipient recipientFrom(FactsReader& reader, const Json& json)
{
    reader.expectMembers(json, 2);
    const Json& recipient = json;
    return {reader.text(reader.member(recipient, "address")),
            reader.textsOrNothing(reader.member(recipient, "lists"))};
}

PolicyAsset assetFrom(FactsReader& reader, const Json& json)
{
    reader.expectMembers(json, 3);
    const Json& asset = json;
    return {reader.textOrNothing(reader.member(asset, "asset")),
            reader.amountOrNothing(reader.member(asset, "amount")),
            reader.flag(reader.member(asset, "leaves"))};
}

PolicyFinding findingFrom(FactsReader& reader, const Json& json)
{
    reader.expectMembers(json, 3);
    const Json& finding = json;
    return {reader.text(reader.member(finding, "id")), reader.severity(reader.member(finding, "severity")),
            reader.flag(reader.member(finding, "local"))};
}

PolicyFacts factsFrom(FactsReader& reader, const Json& json)
{
    constexpr std::size_t memberCount = 18;
    reader.expectMembers(json, memberCount);
    const Json& all = json;
    const auto at = [&](const char* name) -> const Json& { return reader.member(all, name); };
    PolicyFacts facts;
    facts.walletId = reader.text(at("wallet"));
    facts.walletAddress = reader.text(at("address"));
    facts.walletTags = reader.textsOrNothing(at("tags"));
    facts.chain = reader.textOrNothing(at("chain"));
    facts.isForEveryChain = reader.flag(at("everyChain"));
    facts.kind = reader.text(at("kind"));
    facts.origin = reader.text(at("origin"));
    facts.submitter = reader.textOrNothing(at("submitter"));
    facts.isUnderstood = reader.flag(at("understood"));
    facts.intents = reader.list<meaning::IntentKind>(
        at("intents"), [&reader](const Json& one) { return reader.intent(one); });
    facts.calls =
        reader.list<PolicyCall>(at("calls"), [&reader](const Json& one) { return callFrom(reader, one); });
    facts.programs = reader.texts(at("programs"));
    facts.mayCallMore = reader.flag(at("mayCallMore"));
    facts.recipients = reader.list<PolicyRecipient>(
        at("recipients"), [&reader](const Json& one) { return recipientFrom(reader, one); });
    facts.mayReachOthers = reader.flag(at("reachesOthers"));
    facts.assets =
        reader.list<PolicyAsset>(at("assets"), [&reader](const Json& one) { return assetFrom(reader, one); });
    facts.findings = reader.list<PolicyFinding>(
        at("findings"), [&reader](const Json& one) { return findingFrom(reader, one); });
    facts.now = reader.number(at("now"));
    return facts;
}

}  // namespace

std::string textOf(const PolicyFacts& facts)
{
    return dumpJson(
        {{"wallet", facts.walletId},
         {"address", facts.walletAddress},
         {"tags", factsOrNull(facts.walletTags)},
         {"chain", factOrNull(facts.chain)},
         {"everyChain", facts.isForEveryChain},
         {"kind", facts.kind},
         {"origin", facts.origin},
         {"submitter", factOrNull(facts.submitter)},
         {"understood", facts.isUnderstood},
         {"intents", factList(facts.intents, [](meaning::IntentKind kind) { return Json(nameOf(kind)); })},
         {"calls", factList(facts.calls,
                            [](const PolicyCall& call) {
                                return Json{{"contract", call.contract},
                                            {"selector", call.selector},
                                            {"function", call.function}};
                            })},
         {"programs", facts.programs},
         {"mayCallMore", facts.mayCallMore},
         {"recipients", factList(facts.recipients,
                                 [](const PolicyRecipient& one) {
                                     return Json{{"address", one.address}, {"lists", factsOrNull(one.lists)}};
                                 })},
         {"reachesOthers", facts.mayReachOthers},
         {"assets", factList(facts.assets,
                             [](const PolicyAsset& one) {
                                 return Json{
                                     {"asset", factOrNull(one.asset)},
                                     {"amount", one.amount ? Json(toDecimal(*one.amount)) : Json(nullptr)},
                                     {"leaves", one.leaves}};
                             })},
         {"findings",
          factList(
              facts.findings,
              [](const PolicyFinding& one) {
                  return Json{{"id", one.id}, {"severity", nameOf(one.severity)}, {"local", one.isLocal}};
              })},
         {"now", facts.now}});
}

Result<PolicyFacts> policyFactsFrom(std::string_view text)
{
    ASSIGN_OR_RETURN(const Json json,
                     parseJson(text, {.maxBytes = policyFactsMaxBytes, .maxDepth = 4, .maxValues = 10'000}));
    FactsReader reader;
    PolicyFacts facts = factsFrom(reader, json);
    if (!reader.isGood()) {
        return failure(ErrorCode::InvalidInput,
                       PolicyFactsText::tr("What is kept of a job for policies is not what was written."));
    }
    return facts;
}

}  // namespace countersign
