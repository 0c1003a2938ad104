#pragma once

#include "app/cli/ProfileSession.h"
#include "core/inbox/source/CountersignRelaySource.h"

#include <memory>

namespace countersign::cli {

/// The relay that the profile names, with its token from the vault. NotFound, with a sentence that says how
/// to mend it, when the profile names none.
Result<std::unique_ptr<CountersignRelaySource>> makeRelaySource(ProfileSession& session);

}  // namespace countersign::cli
