#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

#include <algorithm>

// Permit2 (Uniswap): allowances with an amount and an end, and transfers that may happen once. The signer is
// the owner; every token that has approved Permit2 is at stake.

namespace countersign::meaning {

namespace {

constexpr std::string_view permit2Domain =
    "EIP712Domain(string name,uint256 chainId,address verifyingContract)";

/// The largest amount of 160 bits is never used up; nobody means half of it either.
Uint256 unlimitedOf160Bits()
{
    return Uint256(1) << 159U;
}

/// Whether the domain is the one that Permit2 itself hashes. A lookalike gets no reading: what it does with
/// the signature is its own affair.
bool isPermit2(const TypedMessage& message)
{
    return message.encodedDomain() == permit2Domain && message.domain().text("name") == "Permit2" &&
           message.contract() && message.scene().isKind(*message.contract(), "permit2");
}

Meaning permit2Lookalike(const TypedMessage& message)
{
    Meaning meaning = listedMessage(message);
    refuseContract(message, "Permit2", Severity::Critical, meaning);
    return meaning;
}

Meaning begun(const TypedMessage& message, const EvmAddress& spender)
{
    Meaning meaning;
    meaning.understood = true;
    addDomainFields(message, meaning);
    meaning.fields.push_back(messageField("Spender", message.scene().named(spender), "spender"));
    return meaning;
}

/// "250 USDC (0xA0b8…)", or how many tokens.
std::string summaryOf(const TypedMessage& message, const std::vector<PermittedAmount>& allowances)
{
    if (allowances.size() != 1) {
        return std::to_string(allowances.size()) + " tokens";
    }
    const PermittedAmount& only = allowances.front();
    return message.scene().briefAmountOf(only.token, only.amount, isUnlimited(only));
}

void addAllowances(const TypedMessage& message, const std::vector<PermittedAmount>& allowances,
                   Meaning& meaning)
{
    for (const PermittedAmount& allowance : allowances) {
        addPermitted(message, allowance, meaning);
    }
    if (std::ranges::any_of(allowances,
                            [](const PermittedAmount& allowance) { return allowance.amount != 0; })) {
        checkSpender(message, allowances.front().spender, meaning);
    }
}

/// One PermitDetails(token, amount, expiration, nonce).
PermittedAmount readDetails(const TypedMessage& message, const TypedStruct& details,
                            const EvmAddress& spender, const std::string& path, Meaning& meaning)
{
    const EvmScene scene = message.scene();
    const Uint256 expiration = details.number("expiration");
    // The contract takes zero for the time of the block in which the permit is used.
    const std::string end =
        expiration == 0 ? "the end of the block that it is used in" : deadlineText(expiration, 48);
    const PermittedAmount allowance{.token = details.address("token"),
                                    .spender = spender,
                                    .amount = details.number("amount"),
                                    .unlimitedFrom = unlimitedOf160Bits(),
                                    .span = end.starts_with("never") ? ", for ever" : ", until " + end};
    meaning.fields.push_back(messageField(
        "Allowance", scene.amountOf(allowance.token, allowance.amount, isUnlimited(allowance)), path));
    meaning.fields.push_back(messageField("Allowed until", end, path + ".expiration"));
    meaning.fields.push_back(messageField("Nonce", toDecimal(details.number("nonce")), path + ".nonce"));
    if (allowance.amount != 0) {
        checkDeadline(expiration, 48, "The allowance", meaning);
    }
    return allowance;
}

Meaning allowanceMeaning(const TypedMessage& message,
                         const std::vector<std::pair<std::string, TypedStruct>>& all)
{
    const TypedStruct values = message.message();
    const EvmAddress spender = values.address("spender");
    const Uint256 deadline = values.number("sigDeadline");
    Meaning meaning = begun(message, spender);
    std::vector<PermittedAmount> allowances;
    for (const auto& [path, details] : all) {
        allowances.push_back(readDetails(message, details, spender, path, meaning));
    }
    meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 256), "sigDeadline"));
    checkDeadline(deadline, 256, "The permit", meaning);
    addAllowances(message, allowances, meaning);
    const bool ends = std::ranges::all_of(allowances, [](const PermittedAmount& a) { return a.amount == 0; });
    const std::string who = message.scene().brief(spender);
    meaning.intent =
        ends ? "Take back the allowance of " + who + " for " + std::to_string(all.size()) +
                   (all.size() == 1 ? " token" : " tokens")
             : "Allow " + who + " to spend " + summaryOf(message, allowances) + " through Permit2";
    return meaning;
}

