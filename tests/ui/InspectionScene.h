#pragma once

#include "tests/support/fakes/InspectionFakes.h"
#include "tests/ui/SilentSession.h"

namespace countersign::testing {

/// A session's profile with two wallets, and a Dynamic that is a script and knows neither. The script is the
/// session's thread's while it runs.
struct AskingSession : SilentSession
{
    InspectionScript script;

    InspectionServices services(std::shared_ptr<Vault> vault, Database& database, const Clock& clock)
    {
        InspectionServices made;
        made.vault = std::move(vault);
        made.database = &database;
        made.clock = &clock;
        made.api = [this]() -> Result<std::unique_ptr<InspectionApi>> {
            return std::make_unique<FakeInspectionApi>(script);
        };
        return made;
    }

    SessionParts askingParts()
    {
        SessionParts made = sessionParts();
        made.inspectionServices = [this](std::shared_ptr<Vault> vault, Database& database,
                                         const Clock& clock) {
            return services(std::move(vault), database, clock);
        };
        return made;
    }
};

}  // namespace countersign::testing
