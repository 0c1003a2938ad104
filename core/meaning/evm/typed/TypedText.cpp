#include "core/meaning/evm/typed/TypedText.h"

#include "core/base/encoding/Hex.h"

#include <QDateTime>
#include <QTimeZone>

namespace countersign::meaning {

namespace {

/// As for calls: there is no clock here, and what lies behind 2100-01-01 is no deadline whenever it is read.
constexpr std::uint64_t year2100 = 4'102'444'800;
constexpr std::uint64_t year10000 = 253'402'300'800;

bool isNever(const Uint256& seconds, unsigned bits)
{
    return seconds == maxOfBits(bits) || seconds == maxOfBits(48);
}

}  // namespace

std::string momentText(const Uint256& seconds)
{
    if (seconds >= year10000) {
        return "second " + toDecimal(seconds);
    }
    return QDateTime::fromSecsSinceEpoch(static_cast<qint64>(seconds), QTimeZone::utc())
        .toString(QStringLiteral("yyyy-MM-dd hh:mm:ss 'UTC'"))
        .toStdString();
}

std::string deadlineText(const Uint256& seconds, unsigned bits)
{
    return isNever(seconds, bits) ? "never (" + toDecimal(seconds) + ")" : momentText(seconds);
}

Uint256 maxOfBits(unsigned bits)
{
    return bits >= 256 ? Uint256(Uint256(0) - 1) : Uint256((Uint256(1) << bits) - 1);
}

Field messageField(std::string label, std::string value, std::string_view path)
{
    return {std::move(label), std::move(value), "message." + std::string(path)};
}

void addDomainFields(const TypedMessage& message, Meaning& meaning)
{
    const TypedStruct domain = message.domain();
    for (const char* member : {"name", "version"}) {
        if (domain.json().contains(member)) {
            const char* label = std::string_view(member) == "name" ? "Domain" : "Domain's version";
            meaning.fields.push_back({label, domain.text(member), "domain." + std::string(member)});
        }
    }
    if (domain.json().contains("salt")) {
        meaning.fields.push_back({"Domain's salt", toHexPrefixed(domain.bytes("salt")), "domain.salt"});
    }
    if (const auto& contract = message.contract()) {
        meaning.fields.push_back({"Contract", message.scene().named(*contract), "domain.verifyingContract"});
    }
    if (const auto& chainId = message.chainId()) {
        const KnownChain* chain = message.knowledge().lists.evmChain(*chainId);
        const std::string number = toDecimal(*chainId);
        meaning.fields.push_back(
            {"Chain", chain != nullptr ? chain->name + " (" + number + ")" : number, "domain.chainId"});
    }
}

void checkDeadline(const Uint256& deadline, unsigned bits, std::string_view what, Meaning& meaning)
{
    if (isNever(deadline, bits)) {
        meaning.findings.push_back({"message.deadline.none",
                                    Severity::Warning,
                                    "No deadline",
                                    std::string(what) + " never ends.",
                                    {}});
    } else if (deadline >= year2100) {
        meaning.findings.push_back(
            {"message.deadline.far",
             Severity::Warning,
             "Deadline far away",
             std::string(what) + " ends only at " + momentText(deadline) + ", which is as good as never.",
             {}});
    }
}

void checkSigner(const TypedMessage& message, const EvmAddress& owner, std::string_view role,
                 Meaning& meaning)
{
    const auto& signer = message.context().from;
    if (signer && *signer != owner) {
        meaning.findings.push_back(
            {"message.signer.mismatch",
             Severity::Critical,
             "Not about the signer",
             "The " + std::string(role) + " is " + toText(owner) + ", but " + toText(*signer) + " signs.",
             {toText(owner), toText(*signer)}});
    }
}

void checkSpender(const TypedMessage& message, const EvmAddress& spender, Meaning& meaning)
{
    if (message.scene().contract(spender) == nullptr) {
        meaning.findings.push_back({"message.permit.spenderUnknown",
                                    Severity::Warning,
                                    "Unknown spender",
                                    toText(spender) + " is in no list of known contracts.",
                                    {toText(spender)}});
    }
}

void checkToken(const TypedMessage& message, Meaning& meaning)
{
    const EvmScene scene = message.scene();
    if (const auto& token = message.contract(); token && scene.token(*token) == nullptr) {
        meaning.findings.push_back(
            {"message.contract.unexpected",
             Severity::Warning,
             "Unknown token",
             "The lists know no token " + toText(*token) + " on " + scene.chain() + ".",
             {toText(*token)}});
    }
}

void refuseContract(const TypedMessage& message, std::string_view expected, Severity severity,
                    Meaning& meaning)
{
    const auto& contract = message.contract();
    const std::string address = contract ? toText(*contract) : "no address";
    meaning.doNotUnderstand({"message.contract.unexpected", severity, "Not the contract that it seems",
                             "It looks like a message to " + std::string(expected) +
                                 ", but its domain is \"" + message.domain().text("name") + "\" at " +
                                 address + ", which the lists do not know as that.",
                             contract ? std::vector<std::string>{address} : std::vector<std::string>{}});
}

bool isUnlimited(const PermittedAmount& allowance)
{
    return allowance.amount >= allowance.unlimitedFrom;
}

void addPermitted(const TypedMessage& message, const PermittedAmount& allowance, Meaning& meaning)
{
    const EvmScene scene = message.scene();
    const bool unlimited = isUnlimited(allowance);
    const std::string amount = scene.amountOf(allowance.token, allowance.amount, unlimited);
    const std::string owner = allowance.owner ? scene.named(*allowance.owner) : scene.namedPayer();
    const bool ends = allowance.amount == 0;
    Effect effect;
    effect.direction = Effect::Direction::Power;
    effect.asset = scene.assetOf(allowance.token);
    effect.amount = allowance.amount;
    effect.display = scene.displayOf(allowance.token, allowance.amount, unlimited);
    effect.account = toText(allowance.spender);
    effect.text =
        scene.named(allowance.spender) + (ends ? " may no longer spend " + scene.tokenName(allowance.token)
                                               : " may spend " + amount + " of " + owner + allowance.span);
    meaning.effects.push_back(std::move(effect));
    if (unlimited || isLargeAllowance(scene, allowance.token, allowance.amount)) {
        meaning.findings.push_back(
            {"message.permit.unlimited",
             Severity::Warning,
             unlimited ? "Unlimited permit" : "Permit as good as unlimited",
             toText(allowance.spender) + " may spend " + amount + ", whatever the balance is or becomes.",
             {toText(allowance.spender), toText(allowance.token)}});
    }
}

}  // namespace countersign::meaning
