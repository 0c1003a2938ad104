#pragma once

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/signing/job/Job.h"
#include "core/vault/database/Database.h"

#include <optional>
#include <string>
#include <string_view>

namespace countersign {

/// Which job an entry of the feed is about, by its own words: the one that it brings, or the one that its
/// withdrawal or an operator's statement means. Nothing when it is about none or cannot be read; nothing of
/// it is verified.
std::optional<std::string> jobIdOfEntry(std::string_view kind, BytesView body);

/// The job here that a stored delivery is about. NotFound when it is about none, or none that is known.
Result<Job> jobOfDelivery(Database& database, std::int64_t deliveryId);

}  // namespace countersign
