#pragma once

#include "app/cli/Invocation.h"
#include "core/base/SecretBytes.h"
#include "core/vault/Vault.h"

#include <map>
#include <optional>
#include <string>

namespace countersign::cli {

/// The checked input of `init`. Everything that it is going to write is read and checked before anything is
/// made, so that a mistake in an option leaves no profile behind.
struct InitPlan
{
    std::map<std::string, std::string, std::less<>> settings;
    std::optional<SecretBytes> relayToken;
    std::optional<SecretBytes> webhookSecret;
    std::optional<SecretBytes> apiToken;
    VaultProtection protection;
    bool demonstration = false;

    /// The error's sentence is about the command line or a file that it names.
    static Result<InitPlan> from(const Arguments& arguments, Terminal& terminal);
    static std::vector<OptionSpec> options();
};

}  // namespace countersign::cli
