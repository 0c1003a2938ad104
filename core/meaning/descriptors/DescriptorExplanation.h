#pragma once

#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/descriptors/binding/DescriptorBinding.h"
#include "core/meaning/descriptors/binding/DescriptorFunctions.h"
#include "core/meaning/descriptors/files/DescriptorData.h"
#include "core/meaning/descriptors/files/DescriptorFiles.h"
#include "core/meaning/evm/EvmCall.h"

#include <optional>
#include <string>
#include <vector>

// What one descriptor says about one call or message.

namespace countersign::meaning {

/// A descriptor with the functions that it describes.
struct ParsedDescriptor
{
    explicit ParsedDescriptor(DescriptorDocument merged);

    DescriptorDocument document;
    std::vector<DescribedFunction> functions;
};

/// A typed message as descriptors see it.
struct DescribedMessage
{
    std::string primaryType;
    std::string encodedType;  ///< EIP-712's encodeType of the primary type
    DataNode data;
    MessageDomain domain;  ///< only what its type declares, and what therefore is signed

    /// InvalidInput as hashTypedData, except that the checksums of addresses do not count, and for a message
    /// without a struct of its own.
    static Result<DescribedMessage> read(const Json& typedData);
};

/// Nothing where the descriptor does not bind to the call's contract, or does not describe its function.
std::optional<Meaning> explainCallBy(const ParsedDescriptor& descriptor, const EvmCall& call,
                                     const Knowledge& knowledge);
/// The same for a message's domain and primary type.
std::optional<Meaning> explainMessageBy(const ParsedDescriptor& descriptor, const DescribedMessage& message,
                                        const std::optional<EvmAddress>& from, const Knowledge& knowledge);

/// Of what several descriptors say: the first that is understood, or else the first; with a finding where
/// another one says something else. More descriptors never make less understood.
std::optional<Meaning> preferred(std::vector<Meaning> meanings);

}  // namespace countersign::meaning
