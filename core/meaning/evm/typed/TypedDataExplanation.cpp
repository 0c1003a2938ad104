#include "core/meaning/descriptors/Descriptors.h"
#include "core/meaning/evm/EvmExplanation.h"
#include "core/meaning/evm/typed/KnownTypes.h"
#include "core/meaning/evm/typed/TypedText.h"

namespace countersign::meaning {

namespace {

/// What the console knows itself comes first, and a descriptor never overrules it.
Meaning meaningOf(const TypedMessage& message)
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
    Meaning meaning = meaningOf(message);
    checkDomain(message, meaning);
    addEvmSources(knowledge.lists, meaning);
    return finished(std::move(meaning), message.signedBytes());
}

}  // namespace countersign::meaning
