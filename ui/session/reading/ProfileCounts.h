#pragma once

#include "core/inbox/quarantine/QuarantineCatalog.h"
#include "core/signing/store/JobCatalog.h"

#include <optional>

namespace countersign {

/// What the whole window tells about the profile: the counts beside the pages' names and in the status line.
/// Read in one go, so that they fit each other.
struct ProfileCounts
{
    static Result<ProfileCounts> read(Database& database);

    std::int64_t wallets = 0;
    std::int64_t events = 0;
    QuarantineCatalog::Counts quarantine;
    std::int64_t cursor = 0;
    JobCatalog::Counts jobs;
    std::int64_t revocationsGoingOn = 0;  ///< a count of rows as they are; the page checks each
    std::optional<UnixMillis> lastContact;
    std::string environment;
};

}  // namespace countersign
