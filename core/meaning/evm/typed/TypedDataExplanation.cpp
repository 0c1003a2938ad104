#include "core/meaning/descriptors/Descriptors.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

#include <algorithm>
#include <array>

namespace countersign::meaning {

namespace {

/// What the console knows itself comes first, and a descriptor never overrules it.
Meaning typedMeaning(const TypedMessage& message)
{
    const Descriptors* descriptors = message.knowledge().descriptors;
    std::optional<Meaning> described;
    if (descriptors != nullptr && !message.hasNull() && !message.isDomainAlone()) {
        described = descriptors->explain(message.json(), message.context().from, message.knowledge());
    }
    if (auto known = readKnownType(message)) {
        addDescriptorWords(*known, std::move(described));
        return std::move(*known);
    }
    if (described) {
        return *std::move(described);
    }
    return unknownMessage(message, message.hasNull() ? "A part of it is null: it has a hash and no values."
                                                     : "Nothing here knows what a \"" +
                                                           message.primaryType() + "\" of this domain does.");
}

struct TypeKind
{
    std::string_view primaryType;
    IntentKind kind;
};

// Of the types that the console knows itself. Any other one that is understood is for its contract to act on:
// a call that somebody else submits.
constexpr std::array typeKinds = {
    TypeKind{"Permit", IntentKind::Permit},
    TypeKind{"PermitForAll", IntentKind::Permit},
    TypeKind{"PermitSingle", IntentKind::Permit},
    TypeKind{"PermitBatch", IntentKind::Permit},
    TypeKind{"PermitTransferFrom", IntentKind::Permit},
    TypeKind{"PermitBatchTransferFrom", IntentKind::Permit},
    TypeKind{"PermitWitnessTransferFrom", IntentKind::Permit},
    TypeKind{"PermitBatchWitnessTransferFrom", IntentKind::Permit},
    TypeKind{"TransferWithAuthorization", IntentKind::Transfer},
    TypeKind{"ReceiveWithAuthorization", IntentKind::Transfer},
    TypeKind{"CancelAuthorization", IntentKind::Nonce},
    TypeKind{"OrderComponents", IntentKind::Swap},
    TypeKind{"Delegation", IntentKind::Authority},
};

/// What the message is for, before the acts of the calls inside of it, which then say what it does.
void addAct(const TypedMessage& message, Meaning& meaning)
{
    Act act;
    const auto known = std::ranges::find(typeKinds, message.primaryType(), &TypeKind::primaryType);
    if (known != typeKinds.end()) {
        act.kind = known->kind;
    } else if (meaning.acts.empty() && meaning.understood) {
        act.kind = IntentKind::Call;
    }
    // Without a contract any may take it.
    act.mayHoldMore = !message.contract();
    if (message.contract()) {
        act.contract = toText(*message.contract());
    }
    meaning.acts.insert(meaning.acts.begin(), std::move(act));
}

void checkDomain(const TypedMessage& message, Meaning& meaning)
{
    const auto& bound = message.chainId();
    const auto& wanted = message.context().chain;
    if (!bound) {
        meaning.findings.push_back({"message.domain.noChain",
                                    Severity::Warning,
                                    "Bound to no chain",
                                    "The domain names no chain: the signature may count on every one.",
                                    {}});
    } else if (wanted && *wanted != *bound) {
        meaning.findings.push_back({"message.domain.chainMismatch",
                                    Severity::Critical,
                                    "For another chain",
                                    "The domain is of chain " + toDecimal(*bound) +
                                        ", the job is for chain " + toDecimal(*wanted) + ".",
                                    {}});
    }
    if (!message.contract()) {
        meaning.findings.push_back({"message.domain.noContract",
                                    Severity::Warning,
                                    "Bound to no contract",
                                    "The domain names no contract: whoever takes such messages may take this "
                                    "one.",
                                    {}});
    }
}

}  // namespace

Result<Explanation> explainTypedData(const Json& typedData, const EvmContext& context,
                                     const Knowledge& knowledge)
{
    ASSIGN_OR_RETURN(const TypedMessage message, TypedMessage::read(typedData, context, knowledge));
    Meaning meaning = typedMeaning(message);
    addAct(message, meaning);
    checkDomain(message, meaning);
    addEvmSources(knowledge.lists, meaning);
    return finished(std::move(meaning), message.signedBytes());
}

}  // namespace countersign::meaning