/// The last member, which the spender's contract declares: its terms are shown and not judged.
void addWitness(const TypedMessage& message, Meaning& meaning)
{
    const TypedDataStruct& type = message.types().structs()[*message.types().find(message.primaryType())];
    const TypedDataMember& member = type.members.back();
    const TypedStruct witness = message.message().part(member.name.c_str());
    meaning.fields.push_back(messageField("Conditions", member.typeName, member.name));
    addFieldsOf(message, member.type.structIndex, witness.json(), "message." + member.name, meaning);
    meaning.findings.push_back({"message.permit.witness",
                                Severity::Info,
                                "Conditions of the spender",
                                "The permit carries conditions (" + member.typeName +
                                    ") that only the spender's contract can enforce. They are shown, not "
                                    "judged.",
                                {}});
}

Meaning transferMeaning(const TypedMessage& message,
                        const std::vector<std::pair<std::string, TypedStruct>>& all)
{
    const TypedStruct values = message.message();
    const EvmScene scene = message.scene();
    const EvmAddress spender = values.address("spender");
    const Uint256 deadline = values.number("deadline");
    Meaning meaning = begun(message, spender);
    std::vector<PermittedAmount> allowances;
    for (const auto& [path, permitted] : all) {
        const PermittedAmount allowance{.token = permitted.address("token"),
                                        .spender = spender,
                                        .amount = permitted.number("amount"),
                                        .span = ", once"};
        meaning.fields.push_back(messageField(
            "At most", scene.amountOf(allowance.token, allowance.amount, isUnlimited(allowance)), path));
        allowances.push_back(allowance);
    }
    meaning.fields.push_back(messageField("Nonce", toDecimal(values.number("nonce")), "nonce"));
    meaning.fields.push_back(messageField("Usable until", deadlineText(deadline, 256), "deadline"));
    checkDeadline(deadline, 256, "The permit", meaning);
    addAllowances(message, allowances, meaning);
    meaning.intent = "Allow " + scene.brief(spender) + " to take " + summaryOf(message, allowances) +
                     " once through Permit2";
    if (isPermit2Witness(message)) {
        addWitness(message, meaning);
    }
    return meaning;
}

std::vector<std::pair<std::string, TypedStruct>> listed(const TypedStruct& values, const char* member)
{
    std::vector<std::pair<std::string, TypedStruct>> all;
    std::size_t index = 0;
    for (const TypedStruct& element : values.list(member)) {
        all.emplace_back(std::string(member) + '[' + std::to_string(index++) + ']', element);
    }
    return all;
}

}  // namespace

std::optional<Meaning> readPermit2Single(const TypedMessage& message)
{
    return isPermit2(message) ? allowanceMeaning(message, {{"details", message.message().part("details")}})
                              : permit2Lookalike(message);
}

std::optional<Meaning> readPermit2Batch(const TypedMessage& message)
{
    return isPermit2(message) ? allowanceMeaning(message, listed(message.message(), "details"))
                              : permit2Lookalike(message);
}

std::optional<Meaning> readPermit2Transfer(const TypedMessage& message)
{
    return isPermit2(message) ? transferMeaning(message, {{"permitted", message.message().part("permitted")}})
                              : permit2Lookalike(message);
}

std::optional<Meaning> readPermit2BatchTransfer(const TypedMessage& message)
{
    return isPermit2(message) ? transferMeaning(message, listed(message.message(), "permitted"))
                              : permit2Lookalike(message);
}

bool isPermit2Witness(const TypedMessage& message)
{
    static constexpr std::string_view single =
        "PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 "
        "deadline,";
    static constexpr std::string_view batch =
        "PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 "
        "deadline,";
    const auto primary = message.types().find(message.primaryType());
    const auto permissions = message.types().find("TokenPermissions");
    if (!primary || !permissions ||
        !(message.encodedType().starts_with(single) || message.encodedType().starts_with(batch))) {
        return false;
    }
    const auto& members = message.types().structs()[*primary].members;
    const auto& parts = message.types().structs()[*permissions].members;
    const bool hasPermissions = parts.size() == 2 && parts[0].name == "token" &&
                                parts[0].typeName == "address" && parts[1].name == "amount" &&
                                parts[1].typeName == "uint256";
    return hasPermissions && members.size() == 5 && members[4].type.dimensions.empty() &&
           members[4].type.kind == TypedDataType::Kind::Struct;
}

}  // namespace countersign::meaning
