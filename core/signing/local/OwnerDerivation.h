#pragma once

#include "core/signing/local/LocalFacts.h"

#include <span>
#include <string>

namespace countersign {

/// For parties of a Solana job that get tokens: which of these owners each is the associated token account
/// of, under either token program. Pure; some 20 µs for an owner, a mint and a program. owners: Base58; what
/// is none is left out.
std::map<std::string, DerivedOwner> derivedOwners(const std::vector<JobParty>& parties,
                                                  std::span<const std::string> owners);

}  // namespace countersign
