#pragma once

#include <QString>

#include <optional>
#include <string_view>

namespace countersign {

/// Why Dynamic would refuse this URL for a webhook, as a sentence; nothing for one that it takes: https with
/// a lower-case DNS name whose last label has 2 to 10 letters, no port and no IP address, or the ARN of an
/// AWS SNS topic (as of November 2026).
std::optional<QString> webhookUrlProblem(std::string_view url);

}  // namespace countersign
