#pragma once

#include "core/base/Result.h"
#include "core/base/encoding/Json.h"
#include "core/meaning/Meaning.h"
#include "core/meaning/evm/EvmCall.h"

#include <filesystem>
#include <memory>

namespace countersign::meaning {

/// ERC-7730 descriptors of a folder, versions 1 and 2. Opening reads the folder's index alone (which file
/// binds to which chain and address, or to which domain); a descriptor is parsed when something asks for it.
class Descriptors
{
public:
    /// NotFound for a folder that is not there; files that are no descriptors are passed over and counted.
    static Result<std::unique_ptr<Descriptors>> open(const std::filesystem::path& folder);
    ~Descriptors();
    Descriptors(const Descriptors&) = delete;
    Descriptors& operator=(const Descriptors&) = delete;

    std::size_t size() const;

    /// Nothing where no descriptor binds to this call. Otherwise what it says; understood only if every
    /// argument is shown or matched by mustMatch, and the calldata is canonical.
    std::optional<Meaning> explain(const EvmCall& call, const Knowledge& knowledge) const;
    /// The same for typed data. from: who signs.
    std::optional<Meaning> explain(const Json& typedData, const std::optional<EvmAddress>& from,
                                   const Knowledge& knowledge) const;

private:
    Descriptors();
    struct Index;
    std::unique_ptr<Index> m_index;
};

/// Behind what the console says itself: a descriptor's fields and its source, in its words. Nothing else of
/// it counts there, and nothing is added where a descriptor was the explanation already.
void addDescriptorWords(Meaning& meaning, std::optional<Meaning> described);

}  // namespace countersign::meaning
