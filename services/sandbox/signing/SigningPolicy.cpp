#include "services/sandbox/signing/SigningPolicy.h"

#include "core/crypto/keys/Address.h"

#include <QCoreApplication>

#include <algorithm>

namespace countersign::sandbox {

namespace {

struct SigningPolicyText
{
    Q_DECLARE_TR_FUNCTIONS(SigningPolicyText)
};

constexpr JsonLimits policyLimits{16 * 1024, 4, 1'000};
constexpr std::size_t maxPolicyText = 200;

tl::unexpected<Error> policyRefused(QString sentence)
{
    return failure(ErrorCode::InvalidInput, std::move(sentence));
}

tl::unexpected<Error> badContext()
{
    return policyRefused(SigningPolicyText::tr(
        "context.evmTransaction must have \"to\" as an address, \"value\" as a quantity and "
        "\"chainId\" as a number."));
}

bool isShortText(const Json& value)
{
    return value.is_string() && !value.get_ref<const std::string&>().empty() &&
           value.get_ref<const std::string&>().size() <= maxPolicyText;
}

Result<SigningPolicy::Denied> parseDenied(const Json& entry)
{
    const bool shaped = entry.is_object() && entry.contains("address") && isShortText(entry["address"]) &&
                        entry.size() == (entry.contains("label") ? 2U : 1U) &&
                        (!entry.contains("label") || isShortText(entry["label"]));
    if (!shaped) {
        return policyRefused(SigningPolicyText::tr(
            "deny must be a list of objects with an \"address\" and perhaps a \"label\"."));
    }
    return SigningPolicy::Denied{entry["address"].get<std::string>(), entry.value("label", std::string())};
}

Status readMember(const std::string& member, const Json& value, SigningPolicy& policy)
{
    if (member == "deny" && value.is_array()) {
        for (const Json& entry : value) {
            ASSIGN_OR_RETURN(SigningPolicy::Denied denied, parseDenied(entry));
            policy.deny.push_back(std::move(denied));
        }
        return {};
    }
    if (member == "maxValueWei" && value.is_string()) {
        ASSIGN_OR_RETURN(const Uint256 most, parseQuantity(value.get_ref<const std::string&>()));
        policy.maxValueWei = most;
        return {};
    }
    if (member == "denyMessagesContaining" && value.is_array() &&
        std::all_of(value.begin(), value.end(), isShortText)) {
        policy.denyMessagesContaining = value.get<std::vector<std::string>>();
        return {};
    }
    return policyRefused(SigningPolicyText::tr(
        "A policy has deny, maxValueWei (a text) and denyMessagesContaining, all optional."));
}

/// What of a transaction is judged.
struct Transaction
{
    std::string to;
    Uint256 value = 0;
    std::string chainId;
};

Result<std::optional<Transaction>> transactionOf(const Json& context)
{
    if (!context.is_object() || !context.contains("evmTransaction")) {
        return std::optional<Transaction>();
    }
    const Json& fields = context["evmTransaction"];
    if (!fields.is_object() || !fields.contains("to") || !fields["to"].is_string() ||
        (fields.contains("value") && !fields["value"].is_string())) {
        return badContext();
    }
    Transaction transaction{fields["to"].get<std::string>(), 0, {}};
    const Result<Uint256> value = parseQuantity(fields.value("value", std::string("0x0")));
    if (!value) {
        return badContext();
    }
    transaction.value = *value;
    if (fields.contains("chainId")) {
        if (!fields["chainId"].is_number_unsigned()) {
            return badContext();
        }
        transaction.chainId = std::to_string(fields["chainId"].get<std::uint64_t>());
    }
    return std::optional<Transaction>(std::move(transaction));
}

Json detailsOf(const Transaction& transaction)
{
    Json details{{"operationType", "evmTransaction"}};
    if (!transaction.chainId.empty()) {
        details["chainId"] = transaction.chainId;
    }
    return details;
}

std::optional<PolicyRefusal> judgeTransaction(const SigningPolicy& policy, const Transaction& transaction)
{
    for (const SigningPolicy::Denied& denied : policy.deny) {
        if (sameAddress(denied.address, transaction.to)) {
            PolicyRefusal refusal{"address_denied", "The policy denies this address.",
                                  detailsOf(transaction)};
            refusal.details["deniedAddresses"] = Json::array({transaction.to});
            refusal.details["counterparties"] =
                Json::array({Json{{"address", transaction.to}, {"label", denied.label}}});
            return refusal;
        }
    }
    if (policy.maxValueWei && transaction.value > *policy.maxValueWei) {
        PolicyRefusal refusal{"value_limit_exceeded", "The value exceeds the policy's limit per call.",
                              detailsOf(transaction)};
        refusal.details["asset"] = Json{{"type", "native"}};
        refusal.details["maxPerCallLimit"] = toDecimal(*policy.maxValueWei);
        refusal.details["totalOutgoingValue"] = toDecimal(transaction.value);
        return refusal;
    }
    return std::nullopt;
}

/// The readable message of the context, else the message itself.
std::string textOf(Chain chain, const Json& context, const std::string& message)
{
    const char* member = chain == Chain::Evm ? "evmMessage" : "svmMessage";
    if (context.is_object() && context.contains(member) && context[member].is_string()) {
        return context[member].get<std::string>();
    }
    return message;
}

}  // namespace

Result<SigningPolicy> SigningPolicy::parse(std::string_view body)
{
    ASSIGN_OR_RETURN(const Json json, parseJson(body, policyLimits));
    SigningPolicy policy;
    if (json.is_null()) {
        return policy;
    }
    if (!json.is_object()) {
        return policyRefused(SigningPolicyText::tr("The body must be a JSON object or null."));
    }
    for (const auto& [member, value] : json.items()) {
        RETURN_IF_ERROR(readMember(member, value, policy));
    }
    return policy;
}

Json SigningPolicy::toJson() const
{
    Json json = Json::object();
    json["deny"] = Json::array();
    for (const Denied& denied : deny) {
        Json entry{{"address", denied.address}};
        if (!denied.label.empty()) {
            entry["label"] = denied.label;
        }
        json["deny"].push_back(std::move(entry));
    }
    if (maxValueWei) {
        json["maxValueWei"] = toDecimal(*maxValueWei);
    }
    json["denyMessagesContaining"] = denyMessagesContaining;
    return json;
}

Result<std::optional<PolicyRefusal>> SigningPolicy::judge(Chain chain, const Json& context,
                                                          const std::string& message) const
{
    ASSIGN_OR_RETURN(const std::optional<Transaction> transaction, transactionOf(context));
    if (transaction.has_value()) {
        return judgeTransaction(*this, *transaction);
    }
    const std::string text = textOf(chain, context, message);
    for (const std::string& denied : denyMessagesContaining) {
        if (text.find(denied) != std::string::npos) {
            const char* operation = chain == Chain::Evm ? "evmMessage" : "svmMessage";
            return std::optional(PolicyRefusal{"security_risk_malicious",
                                               "The policy denies messages with this text.",
                                               Json{{"operationType", operation}}});
        }
    }
    return std::optional<PolicyRefusal>();
}

}  // namespace countersign::sandbox
