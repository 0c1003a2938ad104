#pragma once

#include "core/audit/trust/TrustedRows.h"

#include <QString>

#include <vector>

namespace countersign {

/// What of settings and submitters is not as it was set in this profile, as far as it can be known: an
/// unlocked profile only.
struct SettingsTrust
{
    std::vector<TrustFinding> findings;
    QString problem;  ///< a sentence when nothing at all can be vouched for; then there are no findings

    bool isGood() const { return findings.empty() && problem.isEmpty(); }
    bool operator==(const SettingsTrust&) const = default;
};

}  // namespace countersign
