#pragma once

#include "core/meaning/Meaning.h"
#include "core/policy/facts/PolicyFacts.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace countersign {

/// The lists of the address book in which an address of the job's chain is; nothing where the book cannot be
/// trusted.
using AddressLists = std::function<std::optional<std::vector<std::string>>(std::string_view address)>;

/// What a meaning tells of the facts: whether it is understood, intents, calls, programs, recipients, assets,
/// findings. The rest is left for the caller. An effect that goes out, and one that gives power (over an
/// asset that is not nothing), name a recipient and an asset; only what goes out leaves. Where such an effect
/// names nobody, there may be others. Fees are none of it.
PolicyFacts factsOfMeaning(const meaning::Meaning& meaning, const AddressLists& lists);

}  // namespace countersign
